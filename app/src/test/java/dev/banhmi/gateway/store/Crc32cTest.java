package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class Crc32cTest {

    private final long seed = Seeds.seed(Crc32cTest.class);
    private final Random random = new Random(seed);

    @Test
    void givesThePublishedCheckValueForEverySplit() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        for (int split = 0; split <= digits.length; split++) {
            Crc32c crc = Crc32c.EMPTY
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
            Crc32c combined = Crc32c.EMPTY;
            for (int from = 0; from < bytes.length; ) {
                int to = from + random.nextInt(bytes.length - from + 1);
                combined = combined.append(crc(bytes, from, to), to - from);
                from = to;
            }
            assertThat(combined.value())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(crc(bytes, 0, bytes.length).value());
        }
    }

    @Test
    void appendingNothingChangesNothing() {
        int crc = random.nextInt();
        assertThat(new Crc32c(crc).append(Crc32c.EMPTY, 0).value())
                .as("seed %d", seed)
                .isEqualTo(crc);
        assertThat(Crc32c.EMPTY.append(new Crc32c(crc), 1L << 45).value())
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
        assertThat(crc(block, 0, block.length).append(Crc32c.of(tail), length).value())
                .as("seed %d", seed)
                .isEqualTo((int) whole.getValue());
    }

    @Test
    void doesNotDependOnHowTerabytesAreGrouped() {
        for (int round = 0; round < 20_000; round++) {
            Crc32c a = new Crc32c(random.nextInt());
            Crc32c b = new Crc32c(random.nextInt());
            Crc32c c = new Crc32c(random.nextInt());
            long lengthB = random.nextLong() >>> (2 + random.nextInt(60));
            long lengthC = random.nextLong() >>> (2 + random.nextInt(60));
            int leftFirst = a.append(b, lengthB).append(c, lengthC).value();
            int rightFirst = a.append(b.append(c, lengthC), lengthB + lengthC).value();
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
            assertThat(new Crc32c(crc).append(Crc32c.EMPTY, 1L << k).value())
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
        assertThat(new Crc32c(0xE3069283).base64()).isEqualTo("4waSgw==");
        assertThat(Crc32c.EMPTY.base64()).isEqualTo("AAAAAA==");
    }

    @Test
    void isReportedOnlyByTheSameFourBytes() {
        Crc32c crc = new Crc32c(0xE3069283);
        assertThat(crc.isReportedAs("4waSgw==")).isTrue();
        for (String other : new String[] {null, "", "AAAAAA==", "4waSgw", "4waSgw==-2", "not Base64"}) {
            assertThat(crc.isReportedAs(other)).as(other).isFalse();
        }
    }

    @Test
    void refusesANegativeLength() {
        assertThatThrownBy(() -> Crc32c.EMPTY.append(Crc32c.EMPTY, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    private static Crc32c crc(byte[] bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return Crc32c.of(crc);
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
