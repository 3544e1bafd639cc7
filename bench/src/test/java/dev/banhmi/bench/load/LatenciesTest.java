package dev.banhmi.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatenciesTest {

    @Test
    void findsPercentilesOfMoreTimesThanItHasRoomForAtFirst() {
        Latencies latencies = new Latencies();
        for (int i = 200_000; i > 0; i--) {
            latencies.add(i);
        }

        assertThat(latencies.percentile(0.5)).isEqualTo(Duration.ofNanos(100_000));
        assertThat(latencies.percentile(0.99)).isEqualTo(Duration.ofNanos(198_000));
        assertThat(latencies.percentile(1)).isEqualTo(Duration.ofNanos(200_000));
    }

    @Test
    void isZeroWithoutATime() {
        assertThat(new Latencies().percentile(0.99)).isZero();
    }
}
