package dev.banhmi.gateway.store.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The body of a request in the pieces in which it is sent. Used by one thread at a time. */
final class BodyPieces {

    /** Between two of them it is seen whether the store has refused. */
    private static final int MOST_AT_ONCE = 1 << 18;

    /** A success that arrives before these are sent is not believed. */
    private static final int LAST = 1 << 13;

    private final WireBody body;
    private long left;
    private ByteBuffer given = ByteBuffer.allocate(0);

    BodyPieces(WireBody body) {
        this.body = body;
        this.left = body.length();
    }

    /** Whether all of it has been sent. */
    boolean isOver() {
        return left == 0;
    }

    /**
     * What is sent next; the same until it has been {@link #sent}.
     *
     * @throws BodyException when the body has failed, or has another length than it says
     */
    ByteBuffer next() throws BodyException {
        if (!given.hasRemaining()) {
            given = read();
        }
        int count = left > LAST
                ? (int) Math.min(Math.min(given.remaining(), MOST_AT_ONCE), left - LAST)
                : given.remaining();
        return given.slice(given.position(), count);
    }

    private ByteBuffer read() throws BodyException {
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

    /** Whether nothing is left behind so many of the next bytes. */
    boolean isLast(int count) {
        return count == left;
    }

    /** Notes that so many were sent. */
    void sent(int count) {
        given.position(given.position() + count);
        left -= count;
    }
}
