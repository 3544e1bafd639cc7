package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.MemoryObjectStore.Piece;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;

/*
 * The CRC32C of an object of which only the pieces' sums were kept. Appending a zero byte is a linear map of the sum's 32 bits;
 * here it is a matrix that is squared, on purpose another way than the engine's own.
 */
final class WholeCrc32c {

    private static final int POLYNOMIAL = 0x82F63B78;

    private WholeCrc32c() {}

    static String base64(List<Piece> pieces) {
        int sum = 0;
        for (Piece piece : pieces) {
            sum = afterZeros(sum, piece.length()) ^ piece.crc32c().value();
        }
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(Integer.BYTES).putInt(sum).array());
    }

    private static int afterZeros(int sum, long count) {
        int[] power = oneZeroByte();
        int result = sum;
        for (long rest = count; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                result = apply(power, result);
            }
            power = squared(power);
        }
        return result;
    }

    private static int[] oneZeroByte() {
        int[] columns = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            int sum = 1 << bit;
            for (int i = 0; i < Byte.SIZE; i++) {
                sum = (sum & 1) == 0 ? sum >>> 1 : sum >>> 1 ^ POLYNOMIAL;
            }
            columns[bit] = sum;
        }
        return columns;
    }

    private static int[] squared(int[] columns) {
        int[] result = new int[Integer.SIZE];
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            result[bit] = apply(columns, columns[bit]);
        }
        return result;
    }

    private static int apply(int[] columns, int vector) {
        int result = 0;
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if ((vector >>> bit & 1) != 0) {
                result ^= columns[bit];
            }
        }
        return result;
    }
}
