package dev.banhmi.gateway.store.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Drives an {@link Exchange} over a {@link BlockingConnection}. Used by one thread at a time. */
final class BlockingExchange {

    /** Between two of them it is seen whether the store has refused. */
    private static final int MOST_AT_ONCE = 1 << 18;

    /** A success that arrives before these are sent is not believed. */
    private static final int LAST = 1 << 13;

    private static final int HEAD_ROOM = 1 << 13;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BlockingConnection connection;
    private final Exchange exchange;

    /** What has arrived and belongs nowhere yet; always to be read. */
    private final ByteBuffer arrived = ByteBuffer.allocate(HEAD_ROOM).flip();

    private WireException.Sent sent = WireException.Sent.NOTHING;
    private boolean broken;

    BlockingExchange(BlockingConnection connection, Exchange exchange) {
        this.connection = connection;
        this.exchange = exchange;
    }

    /** How much of the request can have left. */
    WireException.Sent sent() {
        return sent;
    }

    /**
     * Sends a request, to its end or until it is refused.
     *
     * @throws BodyException when the body has failed
     * @throws IOException when the connection breaks, and the store has refused nothing before
     */
    void send(ByteBuffer head, @Nullable WireBody body) throws IOException {
        long left = body == null ? 0 : body.length();
        if (body == null || left == 0) {
            exchange.sent();
            sent = body == null ? WireException.Sent.BODY : WireException.Sent.NO_BODY;
            connection.send(head, NOTHING);
            sent = WireException.Sent.BODY;
            return;
        }
        ByteBuffer first = head;
        while (left > 0 && exchange.wantsRest()) {
            ByteBuffer piece = next(body, left);
            while (piece.hasRemaining() && exchange.wantsRest()) {
                int count = step(piece.remaining(), left);
                if (sendSome(first, piece.slice(piece.position(), count), count == left)) {
                    piece.position(piece.position() + count);
                    left -= count;
                    first = NOTHING;
                }
            }
        }
    }

    private static ByteBuffer next(WireBody body, long left) throws BodyException {
        try {
            ByteBuffer piece = body.next();
            if (!piece.hasRemaining() || piece.remaining() > left) {
                throw new IOException(piece.remaining() + " bytes of a body of which " + left + " are left");
            }
            return piece;
        } catch (IOException e) {
            throw new BodyException(e);
        }
    }

    private static int step(int available, long left) {
        return left > LAST ? (int) Math.min(Math.min(available, MOST_AT_ONCE), left - LAST) : available;
    }

    /** Returns false when it was not sent, because the store has refused. */
    private boolean sendSome(ByteBuffer first, ByteBuffer part, boolean isLast) throws IOException {
        try {
            if (sent != WireException.Sent.NOTHING) {
                look();
                if (!exchange.wantsRest()) {
                    return false;
                }
            }
            if (isLast) {
                exchange.sent();
            }
            sent = WireException.Sent.BODY;
            connection.send(first, part);
            return true;
        } catch (MalformedResponseException e) {
            throw e;
        } catch (IOException e) {
            broken = true;
            lookForARefusal(e);
            return false;
        }
    }

    /** Linux keeps what has arrived before a connection is reset; the refusal is there, though nothing can be sent. */
    private void lookForARefusal(IOException failure) throws IOException {
        exchange.cut();
        try {
            look();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
        if (exchange.head() == null) {
            throw failure;
        }
    }

    /** Takes what has arrived, without waiting. */
    private void look() throws IOException {
        while (exchange.head() == null) {
            exchange.receive(arrived);
            if (exchange.head() != null) {
                return;
            }
            arrived.compact();
            int count;
            try {
                count = connection.look(arrived);
            } finally {
                arrived.flip();
            }
            if (count < 0) {
                throw new EOFException("the store closed the connection before the end of the request");
            }
            if (count == 0) {
                return;
            }
        }
    }

    /**
     * Waits for the head of the response.
     *
     * @throws MalformedResponseException when it is none
     */
    ResponseHead receive() throws IOException {
        while (true) {
            exchange.receive(arrived);
            ResponseHead head = exchange.head();
            if (head != null) {
                return head;
            }
            fill();
        }
    }

    /** Waits for bytes of the body; -1 behind its end. */
    int read(ByteBuffer to) throws IOException {
        while (!exchange.isOver()) {
            int count = exchange.take(arrived, to);
            if (count > 0 || !to.hasRemaining()) {
                return count;
            }
            long run = exchange.run();
            if (run > 0) {
                count = readStraight(to, run);
                if (count > 0) {
                    return count;
                }
            } else if (!exchange.isOver()) {
                fill();
            }
        }
        return -1;
    }

    /** What is the body's goes where it belongs, past any other buffer. */
    private int readStraight(ByteBuffer to, long run) throws IOException {
        int limit = to.limit();
        to.limit(to.position() + (int) Math.min(to.remaining(), run));
        int count;
        try {
            count = connection.receive(to);
        } finally {
            to.limit(limit);
        }
        if (count < 0) {
            end();
            return 0;
        }
        exchange.ran(count);
        return count;
    }

    private void fill() throws IOException {
        arrived.compact();
        int count;
        try {
            count = connection.receive(arrived);
        } finally {
            arrived.flip();
        }
        if (count < 0) {
            end();
        }
    }

    private void end() throws IOException {
        try {
            exchange.end();
        } catch (MalformedResponseException e) {
            // What arrived was right so far.
            throw (EOFException) new EOFException(e.getMessage()).initCause(e);
        }
    }

    /** Whether the connection can be used again. */
    boolean leavesInStep() {
        return !broken && exchange.leavesInStep() && !arrived.hasRemaining();
    }

    /** What the body is read from has failed, which says nothing of the store. */
    static final class BodyException extends IOException {

        private static final long serialVersionUID = 1L;

        private final IOException failure;

        BodyException(IOException failure) {
            super(failure);
            this.failure = failure;
        }

        IOException failure() {
            return failure;
        }
    }
}
