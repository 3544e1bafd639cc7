package dev.banhmi.gateway.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** A client that knows which {@link Generated} bytes have to come. */
final class ComparingClient extends OutputStream {

    private final long first;
    private final Reaction reaction;
    private long count;

    /** What the client does after it has taken bytes. */
    interface Reaction {
        void after(long total, int taken) throws IOException;
    }

    ComparingClient(long first, Reaction reaction) {
        this.first = first;
        this.reaction = reaction;
    }

    long count() {
        return count;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        byte[] expected = Generated.bytes(first + count, length);
        if (!Arrays.equals(bytes, offset, offset + length, expected, 0, length)) {
            throw new AssertionError("wrong bytes at " + (first + count) + " or up to " + length + " later");
        }
        count += length;
        reaction.after(count, length);
    }
}
