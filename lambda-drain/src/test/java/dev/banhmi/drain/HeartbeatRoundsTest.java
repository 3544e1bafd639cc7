package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.HeartbeatRounds.Beat;
import dev.banhmi.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeartbeatRoundsTest {

    private static final long SEED = Seeds.seed(HeartbeatRoundsTest.class);
    private static final Duration SWEEP = DrainPolicy.SWEEP_INTERVAL;
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    /** How long a sweep reads before it sends anything, in milliseconds. */
    private static final long LONGEST_READS = 8_000;

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
        "301, PT5M, 1",
        "1000, PT5M, 1",
        "300, PT10M, 1",
        "301, PT10M, 2",
        "100000, PT10M, 2",
        "1000, PT3M, 1",
        "1000, PT2H, 4",
        "100000, PT2H, 32"
    })
    void takesMoreSweepsTheMoreWaitsThereAreAsFarAsTheTimeoutAllows(int waits, Duration timeout, int sweeps) {
        assertThat(rounds.sweeps(waits, timeout)).isEqualTo(sweeps);
    }

    /** A round, and the time that a sweep may need to come to an instance. */
    @ParameterizedTest
    @CsvSource({"PT5M", "PT6M", "PT10M", "PT20M", "PT2H"})
    void leavesASweepsTimeToComeToEachWithinHalfOfTheTimeout(Duration timeout) {
        for (int waits = 1; waits < 1_000_000; waits *= 3) {
            assertThat(SWEEP.multipliedBy(rounds.sweeps(waits, timeout) + 1L).plus(HeartbeatRounds.OVERLAP))
                    .isLessThanOrEqualTo(timeout.dividedBy(2));
        }
    }

    @Test
    void prolongsFewWaitsWithEverySweep() {
        List<Beat> few = waits(HeartbeatRounds.COMFORTABLE, Duration.ofMinutes(5));
        assertThat(rounds.turns(few, NOON).due()).containsExactlyInAnyOrderElementsOf(few);
        assertThat(rounds.turns(few, NOON).early()).isEmpty();
    }

    /** Half of them, and what the next sweep will have as well. */
    @ParameterizedTest
    @CsvSource({"PT5M", "PT10M"})
    void spreadsManyWaitsEvenly(Duration timeout) {
        List<Beat> many = waits(timeout.toMinutes() == 5 ? 1_000 : 600, timeout);
        for (int sweep = 0; sweep < 10; sweep++) {
            HeartbeatRounds.Turns turns = rounds.turns(many, NOON.plus(SWEEP.multipliedBy(sweep)));
            assertThat(turns.due()).hasSizeBetween(many.size() * 47 / 100, many.size() * 62 / 100);
            if (timeout.toMinutes() == 5) {
                assertThat(Stream.concat(turns.due().stream(), turns.early().stream()))
                        .as("all, as far as there is time")
                        .containsExactlyInAnyOrderElementsOf(many);
            } else {
                assertThat(turns.early()).isEmpty();
            }
        }
    }

    /**
     * Waits that begin and end at any time, sweeps that come late by up to the overlap, need up to 8 s for what they read and send, at the
     * pace of the function, what there are nine tenths of the time for. The number of waits grows and shrinks, and with it that of the sweeps in a round.
     */
    @ParameterizedTest
    @CsvSource({"PT5M, 1100", "PT6M, 1100", "PT10M, 2200", "PT20M, 4000"})
    void leavesNoGapLongerThanHalfOfTheTimeout(Duration timeout, int most) {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Beat> all = waits(most, timeout);
        // When each began to wait or was last prolonged; those that do not wait are not here.
        Map<Beat, Long> last = new LinkedHashMap<>();
        long longest = 0;
        for (int sweep = 1; sweep < 400; sweep++) {
            long begins = sweep * SWEEP.toMillis() + random.nextLong(HeartbeatRounds.OVERLAP.toMillis());
            if (sweep % 10 == 0) {
                last.keySet().removeAll(some(all, random));
            }
            if (sweep % 7 == 0) {
                for (Beat beat : some(all, random)) {
                    // Up to the sweep, or just after what it reads, which then does not have it yet.
                    last.putIfAbsent(beat, begins - (random.nextBoolean() ? 0 : random.nextLong(SWEEP.toMillis())));
                }
            }
            HeartbeatRounds.Turns turns = rounds.turns(
                    last.entrySet().stream()
                            .filter(wait -> wait.getValue() < begins)
                            .map(Map.Entry::getKey)
                            .toList(),
                    NOON.plusMillis(begins));
            List<Beat> sent = sent(turns);
            long reads = random.nextLong(LONGEST_READS);
            for (int i = 0; i < sent.size(); i++) {
                long at = begins + reads + millisUntil(i);
                longest = Math.max(longest, at - last.put(sent.get(i), at));
            }
            assertThat(last.values())
                    .as("in sweep " + sweep)
                    .allMatch(time -> begins - time <= timeout.dividedBy(2).toMillis());
        }
        System.out.printf(
                "At most %,d waits of %s from seed %d: longest gap between heartbeats %.1f s%n",
                most, timeout, SEED, longest / 1e3);
        assertThat(longest).isLessThanOrEqualTo(timeout.dividedBy(2).toMillis());
    }

    /** All of them begin just after a sweep has read the group, and each sweep since is as late and as slow as one may be. */
    @ParameterizedTest
    @CsvSource({"PT5M, 1100", "PT10M, 2200"})
    void comesToAsManyAsThereMayBeWithinHalfOfTheTimeoutWhenTheyAllBeginAtTheWorstMoment(Duration timeout, int most) {
        List<Beat> all = waits(most, timeout);
        long half = timeout.dividedBy(2).toMillis();
        Map<Beat, Long> first = new HashMap<>();
        for (int sweep = 1; sweep * SWEEP.toMillis() <= half; sweep++) {
            long begins = sweep * SWEEP.toMillis() + HeartbeatRounds.OVERLAP.toMillis() - 1;
            List<Beat> sent = sent(rounds.turns(all, NOON.plusMillis(begins)));
            for (int i = 0; i < sent.size(); i++) {
                first.putIfAbsent(sent.get(i), begins + LONGEST_READS + millisUntil(i));
            }
        }
        assertThat(first).hasSize(most);
        assertThat(first.values()).allMatch(time -> time <= half);
    }

    /** Where a sweep has no time for all whose moment comes, what is left is not the soonest any more. */
    @ParameterizedTest
    @CsvSource({"PT5M, 1625", "PT10M, 3250"})
    void spreadsTheMomentsOfOneWaitMoreThanASweepHasTimeForOverTwiceAsManySweeps(Duration timeout, int most) {
        int windows = timeout.toMinutes() == 5 ? 2 : 4;
        assertThat(share(waits(most, timeout))).isCloseTo(65.0 / 60 / windows, Offset.offset(0.05));
        assertThat(share(waits(most + 1, timeout))).isCloseTo(65.0 / 60 / windows / 2, Offset.offset(0.05));
    }

    private double share(List<Beat> waits) {
        return (double) rounds.turns(waits, NOON).due().size() / waits.size();
    }

    /** What a sweep sends that has nine tenths of the time for it. */
    private static List<Beat> sent(HeartbeatRounds.Turns turns) {
        return Stream.concat(turns.due().stream(), turns.early().stream())
                .limit(HeartbeatRounds.MOST_IN_A_SWEEP * 9L / 10)
                .toList();
    }

    /** From the first heartbeat of a sweep to one that comes after so many others, at the pace of the function. */
    private static long millisUntil(int others) {
        return (long) (Math.max(others / 60.0, (others - Pace.BURST) / Pace.PER_SECOND) * 1_000);
    }

    private static List<Beat> some(List<Beat> all, SplittableRandom random) {
        int least = random.nextInt(100);
        return all.stream().filter(beat -> random.nextInt(100) >= least).toList();
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
            HeartbeatRounds.Turns turns = rounds.turns(all, now);
            for (Beat beat : Stream.concat(turns.due().stream(), turns.early().stream())
                    .limit(HeartbeatRounds.MOST_IN_A_SWEEP)
                    .toList()) {
                assertThat(Duration.between(last.put(beat.instanceId(), now), now))
                        .isLessThan(timeout);
            }
        }
        assertThat(last.values()).allMatch(time -> time.isAfter(NOON.plus(SWEEP.multipliedBy(46))));
    }

    @Test
    void comesToEachAtTheSameMomentOfEveryRound() {
        List<Beat> many = waits(1_000, Duration.ofMinutes(5));
        List<Beat> once = rounds.turns(many, NOON).due();
        assertThat(rounds.turns(many, NOON.plus(SWEEP.multipliedBy(2))).due()).containsExactlyElementsOf(once);
        assertThat(rounds.turns(many, NOON.plus(SWEEP)).due()).isNotEqualTo(once);
    }

    /** After those whose moments the overlap gave to both. */
    @Test
    void comesFirstToWhatTheLastSweepHadNoTimeFor() {
        List<Beat> many = waits(1_000, Duration.ofMinutes(5));
        HeartbeatRounds.Turns first = rounds.turns(many, NOON);
        List<Beat> left = Stream.concat(first.due().stream(), first.early().stream())
                .skip(HeartbeatRounds.MOST_IN_A_SWEEP)
                .toList();
        assertThat(rounds.turns(many, NOON.plus(SWEEP)).due().subList(0, 2 * left.size()))
                .containsAll(left);
    }
}
