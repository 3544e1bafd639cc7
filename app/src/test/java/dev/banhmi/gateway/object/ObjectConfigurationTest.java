package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ObjectConfigurationTest {

    /** Its origin is any number, and it may pass the largest one. */
    @Test
    void measuresTimeByNanoseconds() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        InstantSource clock = ObjectConfiguration.monotonic(nanos::get);
        Instant before = clock.instant();

        nanos.addAndGet(ParallelCalls.PATIENCE.toNanos());

        assertThat(Duration.between(before, clock.instant())).isEqualTo(ParallelCalls.PATIENCE);
    }
}
