package dev.banhmi.gateway.object;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Cuts what is written into pieces, the last of which is added by {@link #finish}. Closing adds nothing: what is closed on
 * the way of a failure would wait for room for bytes that nobody wants. Not thread-safe.
 */
final class HeldOutput extends OutputStream {

    private final WaitingBytes.Held held;
    private byte[] piece = new byte[WaitingBytes.PIECE];
    private int filled;

    HeldOutput(WaitingBytes.Held held) {
        this.held = held;
    }

    @Override
    public void write(int one) {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        for (int written = 0; written < length; ) {
            int count = Math.min(length - written, WaitingBytes.PIECE - filled);
            System.arraycopy(source, offset + written, piece, filled, count);
            written += count;
            filled += count;
            if (filled == WaitingBytes.PIECE) {
                held.add(piece);
                piece = new byte[WaitingBytes.PIECE];
                filled = 0;
            }
        }
    }

    /** Adds what is left; nothing is written afterwards. */
    void finish() {
        if (filled > 0) {
            held.add(Arrays.copyOf(piece, filled));
            filled = 0;
        }
    }
}
