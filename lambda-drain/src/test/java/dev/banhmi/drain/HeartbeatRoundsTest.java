package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.HeartbeatRounds.Beat;
import dev.banhmi.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatRoundsTest {

    private static final long SEED = Seeds.seed(HeartbeatRoundsTest.class);
    private static final Duration SWEEP = DrainPolicy.SWEEP_INTERVAL;
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final HeartbeatRounds rounds = new HeartbeatRounds(SWEEP);

    private static List<Beat> waits(int count, Duration heartbeatTimeout) {
        Hook hook = World.hookOf(heartbeatTimeout);
        return IntStream.range(0, count)
                .mapToObj(i -> new Beat("i-%017x".formatted(i), hook))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({
        "1, PT5M, 1",
        "300, PT5M, 1",
        "301, PT5M, 2",
        "1000, PT5M, 2",
        "1000, PT3M, 1",
        "1000, PT2H, 4",
        "100000, PT2H, 32"
    })
    void takesMoreSweepsTheMoreWaitsThereAreAsFarAsTheTimeoutAllows(int waits, Duration timeout, int sweeps) {
        assertThat(rounds.sweeps(waits, timeout)).isEqualTo(sweeps);
    }

    @Test
    void prolongsFewWaitsWithEverySweep() {
        List<Beat> few = waits(HeartbeatRounds.COMFORTABLE, Duration.ofMinutes(5));
        assertThat(rounds.due(few, NOON)).containsExactlyInAnyOrderElementsOf(few);
    }

    @Test
    void spreadsManyWaitsEvenly() {
        List<Beat> many = waits(1_000, Duration.ofMinutes(5));
        for (int sweep = 0; sweep < 10; sweep++) {
            // Half of them, and what the next sweep will have as well.
            assertThat(rounds.due(many, NOON.plus(SWEEP.multipliedBy(sweep)))).hasSizeBetween(470, 620);
        }
    }

    /** Sweeps that come late by up to the overlap, and waits that begin and end, so that the number of sweeps in a round changes. */
    @Test
    void leavesNoGapLongerThanTheLongestRoundWhateverTheNumberOfWaits() {
        SplittableRandom random = new SplittableRandom(SEED);
        Duration timeout = Duration.ofMinutes(10);
        List<Beat> all = waits(2_000, timeout);
        int longest = rounds.sweeps(all.size(), timeout);
        assertThat(longest).isEqualTo(4);
        Map<String, Instant> last = new HashMap<>();
        all.forEach(beat -> last.put(beat.instanceId(), NOON));
        Duration gap = Duration.ZERO;
        for (int sweep = 1; sweep < 300; sweep++) {
            Instant now = NOON.plus(SWEEP.multipliedBy(sweep)).plusMillis(random.nextLong(4_900));
            // The first hundred are always among them.
            List<Beat> present = all.subList(0, 100 + random.nextInt(1_901));
            for (Beat beat : rounds.due(present, now)) {
                last.put(beat.instanceId(), now);
            }
            for (Beat beat : all.subList(0, 100)) {
                Duration since = Duration.between(last.get(beat.instanceId()), now);
                gap = since.compareTo(gap) > 0 ? since : gap;
            }
        }
        assertThat(gap).isLessThan(SWEEP.multipliedBy(longest)).isLessThan(timeout.dividedBy(2));
    }

    /** A timeout of three sweeps leaves no room for rounds, and fifteen hundred calls do not fit into a minute. */
    @Test
    void takesTurnsWhereMoreAreDueThanASweepHasTimeFor() {
        Duration timeout = Duration.ofMinutes(3);
        List<Beat> all = waits(1_500, timeout);
        Map<String, Instant> last = new HashMap<>();
        all.forEach(beat -> last.put(beat.instanceId(), NOON));
        for (int sweep = 1; sweep < 50; sweep++) {
            Instant now = NOON.plus(SWEEP.multipliedBy(sweep)).plusMillis(sweep * 100L);
            for (Beat beat : rounds.due(all, now).subList(0, HeartbeatRounds.MOST_IN_A_SWEEP)) {
                assertThat(Duration.between(last.put(beat.instanceId(), now), now))
                        .isLessThan(timeout);
            }
        }
        assertThat(last.values()).allMatch(time -> time.isAfter(NOON.plus(SWEEP.multipliedBy(46))));
    }

    @Test
    void comesToEachAtTheSameMomentOfEveryRound() {
        List<Beat> many = waits(1_000, Duration.ofMinutes(5));
        List<Beat> once = rounds.due(many, NOON);
        assertThat(rounds.due(many, NOON.plus(SWEEP.multipliedBy(2)))).containsExactlyElementsOf(once);
        assertThat(rounds.due(many, NOON.plus(SWEEP))).isNotEqualTo(once);
    }
}
