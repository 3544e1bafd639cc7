package dev.banhmi.gateway.store.wire;

import dev.banhmi.gateway.store.wire.WireException.Sent;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What the store has said to one request. Used by one thread at a time; to be closed. */
public final class BlockingResponse implements AutoCloseable {

    private final BlockingWire wire;
    private final BucketAddress address;
    private final BlockingConnection connection;
    private final BlockingExchange exchange;
    private final ResponseHead head;
    private boolean closed;

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
        if (closed) {
            throw new IllegalStateException("the response is closed");
        }
        try {
            return exchange.read(to);
        } catch (IOException e) {
            throw wire.failure(e, connection, Sent.BODY);
        }
    }

    /** Keeps the connection if all of the body has been read, and ends it otherwise. Takes no time. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            wire.end(address, connection, exchange, head);
        }
    }
}
