package dev.banhmi.gateway.object;

import dev.banhmi.testkit.LoopbackServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands before a store and lets no connection send more than so many bytes a second, as S3 does. Knows which reads are on their
 * way, however the bytes of their heads are cut. Thread-safe.
 */
final class ThrottlingRelay implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
    private static final int BLOCK = 16 * 1024;

    /** No pause between two blocks is much longer than this part of a second, however slow the connection. */
    private static final int BLOCKS_PER_SECOND = 4;

    private final LoopbackServer server;
    private final URI store;
    private volatile long bytesPerSecond;
    private final List<String> reads = new ArrayList<>();
    private final Set<Connection> reading = ConcurrentHashMap.newKeySet();
    private final Set<Connection> connectionsWithReads = new HashSet<>();
    private int mostReading;

    private ThrottlingRelay(URI store, long bytesPerSecond) {
        this.store = store;
        this.bytesPerSecond = bytesPerSecond;
        this.server = LoopbackServer.start(this::serve);
    }

    static ThrottlingRelay start(URI store, long bytesPerSecond) {
        return new ThrottlingRelay(store, bytesPerSecond);
    }

    URI uri() {
        return server.uri();
    }

    /** The GETs that came, each with its Range or "whole", in their order. */
    synchronized List<String> reads() {
        return List.copyOf(reads);
    }

    /** How many responses to GETs are on their way. */
    int reading() {
        return reading.size();
    }

    /** How many were at the most. */
    synchronized int mostReading() {
        return mostReading;
    }

    /** Over how many connections the GETs came. */
    synchronized int connectionsWithReads() {
        return connectionsWithReads.size();
    }

    /** Counts from here on; what is on its way stays so. */
    synchronized void forget() {
        reads.clear();
        mostReading = reading.size();
        connectionsWithReads.clear();
        connectionsWithReads.addAll(reading);
    }

    /** From now on no connection sends more than so many bytes a second. */
    void slowDownTo(long newBytesPerSecond) {
        bytesPerSecond = newBytesPerSecond;
    }

    private void serve(Socket gateway) throws IOException {
        Socket target = server.adopt(new Socket(store.getHost(), store.getPort()));
        Connection connection = new Connection(gateway, target);
        Thread.ofVirtual().start(connection::requests);
        connection.responses();
    }

    private final class Connection {

        private final Socket gateway;
        private final Socket target;
        private volatile boolean get;
        private long next = System.nanoTime();

        Connection(Socket gateway, Socket target) {
            this.gateway = gateway;
            this.target = target;
        }

        void requests() {
            HeadFinder requests = new HeadFinder(new HeadFinder.Messages() {
                @Override
                public long begins(String head) {
                    get = head.startsWith("GET /");
                    if (get) {
                        begin(head);
                    }
                    return contentLength(head);
                }

                @Override
                public void ends() {
                    // Its response is what counts.
                }
            });
            pump(gateway, target, requests::pass);
        }

        private void begin(String head) {
            synchronized (ThrottlingRelay.this) {
                reading.add(this);
                reads.add(head.lines()
                        .filter(line -> line.regionMatches(true, 0, "range:", 0, 6))
                        .findFirst()
                        .orElse("whole"));
                mostReading = Math.max(mostReading, reading.size());
                connectionsWithReads.add(this);
            }
        }

        void responses() {
            HeadFinder responses = new HeadFinder(new HeadFinder.Messages() {
                @Override
                public long begins(String head) {
                    return get ? contentLength(head) : 0;
                }

                @Override
                public void ends() {
                    reading.remove(Connection.this);
                }
            });
            pump(target, gateway, (block, count) -> {
                responses.pass(block, count);
                long now = System.nanoTime();
                next = Math.max(now, next) + count * 1_000_000_000L / bytesPerSecond;
                sleep(next - now);
            });
        }

        private static long contentLength(String head) {
            Matcher length = LENGTH.matcher(head);
            return length.find() ? Long.parseLong(length.group(1)) : 0;
        }

        private void pump(Socket from, Socket to, Watcher watcher) {
            byte[] block = new byte[BLOCK];
            try (from;
                    to) {
                InputStream input = from.getInputStream();
                OutputStream output = to.getOutputStream();
                for (int count = read(input, block); count >= 0; count = read(input, block)) {
                    watcher.before(block, count);
                    output.write(block, 0, count);
                }
            } catch (IOException hungUp) {
                // The other direction sees the same: both sockets are closed now.
                reading.remove(this);
            } finally {
                reading.remove(this);
            }
        }
    }

    private int read(InputStream input, byte[] block) throws IOException {
        return input.read(block, 0, Math.clamp(bytesPerSecond / BLOCKS_PER_SECOND, 1, BLOCK));
    }

    private interface Watcher {
        void before(byte[] block, int count) throws IOException;
    }

    private static void sleep(long nanos) throws IOException {
        try {
            // The rate of a slow connection.
            Thread.sleep(Duration.ofNanos(Math.max(0, nanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
