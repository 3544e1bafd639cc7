package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class TransferPropertiesTest {

    private static final Duration NEGATIVE = Duration.ofMillis(-1);
    private static final DataSize FLOOR = DataSize.ofKilobytes(256);
    private static final Duration IDLE = Duration.ofSeconds(60);

    /** With a minute of silence no load balancer waits longer: the bound of DrainBudget, too. */
    private static final Duration LONGEST = Duration.ofMinutes(59);

    @Test
    void takesPausesOfZero() {
        assertThat(properties(Duration.ZERO, Duration.ZERO, Duration.ZERO).memoryBytes())
                .isEqualTo(TransferProperties.MINIMUM_MEMORY.toBytes());
    }

    @ParameterizedTest
    @CsvSource({
        "512, 128, 160",
        "1024, 256, 320",
        "3072, 768, 960",
        "512, 256, 32",
        "1024, 512, 288",
        "512, 400, 16",
        "256, 64, 16",
        "65536, 256, 20480"
    })
    void takesItsShareOfTheContainerIfTheHeapAndTheRestLeaveIt(
            long containerMebibytes, long heapMebibytes, long memoryMebibytes) {
        assertThat(TransferProperties.memoryFor(containerMebibytes << 20, heapMebibytes << 20) >> 20)
                .isEqualTo(memoryMebibytes);
    }

    @Test
    void refusesNegativePauses() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(NEGATIVE, Duration.ZERO, Duration.ZERO))
                .withMessageContaining("banhmi.transfer.max-wait");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(Duration.ZERO, NEGATIVE, Duration.ZERO))
                .withMessageContaining("banhmi.transfer.abort-retries");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(Duration.ZERO, Duration.ZERO, NEGATIVE))
                .withMessageContaining("banhmi.transfer.download-retry-pause");
    }

    @Test
    void refusesAFloorOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(DataSize.ofBytes(0), IDLE))
                .withMessageContaining("banhmi.transfer.speed-floor");
    }

    @Test
    void refusesToWaitForASilentClientForeverOrNotAtAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> properties(FLOOR, Duration.ZERO))
                .withMessageContaining("banhmi.transfer.max-idle");
    }

    @Test
    void refusesLessMemoryThanTwoParts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TransferProperties(
                        DataSize.ofBytes(TransferProperties.MINIMUM_MEMORY.toBytes() - 1),
                        Duration.ZERO,
                        FLOOR,
                        IDLE,
                        List.of(),
                        Duration.ZERO,
                        LONGEST,
                        0))
                .withMessageContaining("16MB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT59M0.001S", "PT1H"})
    void refusesALongestTransferThatNoLoadBalancerWaitsFor(Duration maxRequestDuration) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TransferProperties(
                        null, Duration.ZERO, FLOOR, IDLE, List.of(), Duration.ZERO, maxRequestDuration, 0))
                .withMessageContaining("banhmi.transfer.max-request-duration");
    }

    @Test
    void refusesANegativeNumberOfRanges() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new TransferProperties(null, Duration.ZERO, FLOOR, IDLE, List.of(), Duration.ZERO, LONGEST, -1))
                .withMessageContaining("banhmi.transfer.download-ranges-ahead");
    }

    private static TransferProperties properties(Duration maxWait, Duration abortRetry, Duration downloadRetryPause) {
        return new TransferProperties(
                TransferProperties.MINIMUM_MEMORY,
                maxWait,
                FLOOR,
                IDLE,
                List.of(Duration.ZERO, abortRetry),
                downloadRetryPause,
                LONGEST,
                0);
    }

    private static TransferProperties properties(DataSize speedFloor, Duration maxIdle) {
        return new TransferProperties(
                TransferProperties.MINIMUM_MEMORY,
                Duration.ZERO,
                speedFloor,
                maxIdle,
                List.of(),
                Duration.ZERO,
                LONGEST,
                0);
    }
}
