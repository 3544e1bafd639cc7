package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.banhmi.testkit.LoopbackServer;
import dev.banhmi.testkit.RelayedRequest;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

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

    private final URI store;
    private final LoopbackServer server;
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

    private AtomicReadsRelay(URI store) {
        this.store = store;
        this.server = LoopbackServer.start(this::serve);
    }

    static AtomicReadsRelay start(URI store) {
        return new AtomicReadsRelay(store);
    }

    URI uri() {
        return server.uri();
    }

    /** How many requests wait for others to end. */
    int waiting() {
        return visibility.getQueueLength();
    }

    private void serve(Socket gateway) throws IOException {
        RelayedRequest request = RelayedRequest.read(new BufferedInputStream(gateway.getInputStream()));
        try (Socket target = server.adopt(new Socket())) {
            gateway.getOutputStream().write(underLock(request, target));
            target.getInputStream().transferTo(gateway.getOutputStream());
        }
    }

    /** Sends the request and returns as much of the response as must come while nothing else happens to the objects. */
    private byte[] underLock(RelayedRequest request, Socket target) throws IOException {
        Effect effect = Effect.of(request.line());
        if (effect == Effect.NONE) {
            request.send(store, target);
            return new byte[0];
        }
        Lock lock = effect == Effect.WRITES ? visibility.writeLock() : visibility.readLock();
        lock.lock();
        try {
            request.send(store, target);
            InputStream response = target.getInputStream();
            return effect == Effect.WRITES
                    ? response.readAllBytes()
                    : RelayedRequest.readHead(response).getBytes(ISO_8859_1);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
