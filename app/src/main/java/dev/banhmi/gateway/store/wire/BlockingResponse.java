package dev.banhmi.gateway.store.wire;

import dev.banhmi.gateway.store.wire.WireException.Reason;
import dev.banhmi.gateway.store.wire.WireException.Sent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;

/** What the store has said to one request. Read by one thread; to be closed, by any, which ends a read that is under way. */
public final class BlockingResponse implements AutoCloseable {

    private final BlockingWire wire;
    private final BucketAddress address;
    private final BlockingConnection connection;
    private final BlockingExchange exchange;
    private final ResponseHead head;
    private final AtomicReference<Use> use = new AtomicReference<>(Use.IDLE);

    /** What is done with it; whoever reads while it is closed gives the connection back. */
    private enum Use {
        IDLE,
        READ,
        CLOSED
    }

    BlockingResponse(
            BlockingWire wire,
            BucketAddress address,
            BlockingConnection connection,
            BlockingExchange exchange,
            ResponseHead head) {
        this.wire = wire;
        this.address = address;
        this.connection = connection;
        this.exchange = exchange;
        this.head = head;
    }

    /**
     * The status.
     *
     * @return 200 to 599
     */
    public int status() {
        return head.status();
    }

    /**
     * The header fields.
     *
     * @return all of them
     */
    public Fields fields() {
        return head.fields();
    }

    /**
     * Waits for bytes of the body.
     *
     * @param to gets some of them, at least one if it has room
     * @return how many; -1 behind the last one
     * @throws WireException when the store does not send all of them, or not in time
     */
    public int read(ByteBuffer to) throws WireException {
        if (!use.compareAndSet(Use.IDLE, Use.READ)) {
            throw new WireException(Reason.ENDED, Sent.BODY, "the response is closed", null);
        }
        try {
            return exchange.read(to);
        } catch (IOException e) {
            throw wire.failure(e, connection, Sent.BODY);
        } finally {
            if (!use.compareAndSet(Use.READ, Use.IDLE)) {
                wire.drop(connection);
            }
        }
    }

    /** Keeps the connection if all of the body has been read, and ends it otherwise. Takes no time. */
    @Override
    public void close() {
        switch (use.getAndSet(Use.CLOSED)) {
            case IDLE -> wire.end(address, connection, exchange, head);
            case READ -> connection.abort();
            case CLOSED -> {}
        }
    }
}
