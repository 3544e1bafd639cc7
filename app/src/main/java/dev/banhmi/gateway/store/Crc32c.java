package dev.banhmi.gateway.store;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A CRC32C, also of bytes that were hashed in pieces, in different places. Immutable.
 *
 * <p>A CRC is a remainder modulo a polynomial P over GF(2). Appending n bytes multiplies what came before by x^(8n), so
 * the CRC of A followed by B is crc(A) · x^(8·|B|) + crc(B) modulo P; the inversions at both ends of CRC32C cancel each
 * other out. The power is the product of at most 64 ready ones, x^(2^k), so a piece of terabytes costs what a piece of
 * bytes does. All polynomials here are reflected: the highest bit of an {@code int} is the coefficient of x^0.
 *
 * @param value as {@link CRC32C} would give it for all the bytes, in the low 32 bits
 */
public record Crc32c(int value) {

    /** The CRC of no bytes. */
    public static final Crc32c EMPTY = new Crc32c(0);

    /** Castagnoli's polynomial without its x^32, reflected: RFC 9260, appendix A. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int ONE = 0x80000000;

    private static final int[] SQUARES = squares();

    /**
     * The CRC of the bytes that a sum has seen so far.
     *
     * @param sum left as it was
     * @return its value at this moment
     */
    public static Crc32c of(CRC32C sum) {
        return new Crc32c((int) sum.getValue());
    }

    /**
     * The CRC of these bytes and more after them.
     *
     * @param next of the bytes that follow
     * @param length how many follow, at least 0
     * @return of all of them
     * @throws IllegalArgumentException when the length is negative
     */
    public Crc32c append(Crc32c next, long length) {
        if (length < 0) {
            throw new IllegalArgumentException("A length of " + length + " bytes is negative.");
        }
        int shifted = value;
        for (long rest = length; rest != 0; rest &= rest - 1) {
            // A byte is x^8, which is the square number 3.
            shifted = multiply(shifted, SQUARES[Long.numberOfTrailingZeros(rest) + 3]);
        }
        return new Crc32c(shifted ^ next.value);
    }

    /**
     * As S3 writes it in {@code x-amz-checksum-crc32c}.
     *
     * @return Base64 of the four bytes, the highest first
     */
    public String base64() {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    /**
     * What a store reports, to be calculated with.
     *
     * @param reported Base64, or null when the store reports none
     * @return null for anything but four bytes
     */
    public static @Nullable Crc32c reported(@Nullable String reported) {
        try {
            byte[] bytes = reported == null ? new byte[0] : Base64.getDecoder().decode(reported);
            return bytes.length == Integer.BYTES
                    ? new Crc32c(ByteBuffer.wrap(bytes).getInt())
                    : null;
        } catch (IllegalArgumentException e) {
            // It is text of some other kind, and no sum.
            return null;
        }
    }

    /**
     * Whether a store that reports this text means this CRC. What a store reports stays text until it is compared: it
     * may be anything.
     *
     * @param reported Base64, or null when the store reports none
     * @return false for anything but the same four bytes
     */
    public boolean isReportedAs(@Nullable String reported) {
        return base64().equals(reported);
    }

    private static int multiply(int a, int b) {
        int product = 0;
        int power = b;
        for (int rest = a; rest != 0; rest <<= 1) {
            if (rest < 0) {
                product ^= power;
            }
            power = timesX(power);
        }
        return product;
    }

    private static int timesX(int a) {
        return (a & 1) == 0 ? a >>> 1 : a >>> 1 ^ POLYNOMIAL;
    }

    private static int[] squares() {
        int[] squares = new int[Long.SIZE - 1 + 3];
        squares[0] = timesX(ONE);
        for (int k = 1; k < squares.length; k++) {
            squares[k] = multiply(squares[k - 1], squares[k - 1]);
        }
        return squares;
    }
}
