package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are there to be in the way, all from one address, kept up by one thread: what the server closes is
 * opened again after a pause.
 */
final class HostileClients implements AutoCloseable {

    /** An object that no buffer between store and client takes. */
    static final String LARGE = "large";

    /** What a connection does. */
    enum Way {
        /** A head that never ends. */
        HEAD("GET /livez HTTP/1.1\r\nHost: gateway\r\nX-Drip: ", "x"),
        /** Lines in front of a head that never comes. */
        BLANK_LINES("", "\r\n"),
        /** A body that never ends. */
        BODY("PUT /v1/objects/demo/hostile HTTP/1.1\r\nHost: gateway\r\nContent-Length: 100000000\r\n\r\n", "x"),
        /** A body of the 2018 API. */
        BODY_OF_2018(
                "POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; "
                        + "boundary=B\r\nContent-Length: 100000000\r\n\r\n"
                        + "--B\r\nContent-Type: application/json\r\n\r\n",
                " "),
        /** A body that nobody reads, in front of the next request. */
        IGNORED_BODY("GET /livez HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n", "x"),
        /** Nothing. */
        IDLE("", ""),
        /** One request, and then nothing. */
        KEPT_ALIVE("GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n", ""),
        /** A response that is read now and then. */
        READER("GET /v1/objects/demo/" + LARGE + " HTTP/1.1\r\nHost: gateway\r\n\r\n", "", 16);

        private final String first;
        private final String then;
        private final int reads;

        Way(String first, String then) {
            this(first, then, 4096);
        }

        /** With the number of bytes that are read at a time. */
        Way(String first, String then, int reads) {
            this.first = first;
            this.then = then;
            this.reads = reads;
        }
    }

    /** A byte from each in this time; far below the least rate allowed, far more often than the longest silence. */
    private static final Duration DRIP = Duration.ofMillis(250);

    /** Bytes that the kernel takes for one that does not read. */
    private static final int SMALL = 4096;

    /** Before a connection that was closed is opened again. */
    private static final int PAUSE_IN_DRIPS = 8;

    private final InetSocketAddress server;
    private final List<Connection> connections = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int tried;

    HostileClients(URI server, int count, List<Way> ways) {
        this.server = new InetSocketAddress(server.getHost(), server.getPort());
        for (int i = 0; i < count; i++) {
            connections.add(new Connection(ways.get(i % ways.size())));
        }
        this.thread = Thread.ofPlatform().name("hostile").start(this::run);
    }

    /** Waits until each of them has had a connection. */
    void awaitAll() {
        await().until(() -> tried == connections.size());
    }

    /** How often the server has closed one. */
    long closed() {
        return connections.stream()
                .mapToLong(connection -> connection.closed.get())
                .sum();
    }

    private void run() {
        while (!stopped) {
            int opened = 0;
            for (Connection connection : connections) {
                connection.go();
                opened += connection.opened.get() > 0 ? 1 : 0;
            }
            tried = opened;
            try {
                // The pace of the drip.
                Thread.sleep(DRIP);
            } catch (InterruptedException e) {
                break;
            }
        }
        connections.forEach(Connection::close);
    }

    @Override
    public void close() {
        stopped = true;
        await().until(() -> !thread.isAlive());
    }

    /** One at a time; counts are read by other threads. */
    private final class Connection {

        private final Way way;
        private final ByteBuffer responses;
        private @Nullable SocketChannel channel;
        private boolean begun;
        private int pause;
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        Connection(Way way) {
            this.way = way;
            this.responses = ByteBuffer.allocate(way.reads);
        }

        void go() {
            if (pause > 0) {
                pause--;
                return;
            }
            try {
                if (channel == null) {
                    channel = SocketChannel.open();
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    if (way == Way.READER) {
                        channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL);
                    }
                    channel.configureBlocking(false);
                    begun = false;
                    channel.connect(server);
                }
                if (!begun && channel.finishConnect()) {
                    begun = true;
                    opened.incrementAndGet();
                    channel.write(ByteBuffer.wrap(way.first.getBytes(ISO_8859_1)));
                } else if (begun) {
                    channel.write(ByteBuffer.wrap(way.then.getBytes(ISO_8859_1)));
                    if (channel.read(responses.clear()) < 0) {
                        closedByServer();
                    }
                }
            } catch (IOException e) {
                // Reset, which is one way of closing.
                closedByServer();
            }
        }

        private void closedByServer() {
            closed.incrementAndGet();
            pause = PAUSE_IN_DRIPS;
            close();
        }

        void close() {
            if (channel != null) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                channel = null;
            }
        }
    }
}
