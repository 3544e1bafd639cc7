package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before s3proxy and makes each of its reads atomic, as S3's are: what a response says about an object is about the version
 * whose bytes it carries. Thread-safe.
 */
final class AtomicReadsRelay implements AutoCloseable {

    /*
     * s3proxy publishes an object by renaming a file over the old one, but a GET reads the attributes of the file (the ETag, against
     * which If-Match is decided) and then opens it by its name: a write between the two gives the new bytes under the old ETag.
     * A comment in AbstractNio2BlobStore.getBlobInternal describes this and refers to https://github.com/gaul/s3proxy/issues/490,
     * read on 2026-11-30. Nobody in front of it can see that from outside.
     *
     * So a read and a write that makes something visible exclude each other here: the read until the head of its response is there,
     * because by then s3proxy holds the file open, and what is renamed over its name no longer matters; the write until the end of
     * its response, because the response to CompleteMultipartUpload can begin before the object is visible. The bodies of reads are
     * passed on outside the lock, and the writes go on meanwhile, between the HEAD and the GETs of one download, too: pinning those
     * to one version remains the gateway's part. The lock is fair, or readers without a pause would keep the writer waiting.
     *
     * A request is read whole before it waits for the lock, so that a slow sender holds nothing up. A connection serves one request:
     * the store's response then ends where its connection does, however its body is framed.
     */

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
    private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");

    private final ServerSocket server;
    private final URI store;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock visibility = new ReentrantReadWriteLock(true);

    /** What a request has to do with the visible objects. */
    enum Effect {
        /** Reads one, or what is known about it. */
        READS,
        /** Makes one appear, change or disappear. */
        WRITES,
        /** Neither. */
        NONE;

        /** Of the request with this first line. */
        static Effect of(String requestLine) {
            String method = requestLine.substring(0, requestLine.indexOf(' '));
            String target = requestLine.substring(method.length() + 1, requestLine.lastIndexOf(' '));
            int mark = target.indexOf('?');
            String query = mark < 0 ? "" : "&" + target.substring(mark + 1);
            return switch (method) {
                case "GET", "HEAD" -> READS;
                case "PUT", "DELETE" -> query.contains("&uploadId=") ? NONE : WRITES;
                // CreateMultipartUpload, as against CompleteMultipartUpload and DeleteObjects.
                case "POST" -> query.startsWith("&uploads") ? NONE : WRITES;
                default -> throw new IllegalArgumentException("no request of S3: " + requestLine);
            };
        }
    }

    private AtomicReadsRelay(ServerSocket server, URI store) {
        this.server = server;
        this.store = store;
    }

    static AtomicReadsRelay start(URI store) throws IOException {
        AtomicReadsRelay relay =
                new AtomicReadsRelay(new ServerSocket(0, 200, InetAddress.getLoopbackAddress()), store);
        Thread.ofVirtual().name("atomic-reads-relay").start(relay::accept);
        return relay;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** How many requests wait for others to end. */
    int waiting() {
        return visibility.getQueueLength();
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
            InputStream input = new BufferedInputStream(gateway.getInputStream());
            String head = head(input);
            Matcher length = LENGTH.matcher(head);
            byte[] body = length.find() ? exactly(input, Integer.parseInt(length.group(1))) : new byte[0];
            exchange(head, body, gateway.getOutputStream());
        } catch (IOException hungUp) {
            // Closing the connection tells the other side: a response that is cut stays cut.
        } finally {
            open.remove(gateway);
        }
    }

    private void exchange(String head, byte[] body, OutputStream gateway) throws IOException {
        try (Socket target = new Socket()) {
            open.add(target);
            try {
                gateway.write(underLock(head, body, target));
                target.getInputStream().transferTo(gateway);
            } finally {
                open.remove(target);
            }
        }
    }

    /** Sends the request and returns as much of the response as must come while nothing else happens to the objects. */
    private byte[] underLock(String head, byte[] body, Socket target) throws IOException {
        Effect effect = Effect.of(head.substring(0, head.indexOf('\r')));
        if (effect == Effect.NONE) {
            send(head, body, target);
            return new byte[0];
        }
        Lock lock = effect == Effect.WRITES ? visibility.writeLock() : visibility.readLock();
        lock.lock();
        try {
            send(head, body, target);
            InputStream answer = target.getInputStream();
            return effect == Effect.WRITES
                    ? answer.readAllBytes()
                    : head(answer).getBytes(ISO_8859_1);
        } finally {
            lock.unlock();
        }
    }

    private void send(String head, byte[] body, Socket target) throws IOException {
        String once = CONNECTION.matcher(head).replaceAll("");
        once = once.substring(0, once.length() - 2) + "Connection: close\r\n\r\n";
        target.setTcpNoDelay(true);
        target.connect(new InetSocketAddress(store.getHost(), store.getPort()));
        target.getOutputStream().write(once.getBytes(ISO_8859_1));
        target.getOutputStream().write(body);
    }

    /** As far as the blank line, with it. */
    private static String head(InputStream input) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lineLength = 0;
        while (true) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException("the connection ended after " + head.size() + " bytes of a head");
            }
            head.write(next);
            if (next == '\n') {
                if (lineLength == 0) {
                    return head.toString(ISO_8859_1);
                }
                lineLength = 0;
            } else if (next != '\r') {
                lineLength++;
            }
        }
    }

    private static byte[] exactly(InputStream input, int length) throws IOException {
        byte[] body = input.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("a body ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
