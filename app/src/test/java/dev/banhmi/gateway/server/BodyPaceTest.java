package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BodyPaceTest {

    private static final long SECOND = 1_000_000_000L;

    private final BodyPace pace = new BodyPace(1024, 30 * SECOND);
    private long now = Long.MAX_VALUE - 40 * SECOND;

    @BeforeEach
    void begin() {
        pace.begin();
    }

    @Test
    void isTooSlowAfterAWholePeriodOfSilence() {
        pace.waits(now);

        assertThat(pace.isTooSlow(now + 30 * SECOND - 1)).isFalse();
        // Past the largest value that System.nanoTime can have.
        assertThat(pace.isTooSlow(now + 41 * SECOND)).isTrue();
    }

    @Test
    void judgesADripByWhatItBrings() {
        assertThat(tooSlowAfter(60, 1023)).isTrue();
        begin();
        assertThat(tooSlowAfter(600, 1024)).isFalse();
    }

    /** A fast beginning buys no idleness beyond the period that it fell into. */
    @Test
    void beginsEachPeriodWithNothing() {
        pace.waits(now);
        pace.arrived(now, 1 << 30);
        pace.waits(now);

        assertThat(pace.isTooSlow(now + 30 * SECOND)).isFalse();
        assertThat(pace.isTooSlow(now + 59 * SECOND)).isFalse();
        assertThat(pace.isTooSlow(now + 60 * SECOND)).isTrue();
    }

    @Test
    void countsOnlyTimeInWhichTheGatewayWaits() {
        for (int i = 0; i < 100; i++) {
            pace.waits(now);
            now += SECOND / 10;
            pace.arrived(now, 103);
            // The store is busy, the client's bytes are in the kernel.
            now += 100 * SECOND;

            assertThat(pace.isTooSlow(now)).isFalse();
            assertThat(pace.behindFor(now, 1)).isZero();
        }
    }

    /** Its last bytes were late, and nothing is waited for any more. */
    @Test
    void isNotTooSlowWhenItHasEnded() {
        pace.waits(now);
        now += 30 * SECOND + 1;
        pace.arrived(now, 100);

        assertThat(pace.isTooSlow(now)).isFalse();

        pace.waits(now);
        assertThat(pace.isTooSlow(now)).isTrue();
    }

    @Test
    void forgetsTheRequestBefore() {
        pace.waits(now);
        now += 29 * SECOND;
        pace.begin();
        pace.waits(now);

        assertThat(pace.isTooSlow(now + 29 * SECOND)).isFalse();
    }

    @Test
    void isNeverTooSlowWithoutAMinimum() {
        BodyPace any = new BodyPace(0, SECOND);
        any.waits(now);

        assertThat(any.isTooSlow(now + 1_000 * SECOND)).isFalse();
        assertThat(any.behindFor(now + 1_000 * SECOND, SECOND)).isZero();
    }

    /** Whoever has ever kept the pace keeps its place through a pause, though its period may end it later. */
    @Test
    void isBehindOnlyIfTheWholeBodyIs() {
        pace.waits(now);
        assertThat(pace.behindFor(now + SECOND - 1, SECOND)).isZero();
        assertThat(pace.behindFor(now + SECOND, SECOND)).isEqualTo(SECOND);

        now += SECOND;
        pace.arrived(now, 10_000);
        assertThat(pace.behindFor(now, SECOND)).isZero();
        pace.waits(now);
        assertThat(pace.behindFor(now + 8 * SECOND, SECOND)).isZero();
        assertThat(pace.behindFor(now + 9 * SECOND, SECOND)).isEqualTo(10 * SECOND);
    }

    @Test
    void saysWhatArrivedInWhichTime() {
        pace.waits(now);
        pace.arrived(now + 30 * SECOND, 512);
        pace.waits(now + 30 * SECOND);

        assertThat(pace.isTooSlow(now + 30 * SECOND)).isTrue();
        assertThat(pace.shown())
                .isEqualTo("512 bytes of the body arrived in the 30 s that the gateway last waited for it");
    }

    /** One piece a second, each waited for. */
    private boolean tooSlowAfter(int seconds, int bytesPerSecond) {
        boolean tooSlow = false;
        for (int i = 0; i < seconds; i++) {
            pace.waits(now);
            now += SECOND;
            pace.arrived(now, bytesPerSecond);
            pace.waits(now);
            tooSlow |= pace.isTooSlow(now);
        }
        return tooSlow;
    }
}
