package dev.banhmi.gateway.server;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.observe.FailureLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.apache.coyote.Request;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open connection of a client: what it is doing, since when, and how fast. Its own events come from the thread that
 * holds Tomcat's lock of the connection; any thread may look at it or end it. Thread-safe.
 */
final class ClientConnection {

    /** What it is doing. */
    enum Phase {
        /** Nothing has arrived since it was opened, or since its last request. */
        IDLE,
        /** The first byte of a request has arrived, and the end of its headers has not. */
        HEAD,
        /** A request is being served. */
        SERVING
    }

    private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);

    /** The attribute of a request that holds its connection. */
    static final String ATTRIBUTE = ClientConnection.class.getName();

    private final ClientConnections all;
    private final NioSocketWrapper wrapper;
    private final SocketChannel socket;
    private final WatchedSocket watched;
    private final InetAddress address;
    private final ClientPace pace;
    private final ResetUntilWhole end;

    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private volatile boolean hasBytes;
    private volatile boolean hasEvent;
    private volatile boolean queued;
    private volatile long eventAt = since;
    private volatile @Nullable Request served;

    ClientConnection(
            ClientConnections all,
            NioSocketWrapper wrapper,
            SocketChannel socket,
            WatchedSocket watched,
            ClientPace pace) {
        this.all = all;
        this.wrapper = wrapper;
        this.socket = socket;
        this.watched = watched;
        this.address = socket.socket().getInetAddress();
        this.pace = pace;
        this.end = new ResetUntilWhole(socket);
    }

    Phase phase() {
        return phase;
    }

    /** When the phase began; for a head, when its first byte arrived. */
    long since() {
        return since;
    }

    InetAddress address() {
        return address;
    }

    ClientConnections all() {
        return all;
    }

    /** Its request waits to be served, or no longer does. */
    void queues(boolean waits) {
        queued = waits;
    }

    boolean isQueued() {
        return queued;
    }

    ClientPace pace() {
        return pace;
    }

    /** Something may be there to read, which a thread will do as soon as it gets to run. */
    void event() {
        eventAt = System.nanoTime();
        hasEvent = true;
    }

    /** The thread runs. */
    void handlesEvent() {
        hasEvent = false;
    }

    /** TLS has been agreed upon; what follows is the first request, or nothing for a while. */
    void hasTls() {
        since = System.nanoTime();
        hasBytes = false;
        phase = Phase.IDLE;
    }

    /** The headers of a request are complete. */
    void serves(Request request) {
        pace.begin();
        hasBytes = false;
        served = request;
        phase = Phase.SERVING;
    }

    /** What has arrived so far is read, and more is required for the next request. */
    void awaitsMore() {
        if (phase == Phase.SERVING) {
            since = System.nanoTime();
            served = null;
            // What is left of a pipelined request stays with Tomcat, which then calls awaitsRestOfHead.
            phase = Phase.IDLE;
        } else if (phase == Phase.IDLE && hasBytes) {
            // Blank lines, which may stand in front of a request: a drip of them is a drip.
            since = eventAt;
            phase = Phase.HEAD;
        }
    }

    /** A part of a head has been read. */
    void awaitsRestOfHead() {
        if (phase == Phase.SERVING) {
            since = System.nanoTime();
            served = null;
        } else if (phase == Phase.IDLE) {
            since = eventAt;
        }
        phase = Phase.HEAD;
    }

    /**
     * After each read of the socket.
     *
     * @param count what Tomcat got, 0 where it now waits
     * @param arrived bytes on the wire, more or less than that where Tomcat gets them decrypted
     * @throws SlowClientException when the body has been ended since the read began
     */
    void afterReading(int count, int arrived) throws SlowClientException {
        if (count > 0 || arrived > 0) {
            hasBytes = true;
        }
        if (phase == Phase.SERVING) {
            pace.read(System.nanoTime(), count, arrived);
            if (count == 0) {
                // Tomcat measures silence from the last byte on, also through a time in which nothing was read.
                wrapper.updateLastRead();
            }
        }
    }

    /** Before each write to the socket; fails when the response has been cut. */
    void beforeWriting() throws SlowClientException {
        Request request = served;
        if (request != null && pace.isCut()) {
            // In the thread that serves it.
            FailureLog.remember(request, ErrorCode.REQUEST_TOO_SLOW);
        }
        pace.requireResponse();
        if (request != null) {
            end.responds(request);
        }
    }

    /** How the end of the connection tells whether its response is whole. */
    ResetUntilWhole end() {
        return end;
    }

    /**
     * After each write to the socket.
     *
     * @param count what Tomcat got rid of, 0 where it now waits
     * @param sent bytes that the kernel took, more or less than that where Tomcat has them encrypted
     * @throws SlowClientException when the response has been cut since the write began
     */
    void afterWriting(int count, int sent) throws SlowClientException {
        if (phase == Phase.SERVING) {
            pace.wrote(System.nanoTime(), count, sent);
        }
        if (count == 0) {
            // As for reading.
            wrapper.updateLastWrite();
        }
    }

    /** Whether no request is lost with this connection that has arrived: none is served, and none waits for a thread. */
    boolean mayClose() {
        return phase != Phase.SERVING && !hasEvent;
    }

    /**
     * Closes the connection unless a request is being served.
     *
     * @param farewell sent before, as far as the socket takes it at once; may be empty
     * @return whether this call closed it
     */
    boolean closeUnlessServing(Farewell farewell) {
        // Whoever holds it is at work on a request: then this is none that only waits.
        ReentrantLock lock = wrapper.getLock();
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (!mayClose() || wrapper.isClosed() || (phase == Phase.IDLE && findsHead())) {
                return false;
            }
            farewell.sendTo(watched);
            wrapper.close();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a head has begun to arrive that Tomcat has not noticed yet; to be called with the lock. */
    private boolean findsHead() {
        try {
            if (!watched.findsByte()) {
                return false;
            }
        } catch (IOException clientIsGone) {
            return false;
        }
        since = System.nanoTime();
        phase = Phase.HEAD;
        return true;
    }

    /** Ends the request if its body is too slow, as {@link ClientPace#endBodyIf}: the read that waits now fails. */
    boolean endBodyIf(Predicate<BodyPace> tooSlow, String why) {
        if (!pace.endBodyIf(tooSlow, why)) {
            return false;
        }
        endBody();
        return true;
    }

    /**
     * Cuts the response if it is taken too slowly, as {@link ClientPace#cutResponseIf}: the write that waits now fails,
     * and the connection ends with a reset, so that the kernel does not go on with what it holds.
     */
    boolean cutResponseIf(Predicate<ResponsePace> tooSlow, String why) {
        if (!pace.cutResponseIf(tooSlow, why)) {
            return false;
        }
        end.now();
        return true;
    }

    /** After which Tomcat ends a connection that takes nothing. */
    Duration longestSilence() {
        return Duration.ofMillis(wrapper.getWriteTimeout());
    }

    /** What the kernel holds for the client at most, in bytes. */
    int sendBuffer() {
        try {
            return socket.getOption(StandardSocketOptions.SO_SNDBUF);
        } catch (IOException itHasEnded) {
            return 0;
        }
    }

    /**
     * Ends the body of the request that is being served, if there is one: the read that waits now finds its end.
     * Tomcat's poller wakes the thread that waits; an interrupt would not, and closing the socket neither, until the
     * read timeout, and would free buffers that are in use.
     */
    void endBody() {
        try {
            socket.shutdownInput();
        } catch (IOException e) {
            log.debug("the connection has ended by itself", e);
        }
    }
}
