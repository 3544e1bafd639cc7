package dev.banhmi.local.listing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.banhmi.testkit.LoopbackServer;
import dev.banhmi.testkit.RelayedRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
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

    private final URI store;
    private final LoopbackServer server;
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pages = new AtomicInteger();

    ListingRelay(URI store) {
        this.store = store;
        this.server = LoopbackServer.start(this::serve);
    }

    URI uri() {
        return server.uri();
    }

    /** Refuses every look at this object from now on. */
    void refuse(String key) {
        refused.add(key);
    }

    /** How many pages of the store were asked for. */
    int pages() {
        return pages.get();
    }

    private void serve(Socket gateway) throws IOException {
        RelayedRequest request = RelayedRequest.read(new BufferedInputStream(gateway.getInputStream()));
        Matcher look = LOOK.matcher(request.line());
        if (look.find() && refused.contains(look.group(1))) {
            gateway.getOutputStream().write(REFUSAL.getBytes(ISO_8859_1));
            return;
        }
        if (request.line().contains(PAGE)) {
            pages.incrementAndGet();
        }
        try (Socket target = server.adopt(new Socket())) {
            request.send(store, target);
            target.getInputStream().transferTo(gateway.getOutputStream());
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
