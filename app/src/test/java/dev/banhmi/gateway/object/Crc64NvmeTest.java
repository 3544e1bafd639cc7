package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Crc64NvmeTest {

    private final long seed = Seeds.SEED;
    private final Random random = new Random(seed);

    @Test
    void givesThePublishedValues() {
        // The check value of the catalogue of CRCs, and the examples of the NVM Command Set Specification: 4 KiB of one
        // pattern.
        assertThat(crc("123456789".getBytes(StandardCharsets.US_ASCII))).isEqualTo(0xAE8B14860A799888L);
        assertThat(crc(new byte[4096])).isEqualTo(0x6482D367EB22B64EL);
        byte[] ones = new byte[4096];
        Arrays.fill(ones, (byte) 0xff);
        assertThat(crc(ones)).isEqualTo(0xC0DDBA7302ECA3ACL);
        assertThat(crc(new byte[0])).isZero();
    }

    @Test
    void agreesWithBitwiseDivisionHoweverTheBytesAreCut() {
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            Crc64Nvme crc = new Crc64Nvme();
            for (int from = 0; from < bytes.length; ) {
                int length = 1 + random.nextInt(bytes.length - from);
                switch (random.nextInt(4)) {
                    case 0 -> {
                        length = 1;
                        crc.update(bytes[from]);
                    }
                    case 1 -> crc.update(bytes, from, length);
                    case 2 -> {
                        ByteBuffer heap = ByteBuffer.wrap(bytes, from, length);
                        crc.update(random.nextBoolean() ? heap : heap.slice());
                    }
                    default -> {
                        ByteBuffer direct =
                                ByteBuffer.allocateDirect(length + 3).position(3);
                        direct.put(bytes, from, length).flip().position(3);
                        crc.update(random.nextBoolean() ? direct : direct.asReadOnlyBuffer());
                    }
                }
                from += length;
            }
            assertThat(crc.getValue()).as("seed %d, round %d", seed, round).isEqualTo(bitwise(bytes));
        }
    }

    @Test
    void consumesABufferAndStartsAgainAfterReset() {
        ByteBuffer direct = ByteBuffer.allocateDirect(13);
        Crc64Nvme crc = new Crc64Nvme();
        crc.update(direct);
        assertThat(direct.hasRemaining()).isFalse();
        ByteBuffer readOnly =
                ByteBuffer.wrap("123456789".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
        crc.reset();
        crc.update(readOnly);
        assertThat(readOnly.hasRemaining()).isFalse();
        assertThat(crc.getValue()).isEqualTo(0xAE8B14860A799888L);
    }

    @Test
    void refusesARangeOutsideTheArray() {
        assertThatThrownBy(() -> new Crc64Nvme().update(new byte[9], 2, 8))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    private static long crc(byte[] bytes) {
        Crc64Nvme crc = new Crc64Nvme();
        crc.update(bytes);
        return crc.getValue();
    }

    /** Long division with the polynomial as it is printed, highest bit first. */
    private static long bitwise(byte[] bytes) {
        long remainder = -1;
        for (byte b : bytes) {
            remainder ^= Long.reverse(b & 0xffL);
            for (int bit = 0; bit < 8; bit++) {
                remainder = remainder < 0 ? remainder << 1 ^ 0xAD93D23594C93659L : remainder << 1;
            }
        }
        return Long.reverse(~remainder);
    }
}
