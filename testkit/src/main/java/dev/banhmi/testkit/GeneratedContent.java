package dev.banhmi.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Pseudo-random bytes that depend only on the seed and are never all in memory.
 *
 * @param seed printed by {@link #toString}, so that a failing run can be repeated
 * @param length in bytes, at least 0
 */
public record GeneratedContent(long seed, long length) {

    private static final int BLOCK = 64 * 1024;

    /** Checks the length. */
    public GeneratedContent {
        if (length < 0) {
            throw new IllegalArgumentException("length " + length + " is below 0");
        }
    }

    /**
     * The bytes from the first on.
     *
     * @return a new stream; closing it is not needed
     */
    public InputStream open() {
        return new Generator(seed, length);
    }

    /**
     * The bytes as an array.
     *
     * @return for content that fits
     */
    public byte[] bytes() {
        try (InputStream stream = open()) {
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The digest of all bytes.
     *
     * @return lower-case hex SHA-256
     */
    public String sha256() {
        try (InputStream stream = open()) {
            return sha256(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The digest of what a stream still holds.
     *
     * @param stream read to its end, not closed
     * @return lower-case hex SHA-256
     * @throws IOException when the stream cannot be read
     */
    public static String sha256(InputStream stream) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            for (int count = stream.read(block); count >= 0; count = stream.read(block)) {
                digest.update(block, 0, count);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static final class Generator extends InputStream {

        private final SplittableRandom random;
        private final byte[] block = new byte[BLOCK];
        private int position = BLOCK;
        private long left;

        Generator(long seed, long length) {
            this.random = new SplittableRandom(seed);
            this.left = length;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            if (position == BLOCK) {
                random.nextBytes(block);
                position = 0;
            }
            int count = (int) Math.min(left, Math.min(length, BLOCK - position));
            System.arraycopy(block, position, target, offset, count);
            position += count;
            left -= count;
            return count;
        }
    }
}
