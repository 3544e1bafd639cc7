package dev.banhmi.bench;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** The next bytes of a connection, as many as {@code Content-Length} says; closing it leaves the connection open. */
final class BoundedBody extends FilterInputStream {

    private long left;

    BoundedBody(InputStream in, long length) {
        super(in);
        this.left = length;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw new EOFException("the body ended early, " + left + " bytes are missing");
        }
        left -= count;
        return count;
    }

    @Override
    public void close() {
        // The next request comes over the same connection.
    }
}
