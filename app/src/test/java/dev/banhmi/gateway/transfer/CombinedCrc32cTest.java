package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class CombinedCrc32cTest {

    private final long seed = Seeds.SEED;
    private final Random random = new Random(seed);

    @Test
    void givesThePublishedCheckValueForEverySplit() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        for (int split = 0; split <= digits.length; split++) {
            CombinedCrc32c crc = CombinedCrc32c.EMPTY
                    .append(crc(digits, 0, split), split)
                    .append(crc(digits, split, digits.length), digits.length - split);
            assertThat(crc.value()).as("split at %d", split).isEqualTo(0xE3069283);
        }
    }

    @Test
    void agreesWithTheJdkOnRandomSplits() {
        for (int round = 0; round < 500; round++) {
            byte[] bytes = new byte[random.nextInt(100_000)];
            random.nextBytes(bytes);
            CombinedCrc32c combined = CombinedCrc32c.EMPTY;
            for (int from = 0; from < bytes.length; ) {
                int to = from + random.nextInt(bytes.length - from + 1);
                combined = combined.append(crc(bytes, from, to), to - from);
                from = to;
            }
            assertThat(combined.value()).as("seed %d, round %d", seed, round).isEqualTo(crc(bytes, 0, bytes.length));
        }
    }

    @Test
    void appendingNothingChangesNothing() {
        int crc = random.nextInt();
        assertThat(new CombinedCrc32c(crc).append(0, 0).value())
                .as("seed %d", seed)
                .isEqualTo(crc);
        assertThat(CombinedCrc32c.EMPTY.append(crc, 1L << 45).value())
                .as("seed %d", seed)
                .isEqualTo(crc);
    }

    @Test
    void agreesWithTheJdkBeyondTheEndOfAnInt() {
        byte[] block = new byte[1 << 20];
        random.nextBytes(block);
        CRC32C whole = new CRC32C();
        whole.update(block);
        CRC32C tail = new CRC32C();
        // 2.5 GiB after the first block: a length kept in an int would be negative.
        long length = 0;
        while (length < 5L << 29) {
            whole.update(block);
            tail.update(block);
            length += block.length;
        }
        assertThat(new CombinedCrc32c(crc(block, 0, block.length))
                        .append((int) tail.getValue(), length)
                        .value())
                .as("seed %d", seed)
                .isEqualTo((int) whole.getValue());
    }

    @Test
    void doesNotDependOnHowTerabytesAreGrouped() {
        for (int round = 0; round < 20_000; round++) {
            int a = random.nextInt();
            int b = random.nextInt();
            int c = random.nextInt();
            long lengthB = random.nextLong() >>> (2 + random.nextInt(60));
            long lengthC = random.nextLong() >>> (2 + random.nextInt(60));
            int leftFirst =
                    new CombinedCrc32c(a).append(b, lengthB).append(c, lengthC).value();
            int rightFirst = new CombinedCrc32c(a)
                    .append(new CombinedCrc32c(b).append(c, lengthC).value(), lengthB + lengthC)
                    .value();
            assertThat(leftFirst)
                    .as("seed %d, lengths %d and %d", seed, lengthB, lengthC)
                    .isEqualTo(rightFirst);
        }
    }

    @Test
    void shiftsLikeAMatrixOverTheWholeRangeOfLengths() {
        // One zero byte as a matrix, squared k times, is 2^k zero bytes: a second way to the same remainder.
        int[] matrix = new int[32];
        for (int bit = 0; bit < 32; bit++) {
            matrix[bit] = shiftByOneByte(1 << bit);
        }
        for (int k = 0; k < 63; k++) {
            int crc = random.nextInt();
            assertThat(new CombinedCrc32c(crc).append(0, 1L << k).value())
                    .as("seed %d, 2^%d bytes", seed, k)
                    .isEqualTo(times(matrix, crc));
            int[] square = new int[32];
            for (int bit = 0; bit < 32; bit++) {
                square[bit] = times(matrix, matrix[bit]);
            }
            matrix = square;
        }
    }

    @Test
    void isEncodedAsS3WritesIt() {
        assertThat(new CombinedCrc32c(0xE3069283).base64()).isEqualTo("4waSgw==");
        assertThat(CombinedCrc32c.EMPTY.base64()).isEqualTo("AAAAAA==");
    }

    @Test
    void refusesANegativeLength() {
        assertThatThrownBy(() -> CombinedCrc32c.EMPTY.append(1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    private static int crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    private static int shiftByOneByte(int crc) {
        int shifted = crc;
        for (int bit = 0; bit < 8; bit++) {
            shifted = (shifted & 1) == 0 ? shifted >>> 1 : shifted >>> 1 ^ 0x82F63B78;
        }
        return shifted;
    }

    private static int times(int[] matrix, int vector) {
        int product = 0;
        for (int bit = 0; bit < 32; bit++) {
            if ((vector >>> bit & 1) != 0) {
                product ^= matrix[bit];
            }
        }
        return product;
    }
}
