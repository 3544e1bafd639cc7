package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PausesTest {

    private static final Pattern MILLIS = Pattern.compile("after (\\d+) ms");

    private final AtomicInteger tried = new AtomicInteger();

    @Test
    void repeatsWhatTookTooLong() throws Exception {
        Pauses.repeatedWhereLongerThan(Duration.ofSeconds(2), pauses -> {
            pauses.tookAsPrinted(MILLIS, "after 3 ms\nafter 2000 ms\nafter 4 ms");
            if (tried.incrementAndGet() == 2) {
                throw new EOFException("closed");
            }
            return tried.get() == 3;
        });
        assertThat(tried).hasValue(3);
    }

    @Test
    void failsWhatWasInTime() {
        assertThatThrownBy(() -> Pauses.repeatedWhereLongerThan(Duration.ofSeconds(2), pauses -> {
                    pauses.tookAsPrinted(MILLIS, "after 1999 ms");
                    return false;
                }))
                .isInstanceOf(AssertionError.class);
        assertThatExceptionOfType(EOFException.class)
                .isThrownBy(() -> Pauses.repeatedWhereLongerThan(Duration.ofSeconds(2), _ -> {
                    throw new EOFException("closed");
                }));
    }

    @Test
    void failsWhatIsWrongHoweverLongItTook() {
        assertThatThrownBy(() -> Pauses.repeatedWhereLongerThan(Duration.ZERO, pauses -> {
                    pauses.begin();
                    throw new AssertionError("wrong");
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessage("wrong");
    }

    @Test
    void givesUpAfterTenAttempts() {
        assertThatThrownBy(() -> Pauses.repeatedWhereLongerThan(Duration.ZERO, pauses -> {
                    pauses.begin();
                    return tried.incrementAndGet() < 0;
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("too slow");
        assertThat(tried).hasValue(10);
    }

    @Test
    void countsAStepThatGoesOn() {
        Pauses pauses = new Pauses();
        assertThat(pauses.longest()).isZero();
        pauses.begin();
        Patience.await().until(() -> pauses.longest().isPositive());
        pauses.end();
        Duration longest = pauses.longest();
        assertThat(pauses.longest()).isEqualTo(longest);
    }
}
