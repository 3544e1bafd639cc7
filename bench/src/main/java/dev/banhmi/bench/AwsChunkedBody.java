package dev.banhmi.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The bytes inside a body of {@code Content-Encoding: aws-chunked}: chunks of {@code size[;chunk-signature=…]}, a last one of size 0, trailer
 * fields. Signatures and trailers are read and not checked.
 */
final class AwsChunkedBody extends InputStream {

    private static final int HEXADECIMAL = 16;

    private final InputStream in;
    private long left;
    private boolean began;
    private boolean ended;

    AwsChunkedBody(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw new EOFException("the body ended inside a chunk");
        }
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (began) {
            line();
        }
        began = true;
        left = Long.parseLong(line().replaceFirst(";.*", ""), HEXADECIMAL);
        if (left == 0) {
            ended = true;
            in.transferTo(OutputStream.nullOutputStream());
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the body ended between chunks");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }
}
