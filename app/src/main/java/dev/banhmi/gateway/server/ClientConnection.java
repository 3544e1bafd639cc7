package dev.banhmi.gateway.server;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open connection of a client: what it is doing, since when, and how fast. Its own events come from the thread that
 * holds Tomcat's lock of the connection; any thread may look at it or end it. Thread-safe.
 */
final class ClientConnection {

    /** What a connection is doing. */
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
    private final InetAddress address;
    private final BodyPace pace;

    private volatile Phase phase = Phase.IDLE;
    private volatile long since = System.nanoTime();
    private volatile boolean hasBytes;
    private volatile boolean hasEvent;
    private volatile boolean queued;
    private volatile long eventAt = since;
    private volatile @Nullable SlowClientException end;

    ClientConnection(ClientConnections all, NioSocketWrapper wrapper, SocketChannel socket, BodyPace pace) {
        this.all = all;
        this.wrapper = wrapper;
        this.socket = socket;
        this.address = socket.socket().getInetAddress();
        this.pace = pace;
    }

    Phase phase() {
        return phase;
    }

    /** When the phase began, as {@link System#nanoTime} says it; for a head, when its first byte arrived. */
    long since() {
        return since;
    }

    BodyPace pace() {
        return pace;
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

    boolean isEnding() {
        return end != null;
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

    /** The headers of a request are complete. */
    void serves() {
        pace.begin();
        hasBytes = false;
        phase = Phase.SERVING;
    }

    /** What has arrived so far is read, and more is required for the next request. */
    void awaitsMore() {
        switch (phase) {
            case SERVING -> {
                since = System.nanoTime();
                // What is left of a pipelined request stays with Tomcat, which then calls awaitsRestOfHead.
                phase = Phase.IDLE;
            }
            case IDLE -> {
                if (hasBytes) {
                    // Blank lines, which may stand in front of a request: a drip of them is a drip.
                    since = eventAt;
                    phase = Phase.HEAD;
                }
            }
            case HEAD -> {
                // Its first byte was before.
            }
        }
    }

    /** A part of a head has been read. */
    void awaitsRestOfHead() {
        if (phase == Phase.SERVING) {
            since = System.nanoTime();
        } else if (phase == Phase.IDLE) {
            since = eventAt;
        }
        phase = Phase.HEAD;
    }

    /**
     * Before each read of the socket.
     *
     * @throws SlowClientException when this connection is being ended
     */
    void beforeReading() throws SlowClientException {
        SlowClientException slow = end;
        if (slow != null) {
            throw slow;
        }
    }

    /** After each read of the socket: what Tomcat got, 0 where it now waits. */
    void afterReading(int count) {
        if (count > 0) {
            hasBytes = true;
        }
        if (phase != Phase.SERVING) {
            return;
        }
        if (count == 0) {
            pace.waits(System.nanoTime());
            // Tomcat measures silence from the last byte on, also through a time in which nothing was read.
            wrapper.updateLastRead();
        } else {
            pace.arrived(System.nanoTime(), Math.max(count, 0));
        }
    }

    /** Before Tomcat waits until the client takes more of a response. */
    void waitsToWrite() {
        // As for reading.
        wrapper.updateLastWrite();
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
        ReentrantLock lock = wrapper.getLock();
        // Whoever holds it is at work on a request: then this is none that only waits.
        if (!lock.tryLock()) {
            return false;
        }
        try {
            if (!mayClose() || wrapper.isClosed() || (phase == Phase.IDLE && findsHead())) {
                return false;
            }
            farewell.sendTo(socket);
            wrapper.close();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a head has begun to arrive that Tomcat has not noticed yet; to be called with the lock. */
    private boolean findsHead() {
        ByteBuffer first = ByteBuffer.allocate(1);
        try {
            if (socket.read(first) <= 0) {
                return false;
            }
        } catch (IOException e) {
            log.debug("the client went away", e);
            return false;
        }
        // Tomcat reads on from there; what else has arrived still wakes it.
        wrapper.unRead(first.flip());
        since = System.nanoTime();
        phase = Phase.HEAD;
        return true;
    }

    /**
     * Ends the request that is being served: the read that waits now, or the next one, fails.
     *
     * @param reason for the caller
     */
    void endRequest(SlowClientException reason) {
        end = reason;
        try {
            // Wakes the thread that waits. To close the connection here would free buffers that are in use.
            socket.shutdownInput();
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
    }

    /**
     * Ends the body of the request that is being served, if there is one: the read that waits now finds its end. Tomcat's
     * poller wakes the thread that waits; an interrupt would not, and closing the socket neither, until the read timeout.
     */
    void endBody() {
        try {
            socket.shutdownInput();
        } catch (ClosedChannelException e) {
            log.trace("the connection has ended by itself", e);
        } catch (IOException e) {
            log.debug("the connection does not end", e);
        }
    }
}
