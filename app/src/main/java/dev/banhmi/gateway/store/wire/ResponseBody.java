package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;

/**
 * Tells which of the bytes that follow the head of a response are its body's. Never takes one that follows the body.
 */
final class ResponseBody {

    /** Of the line before a chunk, and of all the lines behind the last one: nobody reads what can be long there. */
    private static final int MOST_LINE = 1 << 12;

    private static final int MOST_DIGITS = 15;

    /** What comes next. */
    private enum Next {
        BYTES,
        LINE_BEHIND_CHUNK,
        SIZE,
        TRAILER,
        NOTHING
    }

    private final Framing framing;
    private Next next;

    /** Of the body, or of the chunk, while {@link Next#BYTES} come. */
    private long left;

    /** Of the lines at which it is. */
    private int lineLength;

    private int digits;
    private boolean inSize = true;
    private boolean cr;
    private boolean emptyLine = true;

    ResponseBody(Framing framing) {
        this.framing = framing;
        switch (framing) {
            case Framing.None() -> next = Next.NOTHING;
            case Framing.Length(long length) -> {
                left = length;
                next = length == 0 ? Next.NOTHING : Next.BYTES;
            }
            case Framing.Chunks() -> next = Next.SIZE;
            case Framing.UntilEnd() -> {
                left = Long.MAX_VALUE;
                next = Next.BYTES;
            }
        }
    }

    /** Whether all of it has been taken. */
    boolean isWhole() {
        return next == Next.NOTHING;
    }

    /** How many of the bytes that come next are the body's, so that they can be read to where they belong. */
    long run() {
        return next == Next.BYTES ? left : 0;
    }

    /** Notes that so many of them were. */
    void ran(long count) {
        if (count < 0 || count > run()) {
            throw new IllegalArgumentException(count + " bytes of " + run());
        }
        if (!(framing instanceof Framing.UntilEnd)) {
            left -= count;
            if (left == 0) {
                next = framing instanceof Framing.Chunks ? Next.LINE_BEHIND_CHUNK : Next.NOTHING;
            }
        }
    }

    /**
     * Moves bytes of the body.
     *
     * @param arrived from where; what is between the bytes of the body is read as well
     * @param to where they go
     * @return how many
     * @throws MalformedResponseException when they are no chunks
     */
    int take(ByteBuffer arrived, ByteBuffer to) throws MalformedResponseException {
        int taken = 0;
        while (arrived.hasRemaining() && next != Next.NOTHING) {
            if (next != Next.BYTES) {
                takeLine(arrived.get());
                continue;
            }
            int count = Moved.some(arrived, to, left);
            if (count == 0) {
                break;
            }
            ran(count);
            taken += count;
        }
        return taken;
    }

    /**
     * Notes that the connection has ended.
     *
     * @throws MalformedResponseException when the body goes on
     */
    void end() throws MalformedResponseException {
        if (framing instanceof Framing.UntilEnd) {
            next = Next.NOTHING;
        } else if (next != Next.NOTHING) {
            throw new MalformedResponseException("the store's response broke off within its body");
        }
    }

    private void takeLine(byte b) throws MalformedResponseException {
        if (++lineLength > MOST_LINE) {
            throw new MalformedResponseException("the store's response has a line between its chunks that is too long");
        }
        if (b == '\n') {
            if (!cr) {
                throw noChunks();
            }
            endLine();
        } else if (cr) {
            throw noChunks();
        } else if (b == '\r') {
            cr = true;
        } else if (next == Next.LINE_BEHIND_CHUNK) {
            throw noChunks();
        } else {
            emptyLine = false;
            if (next == Next.SIZE && inSize) {
                takeDigit(b);
            }
        }
    }

    private void takeDigit(byte b) throws MalformedResponseException {
        int digit = Character.digit((char) b, 16);
        if (digit >= 0 && digits < MOST_DIGITS) {
            left = left << 4 | digit;
            digits++;
        } else if (digits > 0 && (b == ';' || Field.isBlank((char) b))) {
            inSize = false;
        } else {
            throw noChunks();
        }
    }

    private void endLine() throws MalformedResponseException {
        switch (next) {
            case SIZE -> {
                if (digits == 0) {
                    throw noChunks();
                }
                next = left == 0 ? Next.TRAILER : Next.BYTES;
                lineLength = 0;
            }
            case LINE_BEHIND_CHUNK -> {
                next = Next.SIZE;
                lineLength = 0;
            }
            // Nobody asked for any field here.
            case TRAILER -> next = emptyLine ? Next.NOTHING : Next.TRAILER;
            case BYTES, NOTHING -> throw new IllegalStateException("no line is read at " + next);
        }
        digits = 0;
        inSize = true;
        cr = false;
        emptyLine = true;
    }

    private static MalformedResponseException noChunks() {
        return new MalformedResponseException("the store's response has no chunks where it announced them");
    }
}
