package dev.banhmi.gateway.server;

import dev.banhmi.gateway.config.HttpServerProperties;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.observe.RefusedHeads;
import dev.banhmi.gateway.observe.RequestId;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All open connections of one port, and which of them must go: those whose request does not begin in time, whose body
 * comes or whose response goes too slowly, or that are in the way of a new one. Thread-safe.
 */
final class ClientConnections {
    /*
     * When connections run out, the one that has waited longest without a request being served is closed: idle, or
     * with a head that is not complete. A client in good order loses at most an idle connection by that, which any
     * server may close at any time. Where all connections serve requests, the body or the response that has kept the
     * gateway waiting longest is ended, if it has been slower than its minimum from its beginning; without a minimum,
     * none. If there is none such either, SPARE connections more are taken: probes are served on them, and everything
     * else waits for a moment and is refused then (RequestQueue, BusyFilter), so that they are free again soon.
     *
     * Under a flood most of the places have been taken within the last second, so that a new one would find neither
     * room nor a spare one that is not waited for by as many others: it is left in the kernel for as long as that
     * second takes.
     *
     * Nobody is called slow within a second, or many new connections at once would push each other out before their
     * first byte has arrived; in need, half of it for a body or a response, and a quarter for what has no request yet.
     *
     * So a flood of new connections makes the gateway forget idle ones sooner; it never ends a request that keeps the
     * pace.
     */

    /** Connections above the bound; 72 KiB of direct memory each, as every one. */
    static final int SPARE = 32;

    private static final Logger log = LoggerFactory.getLogger(ClientConnections.class);

    /** Nothing is called slow before the gateway has waited this long for it, however many others want its place. */
    private static final long LEAST_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** The same while half of the spare ones are taken; longer than a client far away takes to begin. */
    private static final long LEAST_WAIT_IN_NEED = TimeUnit.MILLISECONDS.toNanos(500);

    /** The same for what is idle or in its head; many times a round trip. */
    static final long LEAST_IDLENESS_IN_NEED = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long ROOM_LOOK_MILLIS = 10;

    private final Map<SocketWrapperBase<?>, ClientConnection> open = new ConcurrentHashMap<>();
    private final RequestQueue queue = new RequestQueue(this);
    private final EndedConnections ended = new EndedConnections();

    private volatile int most = Integer.MAX_VALUE;
    private volatile @Nullable HttpServerProperties limits;

    /**
     * Sets the limits, before the port is open.
     *
     * @param properties all of them but the number of connections, which Tomcat is told
     */
    void setLimits(HttpServerProperties properties) {
        limits = properties;
    }

    /** Sets how many connections there may be. */
    void setMost(int connections) {
        most = connections;
    }

    /** Requests above the number of connections. */
    RequestQueue queue() {
        return queue;
    }

    /** How many are open. */
    int size() {
        return open.size();
    }

    /** How many serve a request that is neither being ended nor waiting in the queue. */
    long serving() {
        return open.values().stream()
                .filter(connection ->
                        isServing(connection) && !connection.pace().isEnding() && !connection.isQueued())
                .count();
    }

    int most() {
        return most;
    }

    @Nullable
    ClientConnection of(SocketWrapperBase<?> wrapper) {
        return open.get(wrapper);
    }

    ClientConnection opened(NioSocketWrapper wrapper, SocketChannel socket, WatchedSocket watched) {
        HttpServerProperties bounds = limits;
        BodyPace bodyPace = bounds == null
                ? new BodyPace(0, Long.MAX_VALUE)
                : new BodyPace(
                        bounds.minBodyRate().toBytes(), bounds.bodyRatePeriod().toNanos());
        ResponsePace responsePace =
                new ResponsePace(bounds == null ? 0 : bounds.minResponseRate().toBytes());
        ClientConnection connection =
                new ClientConnection(this, wrapper, socket, watched, new ClientPace(bodyPace, responsePace));
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
        ended.refused();
        return false;
    }

    /**
     * Makes room for one connection more; to be called by the thread that accepts them. Once half of the spare ones are
     * taken it waits for room that is bound to come, because what would be taken meanwhile could only be refused.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    void makeRoom() throws InterruptedException {
        long end = System.nanoTime() + LEAST_WAIT;
        for (long now = System.nanoTime(); open.size() >= most; now = System.nanoTime()) {
            if (makeRoom(now) || open.size() < most + SPARE / 2 || now - end > 0 || !hasSlow(now)) {
                return;
            }
            Thread.sleep(ROOM_LOOK_MILLIS);
        }
    }

    /** Whether there is one that will have to go as soon as it has been given the time that each is given. */
    private boolean hasSlow(long now) {
        return open.values().stream()
                .anyMatch(connection ->
                        isServing(connection) ? connection.pace().behindFor(now, 0) > 0 : connection.mayClose());
    }

    private boolean makeRoom(long now) {
        boolean need = open.size() >= most + SPARE / 2;
        long idleness = need ? LEAST_IDLENESS_IN_NEED : LEAST_WAIT;
        long wait = need ? LEAST_WAIT_IN_NEED : LEAST_WAIT;
        if (closeLongestWaiting(now, idleness) || endSlowest(now, wait)) {
            ended.madeRoom();
            return true;
        }
        return false;
    }

    /**
     * Ends what has been too slow for too long, and what is over the bound; to be called more often than
     * {@link #LEAST_IDLENESS_IN_NEED}.
     */
    void look() {
        try {
            HttpServerProperties bounds = limits;
            if (bounds != null) {
                long now = System.nanoTime();
                open.values().forEach(connection -> look(connection, bounds, now));
                // New ones make room only for themselves, and while all the spare ones are taken none comes.
                int over = open.size() - most;
                while (over > 0 && makeRoom(now)) {
                    over--;
                }
            }
            ended.report(most);
        } catch (RuntimeException e) {
            log.error("fault in the watch over connections", e);
        }
    }

    private void look(ClientConnection connection, HttpServerProperties bounds, long now) {
        switch (connection.phase()) {
            case HEAD -> {
                if (now - connection.since() > bounds.headTimeout().toNanos() && endHead(connection, bounds, now)) {
                    ended.slow();
                }
            }
            case SERVING -> {
                if (!connection.pace().isEnding()
                        && (endsBody(connection, bounds, now) || cuts(connection, bounds, now))) {
                    ended.slow();
                }
            }
            case IDLE -> {
                // Tomcat's own timeouts end it.
            }
        }
    }

    private boolean closeLongestWaiting(long now, long leastWait) {
        Stream<ClientConnection> waiting = open.values().stream().filter(ClientConnection::mayClose);
        return longestFirst(waiting, connection -> now - connection.since(), leastWait)
                .anyMatch(connection -> connection.closeUnlessServing(Farewell.NONE));
    }

    /**
     * Those that have waited for long enough. Each wait is read once: it may change at any time, and a sort by what changes
     * throws.
     */
    static <C> Stream<C> longestFirst(Stream<C> all, ToLongFunction<C> waited, long leastWait) {
        return all.map(one -> Map.entry(one, waited.applyAsLong(one)))
                .filter(one -> one.getValue() >= leastWait)
                .sorted(Map.Entry.<C, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey);
    }

    private static boolean endHead(ClientConnection connection, HttpServerProperties bounds, long now) {
        String id = RequestId.create();
        long nanos = now - connection.since();
        if (!connection.closeUnlessServing(Refusals.slowHead(bounds.headTimeout(), id))) {
            return false;
        }
        RefusedHeads.log(id, ErrorCode.REQUEST_TOO_SLOW, nanos);
        return true;
    }

    private static boolean endsBody(ClientConnection connection, HttpServerProperties bounds, long now) {
        long rate = bounds.minBodyRate().toBytes();
        return rate > 0
                && connection.endBodyIf(
                        pace -> pace.isTooSlow(now), "; at least " + rate + " bytes a second are required.");
    }

    /** A client may be silent for as long as Tomcat allows it, however fast it was before. */
    private static boolean cuts(ClientConnection connection, HttpServerProperties bounds, long now) {
        long rate = bounds.minResponseRate().toBytes();
        long allowed = rate * connection.longestSilence().toMillis() / 1000;
        return rate > 0
                && connection.cutResponseIf(
                        pace -> pace.behind(now) > allowed && pace.behind(now) - allowed > connection.sendBuffer(),
                        "The client took less than " + rate + " bytes a second of the response.");
    }

    /**
     * Ends the body, or cuts the response, that has kept the gateway waiting longest, if it has always been too slow.
     */
    private boolean endSlowest(long now, long leastWait) {
        return open.values().stream()
                .filter(connection ->
                        isServing(connection) && !connection.pace().isEnding())
                .map(connection -> Map.entry(connection, connection.pace().behindFor(now, leastWait)))
                .filter(behind -> behind.getValue() > 0)
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .filter(slowest -> endInNeed(slowest, now, leastWait))
                .isPresent();
    }

    private boolean endInNeed(ClientConnection slowest, long now, long leastWait) {
        String inNeed = ", and all " + most + " connections are in use; ";
        return slowest.endBodyIf(
                        pace -> pace.behindFor(now, leastWait) > 0,
                        inNeed + "a body that keeps the gateway waiting is ended then.")
                || slowest.cutResponseIf(
                        pace -> pace.behindFor(now, leastWait) > 0,
                        "The client took the response too slowly" + inNeed + "such a response is cut then.");
    }

    private static boolean isServing(ClientConnection connection) {
        return connection.phase() == ClientConnection.Phase.SERVING;
    }
}
