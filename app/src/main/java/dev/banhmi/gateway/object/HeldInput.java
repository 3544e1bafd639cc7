package dev.banhmi.gateway.object;

import java.io.InputStream;

/** Puts pieces together again, which are given back as they are read. Not thread-safe. */
final class HeldInput extends InputStream {

    private final WaitingBytes.Held held;
    private byte[] piece = new byte[0];
    private int position;

    HeldInput(WaitingBytes.Held held) {
        this.held = held;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int offset, int wanted) {
        if (position == piece.length) {
            byte[] next = held.next();
            if (next == null) {
                return -1;
            }
            piece = next;
            position = 0;
        }
        int count = Math.min(wanted, piece.length - position);
        System.arraycopy(piece, position, target, offset, count);
        position += count;
        return count;
    }
}
