package dev.banhmi.gateway.transfer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.transfer.Generated;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartBufferTest {

    private static final int CHUNK = ChunkPool.CHUNK;
    private final Random random = new Random(Seeds.seed(PartBufferTest.class));

    @AutoClose
    private final BufferBudget budget = new BufferBudget(8L * CHUNK, 1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK - 1, 3 * CHUNK, 3 * CHUNK + 77, 8 * CHUNK})
    void givesBackWhatItWasFilledWith(int length) throws IOException {
        try (PartBuffer buffer = budget.admit(budget.newClient(), length, Duration.ZERO)) {
            assertThat(buffer.fill(Generated.inShortReads(length, random), length))
                    .isEqualTo(length);

            assertThat(buffer.length()).isEqualTo(length);
            assertThat(buffer.crc32c()).isEqualTo(Generated.crc32c(0, length));
            assertThat(buffer.newStream().readAllBytes()).isEqualTo(Generated.bytes(0, length));
        }
        assertThat(budget.available()).isEqualTo(budget.total());
    }

    @Test
    void readsNoMoreThanItsLimit() throws IOException {
        Generated body = Generated.ofLength(5L * CHUNK);
        try (PartBuffer buffer = budget.admit(budget.newClient(), 3L * CHUNK, Duration.ZERO)) {
            assertThat(buffer.fill(body, 2L * CHUNK + 5)).isEqualTo(2L * CHUNK + 5);
            assertThat(body.position()).isEqualTo(2L * CHUNK + 5);
        }
    }

    @Test
    void canBeFilledInSeveralSteps() throws IOException {
        Generated body = Generated.ofLength(5L * CHUNK);
        try (PartBuffer buffer = budget.admit(budget.newClient(), 3L * CHUNK, Duration.ZERO)) {
            for (long limit : new long[] {10, 10, CHUNK, CHUNK + 1, 3L * CHUNK}) {
                assertThat(buffer.fill(body, limit)).isEqualTo(limit);
            }
            assertThat(buffer.newStream().readAllBytes()).isEqualTo(Generated.bytes(0, 3 * CHUNK));
            assertThat(buffer.crc32c()).isEqualTo(Generated.crc32c(0, 3 * CHUNK));
        }
    }

    @Test
    void isShorterThanItsLimitOnlyWhenTheBodyHasEnded() throws IOException {
        try (PartBuffer buffer = budget.admit(budget.newClient(), 3L * CHUNK, Duration.ZERO)) {
            assertThat(buffer.fill(Generated.ofLength(CHUNK), 3L * CHUNK)).isEqualTo(CHUNK);
            assertThat(buffer.newStream().readAllBytes()).isEqualTo(Generated.bytes(0, CHUNK));
        }
    }

    @Test
    void givesANewStreamFromTheStartForEveryTry() throws IOException {
        try (PartBuffer buffer = filled(2 * CHUNK + 9)) {
            InputStream first = buffer.newStream();
            first.skipNBytes(CHUNK + 3);

            assertThat(buffer.newStream().readAllBytes()).isEqualTo(Generated.bytes(0, 2 * CHUNK + 9));
            assertThat(first.readAllBytes()).isEqualTo(Generated.bytes(CHUNK + 3, CHUNK + 6));
        }
    }

    @Test
    void goesBackToItsMarkAcrossChunks() throws IOException {
        try (PartBuffer buffer = filled(2 * CHUNK);
                InputStream stream = buffer.newStream()) {
            assertThat(stream.markSupported()).isTrue();
            stream.skipNBytes(CHUNK - 2);
            stream.mark(1);
            byte[] once = stream.readNBytes(5);
            stream.reset();

            assertThat(stream.readNBytes(5)).isEqualTo(once).isEqualTo(Generated.bytes(CHUNK - 2, 5));
        }
    }

    @Test
    void goesBackToTheStartWhenNothingWasMarked() throws IOException {
        try (PartBuffer buffer = filled(10);
                InputStream stream = buffer.newStream()) {
            assertThat(stream.readAllBytes()).hasSize(10);
            stream.reset();
            assertThat(stream.readAllBytes()).isEqualTo(Generated.bytes(0, 10));
        }
    }

    @Test
    void readsSingleBytesAsUnsigned() throws IOException {
        byte[] expected = Generated.bytes(0, CHUNK + 2);
        try (PartBuffer buffer = filled(CHUNK + 2);
                InputStream stream = buffer.newStream()) {
            for (byte value : expected) {
                assertThat(stream.read()).isEqualTo(value & 0xff);
            }
            assertThat(stream.read()).isEqualTo(-1);
            assertThat(stream.read(new byte[1])).isEqualTo(-1);
            assertThat(stream.read(new byte[1], 0, 0)).isZero();
        }
    }

    @Test
    void saysHowMuchIsLeft() throws IOException {
        try (PartBuffer buffer = filled(CHUNK + 2);
                InputStream stream = buffer.newStream()) {
            assertThat(stream.available()).isEqualTo(CHUNK + 2);
            stream.skipNBytes(CHUNK);
            assertThat(stream.available()).isEqualTo(2);
        }
    }

    @Test
    void givesItsMemoryBackOnceHoweverOftenItIsClosed() throws IOException {
        PartBuffer buffer = filled(2 * CHUNK);
        assertThat(budget.available()).isEqualTo(6L * CHUNK);

        buffer.close();
        buffer.close();

        assertThat(budget.available()).isEqualTo(8L * CHUNK);
    }

    @Test
    void showsNobodyTheBytesOfItsSuccessorAfterItIsClosed() throws IOException {
        PartBuffer buffer = filled(CHUNK);
        InputStream late = buffer.newStream();
        buffer.close();

        assertThatThrownBy(() -> late.read(new byte[10])).isInstanceOf(IndexOutOfBoundsException.class);
    }

    private PartBuffer filled(int length) throws IOException {
        PartBuffer buffer = budget.admit(budget.newClient(), length, Duration.ZERO);
        buffer.fill(Generated.ofLength(length), length);
        return buffer;
    }
}
