package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests are signed by the store's time once it has refused this machine's. */
class StoreClockTest {

    private final AtomicReference<Instant> own = new AtomicReference<>(Instant.parse("2026-11-30T12:00:00Z"));
    private final StoreClock clock = new StoreClock(own::get);

    @Test
    void goesAsTheStoresDoes() {
        assertThat(clock.instant()).isEqualTo("2026-11-30T12:00:00Z");
        clock.setBy("Mon, 30 Nov 2026 11:00:30 GMT");
        assertThat(clock.instant()).isEqualTo("2026-11-30T11:00:30Z");
        own.set(Instant.parse("2026-11-30T13:00:00Z"));
        assertThat(clock.instant()).isEqualTo("2026-11-30T12:00:30Z");
        clock.setBy("Mon, 30 Nov 2026 13:00:00 GMT");
        assertThat(clock.instant()).isEqualTo("2026-11-30T13:00:00Z");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"2026-11-30T11:00:00Z", "now", "Mon, 30 Nov 2026 25:00:00 GMT"})
    void isNotSetByWhatIsNoDateOfHttp(@Nullable String date) {
        clock.setBy(date);
        assertThat(clock.instant()).isEqualTo("2026-11-30T12:00:00Z");
    }
}
