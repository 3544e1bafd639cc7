package dev.banhmi.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * One connection that carries one request after the other. Not thread-safe.
 *
 * <p>Bodies that are received are dropped by the kernel, with two exceptions: what arrives with the head, and bodies in chunks, whose end can
 * only be seen by reading them. Those are short: receipts of uploads.
 */
final class Connection implements AutoCloseable {

    private static final int TIMEOUT_SECONDS = 60;
    private static final int HEAD_ROOM = 16 << 10;
    private static final int BLOCK = 256 << 10;
    private static final int SENT_AT_ONCE = 64 << 10;
    private static final int DISCARDED_AT_ONCE = 1 << 20;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** What a connection waits for. */
    private enum State {
        IDLE,
        SENDING,
        HEAD,
        BODY
    }

    private final Libc libc;
    private final Request request;
    private final boolean waits;
    private final MemorySegment first;
    private final MemorySegment block;
    private final MemorySegment headRoom = Arena.ofAuto().allocate(HEAD_ROOM);
    private final MemorySegment discardRoom = Arena.ofAuto().allocate(DISCARDED_AT_ONCE);
    private final byte[] received = new byte[HEAD_ROOM];

    private int fd = -1;
    private State state = State.IDLE;
    private long toSend;
    private int count;
    private long left;
    private boolean chunked;
    private boolean closes;
    private long started;
    private long firstByte;
    private long discarded;

    /**
     * Connects with the first request.
     *
     * @param waits whether {@link #proceed} waits until the response has ended
     */
    Connection(Libc libc, Request request, boolean waits) {
        this.libc = libc;
        this.request = request;
        this.waits = waits;
        byte[] head = request.head();
        long bodyAtOnce = request.isPut() ? Math.min(request.length(), SENT_AT_ONCE) : 0;
        this.first = Arena.ofAuto().allocate(head.length + bodyAtOnce);
        MemorySegment.copy(head, 0, first, ValueLayout.JAVA_BYTE, 0, head.length);
        byte[] content = Content.block(BLOCK);
        MemorySegment.copy(content, 0, first, ValueLayout.JAVA_BYTE, head.length, (int) bodyAtOnce);
        this.block = Arena.ofAuto().allocate(BLOCK);
        MemorySegment.copy(content, 0, block, ValueLayout.JAVA_BYTE, 0, BLOCK);
    }

    boolean isIdle() {
        return state == State.IDLE;
    }

    boolean isSending() {
        return state == State.SENDING;
    }

    int descriptor() {
        return fd;
    }

    /** Time from the moment the request was due to the first byte of its response. */
    long firstByteNanos() {
        return firstByte - started;
    }

    /**
     * Begins a request.
     *
     * @param due the time its latency counts from, as {@link System#nanoTime} has it
     */
    void begin(long due) throws IOException {
        if (fd < 0) {
            fd = libc.connect(request.port(), TIMEOUT_SECONDS);
        }
        started = due;
        toSend = first.byteSize() + remainder();
        count = 0;
        state = State.SENDING;
    }

    /** Bytes of the body that do not go out with the head. */
    private long remainder() {
        return request.isPut() ? Math.max(0, request.length() - SENT_AT_ONCE) : 0;
    }

    /** Sends and receives what is possible now, or waits; true once the response has ended. */
    boolean proceed() throws IOException {
        return proceed(Long.MAX_VALUE);
    }

    /** The same, reading at most so many bytes of the body. */
    boolean proceed(long most) throws IOException {
        if (state == State.SENDING && !send()) {
            return false;
        }
        if (state == State.HEAD && !receiveHead()) {
            return false;
        }
        for (long allowed = most; state == State.BODY && allowed > 0; ) {
            if (chunked ? endsWithLastChunk() : left == 0) {
                finish();
                return true;
            }
            long got = chunked ? readChunks() : discard(allowed);
            if (got == -Libc.AGAIN) {
                return false;
            }
            if (got == 0) {
                throw new EOFException("the connection ended inside a body");
            }
            allowed -= got;
        }
        return false;
    }

    private boolean send() throws IOException {
        while (toSend > 0) {
            long remainder = remainder();
            MemorySegment next = toSend > remainder
                    ? first.asSlice(first.byteSize() - (toSend - remainder))
                    : block.asSlice((request.length() - toSend) % BLOCK);
            next = next.byteSize() > toSend ? next.asSlice(0, toSend) : next;
            long sent = libc.send(fd, next, waits);
            if (sent == -Libc.AGAIN) {
                return false;
            }
            toSend -= sent;
        }
        state = State.HEAD;
        return true;
    }

    private boolean receiveHead() throws IOException {
        do {
            long got = libc.receive(fd, headRoom.asSlice(count), waits);
            if (got == -Libc.AGAIN) {
                return false;
            }
            if (got == 0) {
                throw new EOFException("the connection ended before a response");
            }
            if (count == 0) {
                firstByte = System.nanoTime();
            }
            MemorySegment.copy(headRoom, ValueLayout.JAVA_BYTE, count, received, count, (int) got);
            count += (int) got;
        } while (!ResponseHead.isWhole(received, count));
        ResponseHead head = ResponseHead.parse(received, count);
        chunked = head.length() == ResponseHead.CHUNKED;
        closes = head.closes();
        if (!request.succeededWith(head.status()) || (!request.isPut() && head.length() != request.length())) {
            throw new IOException("not the response that was expected: "
                    + new String(received, 0, count, StandardCharsets.ISO_8859_1).strip());
        }
        left = head.length() - (count - head.bytes());
        if (!chunked && left < 0) {
            throw new IOException("more bytes than announced: " + -left);
        }
        state = State.BODY;
        return true;
    }

    private boolean endsWithLastChunk() {
        for (int i = 0; i < LAST_CHUNK.length; i++) {
            if (count < LAST_CHUNK.length || received[count - LAST_CHUNK.length + i] != LAST_CHUNK[i]) {
                return false;
            }
        }
        return true;
    }

    private long readChunks() throws IOException {
        long got = libc.receive(fd, headRoom.asSlice(count), waits);
        if (got > 0) {
            MemorySegment.copy(headRoom, ValueLayout.JAVA_BYTE, count, received, count, (int) got);
            count += (int) got;
        }
        return got;
    }

    private long discard(long allowed) throws IOException {
        long got =
                libc.discard(fd, discardRoom.asSlice(0, Math.min(DISCARDED_AT_ONCE, Math.min(left, allowed))), waits);
        if (got > 0) {
            left -= got;
            discarded += got;
        }
        return got;
    }

    private void finish() throws IOException {
        state = State.IDLE;
        if (closes) {
            close();
        }
    }

    /** Bytes of all bodies that the kernel has dropped. */
    long discarded() {
        return discarded;
    }

    /** Whether a response has begun and not ended. */
    boolean isReceiving() {
        return state == State.BODY;
    }

    @Override
    public void close() throws IOException {
        if (fd >= 0) {
            libc.close(fd);
            fd = -1;
        }
    }
}
