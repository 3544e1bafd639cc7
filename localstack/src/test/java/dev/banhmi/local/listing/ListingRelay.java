package dev.banhmi.local.listing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before a store and passes on what a gateway sends when it lists: requests without bodies. It counts the pages
 * and refuses the look at some objects, as S3 does where a key of KMS is missing. Thread-safe.
 */
final class ListingRelay implements AutoCloseable {

    private static final String REFUSAL = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    private static final String PAGE = "list-type=2";
    private static final Pattern LOOK = Pattern.compile("^HEAD /[^/]+/([^ ?]*)");

    /** A connection serves one request: the store's response then ends where its connection does. */
    private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");

    private final ServerSocket server;
    private final URI store;
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pages = new AtomicInteger();

    ListingRelay(URI store) throws IOException {
        this.store = store;
        this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("listing-relay").start(this::accept);
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Refuses every look at this object from now on. */
    void refuse(String key) {
        refused.add(key);
    }

    /** How many pages of the store were asked for. */
    int pages() {
        return pages.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket gateway = server.accept();
                open.add(gateway);
                Thread.ofVirtual().start(() -> serve(gateway));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serve(Socket gateway) {
        try (gateway) {
            String head = head(new BufferedInputStream(gateway.getInputStream()));
            if (head.isEmpty()) {
                return;
            }
            Matcher look = LOOK.matcher(head);
            if (look.find() && refused.contains(look.group(1))) {
                gateway.getOutputStream().write(REFUSAL.getBytes(ISO_8859_1));
                return;
            }
            if (head.lines().findFirst().orElse("").contains(PAGE)) {
                pages.incrementAndGet();
            }
            passOn(head, gateway);
        } catch (IOException hungUp) {
            // Closing the connection tells the other side.
        } finally {
            open.remove(gateway);
        }
    }

    private void passOn(String head, Socket gateway) throws IOException {
        try (Socket target = new Socket(store.getHost(), store.getPort())) {
            open.add(target);
            target.setTcpNoDelay(true);
            String once = CONNECTION.matcher(head).replaceAll("");
            once = once.substring(0, once.length() - 2) + "Connection: close\r\n\r\n";
            target.getOutputStream().write(once.getBytes(ISO_8859_1));
            target.getInputStream().transferTo(gateway.getOutputStream());
            open.remove(target);
        }
    }

    /** As far as the blank line, with it; empty when the other side has closed. */
    private static String head(InputStream input) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lineLength = 0;
        for (int next = input.read(); next >= 0; next = input.read()) {
            head.write(next);
            if (next == '\n' && lineLength == 0) {
                return head.toString(ISO_8859_1);
            }
            if (next == '\n') {
                lineLength = 0;
            } else if (next != '\r') {
                lineLength++;
            }
        }
        return "";
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
