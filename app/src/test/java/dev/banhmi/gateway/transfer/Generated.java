package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.Crc32c;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that depend on their position alone. They repeat after a prime number of bytes, so that no two parts are alike and a part
 * that is missing, doubled or in the wrong place is noticed.
 */
public final class Generated extends InputStream {

    private static final int PERIOD = 1_048_573;
    private static final byte[] PATTERN = new byte[PERIOD];

    static {
        new Random(20261121).nextBytes(PATTERN);
    }

    private final long end;
    private final @Nullable Random readSizes;
    private final @Nullable Exception failure;
    private long position;

    private Generated(long from, long length, @Nullable Random readSizes, @Nullable Exception failure) {
        this.position = from;
        this.end = from + length;
        this.readSizes = readSizes;
        this.failure = failure;
    }

    /**
     * Ends after that many bytes.
     *
     * @param length how many there are
     * @return to be read once
     */
    public static Generated ofLength(long length) {
        return new Generated(0, length, null, null);
    }

    /**
     * Gives as few bytes to each read as a network sometimes does.
     *
     * @param length how many there are
     * @param random decides how few
     * @return to be read once
     */
    public static Generated inShortReads(long length, Random random) {
        return new Generated(0, length, random, null);
    }

    /**
     * The bytes from a position on.
     *
     * @param position of the first byte
     * @param length how many there are
     * @return to be read once
     */
    public static Generated from(long position, long length) {
        return new Generated(position, length, null, null);
    }

    /**
     * The bytes from a position on; throws after that many.
     *
     * @param position of the first byte
     * @param length how many there are
     * @param failure an {@link IOException} or a {@link RuntimeException}
     * @return to be read once
     */
    public static Generated failingAfter(long position, long length, Exception failure) {
        return new Generated(position, length, null, failure);
    }

    /**
     * Throws after that many bytes.
     *
     * @param length how many there are
     * @param failure an {@link IOException} or a {@link RuntimeException}
     * @return to be read once
     */
    public static Generated failingAfter(long length, Exception failure) {
        return new Generated(0, length, null, failure);
    }

    /**
     * The same bytes in an array.
     *
     * @param from position of the first one
     * @param count how many
     * @return a new array
     */
    public static byte[] bytes(long from, int count) {
        byte[] bytes = new byte[count];
        copy(from, bytes, 0, count);
        return bytes;
    }

    /**
     * The sum of these bytes, computed in one go.
     *
     * @param from position of the first one
     * @param count how many
     * @return as the JDK computes it
     */
    public static Crc32c crc32c(long from, long count) {
        CRC32C crc = new CRC32C();
        for (long done = 0; done < count; ) {
            int offset = (int) ((from + done) % PERIOD);
            int step = (int) Math.min(PERIOD - offset, count - done);
            crc.update(PATTERN, offset, step);
            done += step;
        }
        return Crc32c.of(crc);
    }

    /**
     * The position of the next byte.
     *
     * @return from the start, how many bytes were read
     */
    public long position() {
        return position;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
        Objects.checkFromIndexSize(offset, wanted, target.length);
        if (wanted == 0) {
            return 0;
        }
        if (position == end) {
            throwFailure();
            return -1;
        }
        int allowed = readSizes == null ? wanted : Math.min(wanted, 1 + readSizes.nextInt(100_000));
        int count = (int) Math.min(allowed, end - position);
        copy(position, target, offset, count);
        position += count;
        return count;
    }

    private void throwFailure() throws IOException {
        switch (failure) {
            case null -> {
                return;
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalArgumentException(failure);
        }
    }

    private static void copy(long from, byte[] target, int offset, int count) {
        for (int done = 0; done < count; ) {
            int start = (int) ((from + done) % PERIOD);
            int step = Math.min(PERIOD - start, count - done);
            System.arraycopy(PATTERN, start, target, offset + done, step);
            done += step;
        }
    }
}
