package dev.banhmi.gateway.store.wire;

import dev.banhmi.gateway.store.wire.WireException.Reason;
import dev.banhmi.gateway.store.wire.WireException.Sent;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes single tries of requests to the store, over connections that are kept; whoever calls tries again. Thread-safe.
 */
public final class BlockingWire implements AutoCloseable {

    private final BlockingConnections connections;
    private final InstantSource clock;

    /**
     * Without a connection at first.
     *
     * @param settings of its connections
     * @param clock for signatures
     * @param nanoTime for limits
     */
    public BlockingWire(WireSettings settings, InstantSource clock, LongSupplier nanoTime) {
        this.connections = new BlockingConnections(settings, nanoTime);
        this.clock = clock;
    }

    /**
     * Sends a request and waits for the head of its response.
     *
     * @param request what is requested
     * @param identity who signs
     * @param body null for none
     * @param until when the head has to be there, by the nano time; behind it only silence is bounded
     * @return to be closed
     * @throws WireException when there is no response, or none that is believed
     * @throws IOException what the body throws
     */
    public BlockingResponse send(RequestHead request, Identity identity, @Nullable WireBody body, long until)
            throws IOException {
        BlockingConnection connection = connections.lease(request.address(), until);
        boolean ready = false;
        try {
            boolean isRead = request.method().equals("GET");
            BlockingExchange exchange = new BlockingExchange(connection, new Exchange(isRead));
            ResponseHead head = exchange(connection, exchange, request, identity, body, until);
            if (isRead && head.isSuccess()) {
                connection.until(Long.MAX_VALUE);
            }
            ready = true;
            return new BlockingResponse(this, request.address(), connection, exchange, head);
        } finally {
            if (!ready) {
                connections.drop(connection);
            }
        }
    }

    private ResponseHead exchange(
            BlockingConnection connection,
            BlockingExchange exchange,
            RequestHead request,
            Identity identity,
            @Nullable WireBody body,
            long until)
            throws IOException {
        try {
            connection.until(until);
            exchange.send(connection.write(request, identity, clock.instant()), body);
            return exchange.receive();
        } catch (BodyException e) {
            throw e.failure();
        } catch (IOException e) {
            throw failure(e, connection, exchange.sent());
        }
    }

    /** What a failure on a connection means. */
    WireException failure(IOException cause, BlockingConnection connection, Sent sent) {
        if (cause instanceof MalformedResponseException) {
            return new WireException(Reason.MALFORMED, sent, String.valueOf(cause.getMessage()), cause);
        }
        if (connection.hasTimedOut()) {
            return new WireException(Reason.TIMED_OUT, sent, "the store took too long", cause);
        }
        if (cause instanceof ClosedByInterruptException || connections.isClosed()) {
            return new WireException(Reason.ENDED, sent, "the call was ended", cause);
        }
        return new WireException(
                Reason.BROKEN, sent, "the connection to the store broke: " + cause.getMessage(), cause);
    }

    /** Ends the use of a connection. */
    void end(BucketAddress address, BlockingConnection connection, BlockingExchange exchange, ResponseHead head) {
        if (exchange.leavesInStep()) {
            connections.keep(address, connection, head.keepAliveNanos());
        } else {
            connections.drop(connection);
        }
    }

    /** Closes a connection. */
    void drop(BlockingConnection connection) {
        connections.drop(connection);
    }

    /** Ends what is under way, too. */
    @Override
    public void close() {
        connections.close();
    }
}
