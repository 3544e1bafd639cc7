package dev.banhmi.gateway.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponsePaceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int RATE = 4096;

    private final ResponsePace pace = new ResponsePace(RATE);
    private long now = Long.MAX_VALUE - 40 * SECOND;

    @Test
    void isBehindByWhatTheRateBringsWhileTheGatewayWaits() {
        pace.waits(now);

        assertThat(pace.behind(now)).isZero();
        assertThat(pace.behind(now + SECOND)).isEqualTo(RATE);
        // Past the largest value that System.nanoTime can have.
        assertThat(pace.behind(now + 60 * SECOND)).isEqualTo(60 * RATE);
    }

    @Test
    void countsOnlyTimeInWhichTheGatewayWaits() {
        for (int i = 0; i < 100; i++) {
            pace.waits(now);
            now += SECOND / 10;
            pace.taken(now, RATE / 10 + 1);
            // The store is awaited.
            now += 100 * SECOND;

            assertThat(pace.behind(now)).isZero();
            assertThat(pace.behindFor(now, 0)).isZero();
        }
        pace.waits(now);
        assertThat(pace.behind(now + SECOND)).isLessThanOrEqualTo(RATE);
    }

    /** However much a client took at first. */
    @Test
    void savesNothingUp() {
        pace.taken(now, 1L << 40);
        pace.waits(now);

        assertThat(pace.behind(now + 10 * SECOND)).isEqualTo(10 * RATE);
    }

    /** Whoever has ever kept the pace keeps its place through a pause, though it may be cut later. */
    @Test
    void isBehindForALongTimeOnlyIfTheWholeResponseIs() {
        pace.waits(now);
        assertThat(pace.behindFor(now + SECOND - 1, SECOND)).isZero();
        assertThat(pace.behindFor(now + SECOND, SECOND)).isEqualTo(SECOND);

        now += SECOND;
        pace.taken(now, 10 * RATE);
        pace.waits(now);
        assertThat(pace.behindFor(now + 8 * SECOND, SECOND)).isZero();
        assertThat(pace.behindFor(now + 10 * SECOND, SECOND)).isEqualTo(11 * SECOND);
    }

    @Test
    void isNeverBehindWithoutARate() {
        ResponsePace any = new ResponsePace(0);
        any.waits(now);

        assertThat(any.behind(now + 1_000 * SECOND)).isZero();
        assertThat(any.behindFor(now + 1_000 * SECOND, SECOND)).isZero();
    }

    @Test
    void forgetsTheResponseBefore() {
        pace.waits(now);
        now += 100 * SECOND;
        pace.begin();
        pace.waits(now);

        assertThat(pace.behind(now + SECOND)).isEqualTo(RATE);
    }

    /**
     * Clients behind a kernel that tells of room only when a third of its buffer is free: none that keeps the rate is
     * ever behind by more than the buffer, whatever the buffer, its pace and the store's pauses are; each slower one
     * is at last.
     */
    @Test
    void tellsThoseThatKeepTheRateFromThoseThatDoNot() {
        Random random = new Random(Seeds.seed(ResponsePaceTest.class));
        for (int i = 0; i < 300; i++) {
            int buffer = 10_000 + random.nextInt(3_000_000);
            double rate = RATE * (1 + random.nextDouble() * 20);
            assertThat(mostBehind(random, buffer, rate, 3_000))
                    .as("buffer %s, %s bytes a second", buffer, rate)
                    .isLessThanOrEqualTo(buffer);

            double slow = RATE * random.nextDouble() * 0.5;
            assertThat(mostBehind(random, buffer, slow, 10 + 30L * buffer / RATE))
                    .as("buffer %s, %s bytes a second", buffer, slow)
                    .isGreaterThan(buffer);
        }
    }

    /** The most of one response of that many seconds in which the gateway waited. */
    private long mostBehind(Random random, int buffer, double rate, long seconds) {
        pace.begin();
        double queued = 0;
        long most = 0;
        double waited = 0;
        while (waited < seconds) {
            long room = (long) (buffer - queued);
            pace.taken(now, room);
            queued += room;
            if (random.nextInt(10) == 0) {
                // The store is awaited, and the client goes on.
                double pause = random.nextDouble() * 100;
                now += (long) (pause * SECOND);
                queued = Math.max(0, queued - pause * rate);
                continue;
            }
            pace.waits(now);
            double wait = Math.min(buffer / 3.0 / rate, seconds - waited);
            now += (long) (wait * SECOND);
            waited += wait;
            queued -= wait * rate;
            most = Math.max(most, pace.behind(now));
        }
        return most;
    }
}
