package dev.banhmi.gateway.store.wire;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Drives an {@link Exchange} over a {@link BlockingConnection}. Used by one thread at a time. */
final class BlockingExchange {

    private static final int HEAD_ROOM = 1 << 13;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BlockingConnection connection;
    private final Exchange exchange;

    /** What has arrived and belongs nowhere yet; always to be read. */
    private final ByteBuffer arrived = ByteBuffer.allocate(HEAD_ROOM).flip();

    /** Whoever sends the body has it, but not while a write is under way: then another thread may look. */
    private final ReentrantLock looking = new ReentrantLock();

    private WireException.Sent sent = WireException.Sent.NOTHING;
    private boolean broken;

    /** What the store said while a write was held up, if that is no response. */
    private @Nullable MalformedResponseException malformed;

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
        if (body == null || body.length() == 0) {
            exchange.sent();
            sent = body == null ? WireException.Sent.BODY : WireException.Sent.NO_BODY;
            connection.send(head, NOTHING);
            sent = WireException.Sent.BODY;
            return;
        }
        looking.lock();
        try {
            connection.setLookout(this::lookWhileHeldUp);
            send(head, new BodyPieces(body));
        } finally {
            connection.setLookout(null);
            looking.unlock();
        }
    }

    private void send(ByteBuffer head, BodyPieces body) throws IOException {
        ByteBuffer first = head;
        while (!body.isOver() && exchange.wantsRest()) {
            ByteBuffer part = body.next();
            int count = part.remaining();
            if (sendSome(first, part, body.isLast(count))) {
                body.sent(count);
                first = NOTHING;
            }
        }
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
            sendAndLetLook(first, part);
            requireResponse();
            return true;
        } catch (MalformedResponseException e) {
            throw e;
        } catch (IOException e) {
            broken = true;
            requireResponse();
            lookForARefusal(e);
            return false;
        }
    }

    private void sendAndLetLook(ByteBuffer first, ByteBuffer part) throws IOException {
        looking.unlock();
        try {
            connection.send(first, part);
        } finally {
            looking.lock();
        }
    }

    private void requireResponse() throws MalformedResponseException {
        if (malformed != null) {
            throw malformed;
        }
    }

    /** In another thread, while a write waits for a store that has perhaps refused the request, and reads no more. */
    private void lookWhileHeldUp(long write) {
        if (!looking.tryLock()) {
            return;
        }
        try {
            if (connection.isHeldUp(write) && exchange.head() == null && malformed == null) {
                arrived.compact();
                int count;
                try {
                    count = connection.lookBesidesAWrite(arrived);
                } finally {
                    arrived.flip();
                }
                // Else it may have come after the last byte, and whoever sends takes it.
                if (count > 0 && connection.isHeldUp(write)) {
                    takeEarly();
                }
            }
        } catch (MalformedResponseException e) {
            malformed = e;
            connection.cut();
        } catch (IOException e) {
            // Whoever sends gets it, too.
        } finally {
            looking.unlock();
        }
    }

    /** What came before the write that is under way has ended, be it the last one. */
    private void takeEarly() throws MalformedResponseException {
        boolean isLast = exchange.isSent();
        exchange.cut();
        exchange.receive(arrived);
        if (exchange.head() != null) {
            connection.cut();
        } else if (isLast) {
            exchange.sent();
        }
    }

    /** Linux keeps what has arrived before a connection is reset; the refusal is there, though nothing can be sent. */
    private void lookForARefusal(IOException failure) throws IOException {
        exchange.cut();
        try {
            look();
        } catch (MalformedResponseException e) {
            // What it said is why, whether that is seen before a write or behind it.
            e.addSuppressed(failure);
            throw e;
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
}
