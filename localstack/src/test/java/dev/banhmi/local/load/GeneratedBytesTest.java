package dev.banhmi.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import org.junit.jupiter.api.Test;

class GeneratedBytesTest {

    private static final long SEED = Seeds.seed(GeneratedBytesTest.class);

    private final GeneratedBytes content = new GeneratedBytes(SEED, 100_003);

    @Test
    void findsNothingInItsOwnBytesWhereverTheyAreCut() {
        byte[] buffer = new byte[1_009];
        for (long position = 0; position < content.length(); ) {
            int count = (int) Math.min(buffer.length, content.length() - position);
            content.fill(buffer, position, count);
            assertThat(content.mismatch(buffer, position, count)).isEqualTo(-1);
            position += count;
        }
    }

    @Test
    void findsOneChangedByteBytesOfAnotherPlaceAndBytesBeyondTheEnd() {
        byte[] bytes = new byte[1_000];
        content.fill(bytes, 5_000, bytes.length);
        assertThat(content.mismatch(bytes, 5_008, bytes.length)).isBetween(5_008L, 5_011L);
        bytes[517] ^= 1;
        assertThat(content.mismatch(bytes, 5_000, bytes.length)).isEqualTo(5_517);
        content.fill(bytes, content.length() - 10, 20);
        assertThat(content.mismatch(bytes, content.length() - 10, 20)).isEqualTo(content.length());
    }

    @Test
    void differsByItsSeed() {
        byte[] bytes = new byte[16];
        new GeneratedBytes(SEED + 1, content.length()).fill(bytes, 0, bytes.length);
        assertThat(content.mismatch(bytes, 0, bytes.length)).isBetween(0L, 3L);
    }
}
