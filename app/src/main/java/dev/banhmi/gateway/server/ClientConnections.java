package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.HttpServerProperties;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open connections of one port, and which of them must go: those whose request does not begin in time, whose body
 * comes too slowly, or that are in the way of a new one. Thread-safe.
 */
final class ClientConnections {
    /*
     * When connections run out, the one that has waited longest without a request being served is closed: idle, or with a
     * head that is not complete. A client in good order loses at most an idle connection by that, which any server may
     * close at any time. Where all connections serve requests, the body that has kept the gateway waiting longest is
     * ended, if it has been slower than the minimum from its beginning; without a minimum, none. If there is none such
     * either, SPARE connections more are taken: probes are served on them, and everything else waits for a moment and is
     * refused then (BusyFilter), so that they are free again soon.
     *
     * Nobody is called slow within a second, or many new connections at once would push each other out before their first
     * byte has arrived; in need, a quarter of it.
     *
     * So a flood of new connections makes the gateway forget idle ones sooner; it never ends a request that keeps the
     * pace.
     */

    /** Connections above the bound; 72 KiB of direct memory each, as every one. */
    static final int SPARE = 32;

    private static final Logger log = LoggerFactory.getLogger(ClientConnections.class);

    /** Nothing is called slow before the gateway has waited this long for it, however many others want its place. */
    private static final long LEAST_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** The same for what is idle or in its head while half of the spare ones are taken; many times a round trip. */
    private static final long LEAST_WAIT_IN_NEED = TimeUnit.MILLISECONDS.toNanos(250);

    /** Longer than a body is given before it may be called slow, and than it then takes to end it. */
    private static final long LONGEST_QUEUE = TimeUnit.SECONDS.toNanos(2);

    private static final long QUEUE_LOOK_MILLIS = 50;

    private static final long BETWEEN_REPORTS = TimeUnit.MINUTES.toNanos(1);

    private final Map<SocketWrapperBase<?>, ClientConnection> open = new ConcurrentHashMap<>();
    private final AtomicInteger madeRoom = new AtomicInteger();
    private final AtomicInteger slow = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private volatile int most = Integer.MAX_VALUE;
    private volatile @Nullable HttpServerProperties limits;
    private int queued;
    private long lastReport = System.nanoTime() - BETWEEN_REPORTS;

    /**
     * Sets the limits, before the port is open.
     *
     * @param properties all of them but the number of connections, which Tomcat is told
     */
    void setLimits(HttpServerProperties properties) {
        limits = properties;
    }

    /** Sets how many connections there may be; below 0 for any number. */
    void setMost(int connections) {
        most = connections < 0 ? Integer.MAX_VALUE : connections;
    }

    /**
     * Waits until this request is one of no more than there may be connections: for a moment, in which slow bodies are
     * ended, and only if enough of the spare ones are left for probes.
     *
     * @param connection of the request
     * @return whether it may be served
     * @throws InterruptedException when the thread is interrupted
     */
    boolean enter(ClientConnection connection) throws InterruptedException {
        return open.size() <= most || serving() <= most || enterLater(connection);
    }

    private synchronized boolean enterLater(ClientConnection connection) throws InterruptedException {
        if (queued >= SPARE / 2) {
            return false;
        }
        queued++;
        connection.queues(true);
        try {
            long end = System.nanoTime() + LONGEST_QUEUE;
            while (serving() >= most) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                wait(QUEUE_LOOK_MILLIS);
            }
            return true;
        } finally {
            connection.queues(false);
            queued--;
        }
    }

    private long serving() {
        return open.values().stream()
                .filter(connection -> isServing(connection) && !connection.isEnding() && !connection.isQueued())
                .count();
    }

    int most() {
        return most;
    }

    @Nullable
    ClientConnection of(SocketWrapperBase<?> wrapper) {
        return open.get(wrapper);
    }

    ClientConnection opened(NioSocketWrapper wrapper, SocketChannel socket) {
        HttpServerProperties bounds = limits;
        BodyPace pace = bounds == null
                ? new BodyPace(0, Long.MAX_VALUE)
                : new BodyPace(
                        bounds.minBodyRate().toBytes(), bounds.bodyRatePeriod().toNanos());
        ClientConnection connection = new ClientConnection(this, wrapper, socket, pace);
        open.put(wrapper, connection);
        return connection;
    }

    void closed(SocketWrapperBase<?> wrapper) {
        open.remove(wrapper);
    }

    /** Whether any request has no complete response yet. */
    boolean hasRequests() {
        return open.values().stream().anyMatch(ClientConnections::isServing);
    }

    /** Ends the body of every request; what is being written goes on. */
    void endBodies() {
        open.values().forEach(ClientConnection::endBody);
    }

    /** Whether the address of a new connection may have one more. */
    boolean admit(SocketChannel socket) {
        HttpServerProperties bounds = limits;
        if (bounds == null || bounds.maxConnectionsPerAddress() == 0) {
            return true;
        }
        InetAddress address = socket.socket().getInetAddress();
        long known = open.values().stream()
                .filter(connection -> connection.address().equals(address))
                .count();
        if (known < bounds.maxConnectionsPerAddress()) {
            return true;
        }
        refused.incrementAndGet();
        return false;
    }

    /** Makes room for one connection more. */
    void makeRoom() {
        if (open.size() >= most) {
            makeRoom(System.nanoTime(), leastWait());
        }
    }

    private long leastWait() {
        return open.size() < most + SPARE / 2 ? LEAST_WAIT : LEAST_WAIT_IN_NEED;
    }

    private boolean makeRoom(long now, long leastWait) {
        if (closeLongestWaiting(now, leastWait) || endSlowestBody(now)) {
            madeRoom.incrementAndGet();
            return true;
        }
        return false;
    }

    /**
     * Ends what has been too slow for too long, and what is over the bound; to be called more often than
     * {@link #LEAST_WAIT_IN_NEED}.
     */
    void look() {
        try {
            HttpServerProperties bounds = limits;
            if (bounds != null) {
                long now = System.nanoTime();
                open.values().forEach(connection -> look(connection, bounds, now));
                // New ones make room only for themselves, and while all the spare ones are taken none comes.
                int over = open.size() - most;
                while (over > 0 && makeRoom(now, leastWait())) {
                    over--;
                }
            }
            report();
        } catch (RuntimeException e) {
            log.error("fault in the watch over connections", e);
        }
    }

    private void look(ClientConnection connection, HttpServerProperties bounds, long now) {
        switch (connection.phase()) {
            case HEAD -> {
                if (now - connection.since() > bounds.headTimeout().toNanos()
                        && connection.closeUnlessServing(Refusals.slowHead(bounds.headTimeout()))) {
                    slow.incrementAndGet();
                }
            }
            case SERVING -> {
                if (bounds.minBodyRate().toBytes() > 0
                        && !connection.isEnding()
                        && connection.pace().isTooSlow(now)) {
                    connection.endRequest(
                            new SlowClientException(connection.pace().shown() + "; at least "
                                    + bounds.minBodyRate().toBytes() + " bytes a second are required."));
                    slow.incrementAndGet();
                }
            }
            case IDLE -> {
                // Tomcat's own timeouts end it.
            }
        }
    }

    private boolean closeLongestWaiting(long now, long leastWait) {
        return open.values().stream()
                .filter(connection -> connection.mayClose() && now - connection.since() >= leastWait)
                .sorted(Comparator.comparingLong(ClientConnection::since))
                .anyMatch(connection -> connection.closeUnlessServing(Farewell.NONE));
    }

    private boolean endSlowestBody(long now) {
        ClientConnection slowest = null;
        long longest = 0;
        for (ClientConnection connection : open.values()) {
            long behind = isServing(connection) && !connection.isEnding()
                    ? connection.pace().behindFor(now, LEAST_WAIT)
                    : 0;
            if (behind > longest) {
                slowest = connection;
                longest = behind;
            }
        }
        if (slowest == null) {
            return false;
        }
        slowest.endRequest(new SlowClientException(slowest.pace().shown() + ", and all " + most
                + " connections are in use; a body that keeps the gateway waiting is ended then."));
        return true;
    }

    private static boolean isServing(ClientConnection connection) {
        return connection.phase() == ClientConnection.Phase.SERVING;
    }

    /** Once a minute at most, because whoever attacks decides how often it would be. */
    private void report() {
        long now = System.nanoTime();
        if (now - lastReport < BETWEEN_REPORTS || madeRoom.get() + slow.get() + refused.get() == 0) {
            return;
        }
        lastReport = now;
        log.warn(
                "connections ended in the last minute: {} to make room for new ones (at most {} are open), {} because"
                        + " their client was too slow, {} that were one too many of their address",
                madeRoom.getAndSet(0),
                most,
                slow.getAndSet(0),
                refused.getAndSet(0));
    }
}
