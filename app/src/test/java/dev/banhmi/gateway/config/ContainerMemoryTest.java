package dev.banhmi.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerMemoryTest {

    private static final long MEBIBYTE = 1 << 20;

    /** The heap as the JVM of the image has it in such containers, in MiB. */
    @ParameterizedTest
    @CsvSource({"512, 128", "1024, 256", "3072, 768", "384, 122", "368, 128"})
    void startsWhereEverythingHasRoom(long container, long heap) {
        assertThat(ContainerMemory.shortage(container * MEBIBYTE, heap * MEBIBYTE))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"64, 32, 272", "128, 64, 304", "256, 128, 368", "512, 300, 540"})
    void saysHowMuchIsRequired(long container, long heap, long required) {
        assertThat(ContainerMemory.shortage(container * MEBIBYTE, heap * MEBIBYTE))
                .get()
                .asString()
                .contains(container + " MiB, and at least " + required + " MiB", heap + " MiB for the heap", "512 MiB");
    }

    @Test
    void countsEveryByte() {
        long least = (128 + 16 + 224) * MEBIBYTE;
        assertThat(ContainerMemory.shortage(least, 128 * MEBIBYTE)).isEmpty();
        assertThat(ContainerMemory.shortage(least - 1, 128 * MEBIBYTE)).isPresent();
    }
}
