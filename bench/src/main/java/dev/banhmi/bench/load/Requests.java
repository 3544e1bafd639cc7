package dev.banhmi.bench.load;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Carries out one order over plain HTTP, on the calling thread alone. */
final class Requests implements AutoCloseable {

    private static final short POLLIN = 1;
    private static final short POLLOUT = 4;
    private static final int EVENTS = Integer.BYTES;
    private static final int RETURNED = Integer.BYTES + Short.BYTES;
    private static final long SLOW_TICK = 50_000_000;
    private static final long HANGS = 60_000_000_000L;

    private final Order order;
    private final Runnable begun;
    private final Libc libc = new Libc();
    private final List<Connection> connections = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private final MemorySegment polled;
    private long requests;

    /** The last argument runs once all responses to a {@link Order.Kind#SLOW} order have begun. */
    Requests(Order order, Runnable begun) {
        this.order = order;
        this.begun = begun;
        boolean waits = order.kind() == Order.Kind.SERIES;
        for (int i = 0; i < order.connections(); i++) {
            connections.add(new Connection(libc, order.request(), waits));
        }
        this.polled = Arena.ofAuto().allocate((long) Long.BYTES * order.connections(), Long.BYTES);
    }

    Tally run() throws IOException {
        long start = System.nanoTime();
        long bytes = switch (order.kind()) {
            case SERIES -> series();
            case LOOP -> loop(start + order.time().toNanos());
            case RATE -> rate(start, start + order.time().toNanos());
            case SLOW -> slow();
        };
        return new Tally(
                requests,
                bytes,
                Duration.ofNanos(System.nanoTime() - start),
                latencies.percentile(0.5),
                latencies.percentile(0.99));
    }

    private long series() throws IOException {
        Connection connection = connections.getFirst();
        for (long i = 0; i < order.amount(); i++) {
            connection.begin(System.nanoTime());
            while (!connection.proceed()) {
                Thread.onSpinWait();
            }
            ended(connection);
        }
        return order.request().length() * requests;
    }

    private long loop(long end) throws IOException {
        for (Connection connection : connections) {
            connection.begin(System.nanoTime());
        }
        int busy = connections.size();
        while (busy > 0) {
            await(HANGS);
            for (int i = 0; i < connections.size(); i++) {
                Connection connection = connections.get(i);
                while (isReady(i) && connection.proceed()) {
                    ended(connection);
                    long now = System.nanoTime();
                    if (now < end) {
                        connection.begin(now);
                    } else {
                        busy--;
                    }
                }
            }
        }
        return order.request().length() * requests;
    }

    private long rate(long start, long end) throws IOException {
        double interval = 1e9 / order.amount();
        long begun = 0;
        Deque<Long> due = new ArrayDeque<>();
        Deque<Connection> free = new ArrayDeque<>(connections);
        while (true) {
            long now = System.nanoTime();
            long next = start + (long) (begun * interval);
            for (; next <= now && next < end; next = start + (long) (begun * interval)) {
                due.add(next);
                begun++;
            }
            while (!due.isEmpty() && !free.isEmpty()) {
                Connection connection = free.pop();
                connection.begin(due.remove());
                if (connection.proceed()) {
                    ended(connection);
                    free.push(connection);
                }
            }
            if (next >= end && due.isEmpty() && free.size() == connections.size()) {
                return order.request().length() * requests;
            }
            await(next < end ? Math.max(0, next - System.nanoTime()) : HANGS);
            for (int i = 0; i < connections.size(); i++) {
                if (isReady(i) && connections.get(i).proceed()) {
                    ended(connections.get(i));
                    free.push(connections.get(i));
                }
            }
        }
    }

    /** Reads a little from each, again and again; a response that ends is asked for anew. The time begins once all have begun. */
    private long slow() throws IOException {
        for (Connection connection : connections) {
            connection.begin(System.nanoTime());
        }
        long start = System.nanoTime();
        while (!connections.stream().allMatch(Connection::isReceiving)) {
            readSlowly();
            if (System.nanoTime() - start > HANGS) {
                throw new IOException("only "
                        + connections.stream().filter(Connection::isReceiving).count() + " of " + connections.size()
                        + " responses have begun in " + Duration.ofNanos(HANGS));
            }
        }
        begun.run();
        requests = connections.size();
        for (long end = System.nanoTime() + order.time().toNanos(); System.nanoTime() < end; ) {
            readSlowly();
        }
        return connections.stream().mapToLong(Connection::discarded).sum();
    }

    private void readSlowly() throws IOException {
        long bytesPerTick = Math.max(1, order.amount() * SLOW_TICK / 1_000_000_000);
        for (Connection connection : connections) {
            if (connection.proceed(bytesPerTick)) {
                connection.begin(System.nanoTime());
            }
        }
        libc.poll(polled, 0, SLOW_TICK);
    }

    private void ended(Connection connection) {
        requests++;
        latencies.add(connection.firstByteNanos());
    }

    private void await(long nanos) throws IOException {
        for (int i = 0; i < connections.size(); i++) {
            Connection connection = connections.get(i);
            long at = (long) Long.BYTES * i;
            polled.set(ValueLayout.JAVA_INT, at, connection.isIdle() ? -1 : connection.descriptor());
            polled.set(ValueLayout.JAVA_SHORT, at + EVENTS, connection.isSending() ? POLLOUT : POLLIN);
            polled.set(ValueLayout.JAVA_SHORT, at + RETURNED, (short) 0);
        }
        if (libc.poll(polled, connections.size(), nanos) == 0 && nanos == HANGS) {
            throw new IOException("no response has moved for " + Duration.ofNanos(HANGS));
        }
    }

    private boolean isReady(int index) {
        return polled.get(ValueLayout.JAVA_SHORT, (long) Long.BYTES * index + RETURNED) != 0;
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : connections) {
            connection.close();
        }
    }
}
