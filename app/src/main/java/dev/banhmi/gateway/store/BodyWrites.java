package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The socket as the body of a request is written to it. Its failures can be told from those of the body, and nothing is
 * sent to a store that has refused the request. Used by one thread at a time; ended by the same.
 */
final class BodyWrites extends OutputStream {
    /*
     * A store that has refused need neither read on nor close the connection. A write that waits for it has no limit of
     * its own, and what the store has said is lost when a try's limit closes the socket. So somebody else looks, now and
     * then, and ends the one half of the connection; the other can still be read.
     */

    /** How long a write is held up at most by a store that has refused. */
    private static final Duration LOOKS = Duration.ofSeconds(1);

    /** Of a body that is shorter no write waits: the buffers of the sockets take it. */
    private static final long SHORT = 1 << 16;

    private final OutputStream out;
    private final ResponseBytes responses;
    private final Socket socket;
    private final @Nullable Thread watch;

    private volatile boolean ended;
    private volatile boolean isCut;
    private @Nullable IOException failure;

    /**
     * For one body, to be {@linkplain #end ended}.
     *
     * @param length of the body; negative when unknown
     * @param out to the socket
     * @param responses of the same connection
     * @param socket of the same connection, without TLS
     */
    BodyWrites(long length, OutputStream out, ResponseBytes responses, Socket socket) {
        this.out = out;
        this.responses = responses;
        this.socket = socket;
        this.watch = length >= 0 && length <= SHORT
                ? null
                : Thread.ofVirtual().name("early-responses").start(this::lookNowAndThen);
    }

    private void lookNowAndThen() {
        try {
            while (!ended) {
                Thread.sleep(LOOKS);
                if (endWhereRefused()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // The body has been sent.
        }
    }

    /** Looks whether the store has refused the request, and if so lets no more be sent. */
    private boolean endWhereRefused() {
        synchronized (responses) {
            if (ended) {
                return true;
            }
            responses.arrived();
            if (!responses.hasRefusal()) {
                return false;
            }
            isCut = true;
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                // Then it is closed, and no write waits.
            }
            return true;
        }
    }

    /** Whether our half of the connection has ended, so that it carries no other request; known once this has {@linkplain #end ended}. */
    boolean isCut() {
        return isCut;
    }

    /**
     * Before a write.
     *
     * @throws IOException when the store has refused the request
     */
    void requireNotRefused() throws IOException {
        if (responses.hasRefusal() && endWhereRefused()) {
            throw new IOException("the store has refused the request; the rest of its body is not sent");
        }
    }

    /** Nothing more is written, and from now on only the caller reads. */
    void end() {
        synchronized (responses) {
            ended = true;
        }
        if (watch != null) {
            watch.interrupt();
        }
    }

    /** What the socket first threw. */
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            throw noted(e);
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException e) {
            throw noted(e);
        }
    }

    /** The first one; what is left in the buffer is tried again when the body is closed. */
    private IOException noted(IOException e) {
        if (failure == null) {
            failure = e;
        }
        return e;
    }
}
