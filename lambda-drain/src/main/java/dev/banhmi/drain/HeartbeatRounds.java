package dev.banhmi.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Which waits a sweep prolongs. With few waits all of them, each time: that costs nothing, and many sweeps may be lost. With so many that
 * the calls would not fit into a sweep, each only every second one, or every fourth and so on, as long as no gap between two heartbeats is
 * longer than half of the heartbeat timeout. Pure, and without memory: the instance and the time decide.
 */
final class HeartbeatRounds {

    /*
     * Time is cut into rounds of k sweeps, k a power of two. In a round an instance has its moment, which its id decides; a sweep prolongs
     * those whose moment comes before the next sweep, in their order. The moments of a longer round are among those of a shorter one, so an
     * instance is never later than the longest round while their number changes. A sweep that is late by less than the overlap leaves no
     * moment out.
     *
     * Where more are due than a sweep has time for, because the timeout is too short for a longer round, each sweep begins where the one
     * before had to end: then gaps are longer than half of the timeout, and none is the last for ever.
     *
     * The gap is the round, and what two sweeps differ in the time until they come to the instance: the slack. A thousand waits are 540
     * heartbeats in a sweep of a round of two, which take 25 s after the burst.
     */

    /** 300: the calls of a sweep that leave the bucket of AWS (20 a second) to others for three quarters of the time. */
    static final int COMFORTABLE = 300;

    /** 880: the heartbeats that a sweep has time for, at our pace of 18 a second after a burst of 90. */
    static final int MOST_IN_A_SWEEP = 880;

    /** 5 s: how much later than the interval a sweep may come. */
    static final Duration OVERLAP = Duration.ofSeconds(5);

    /** 30 s: how much later than in the last round an instance may have its turn. */
    static final Duration SLACK = Duration.ofSeconds(30);

    /** 64: the most sweeps in a round. */
    private static final int MOST = 64;

    private final Duration interval;

    HeartbeatRounds(Duration sweepInterval) {
        this.interval = sweepInterval;
    }

    /**
     * Those that are due, in the order of their moments.
     *
     * @param waits all waits that live on heartbeats
     * @param now the time of the sweep
     */
    List<Beat> due(List<Beat> waits, Instant now) {
        List<Beat> due = waits.stream()
                .filter(beat -> untilMoment(beat, waits.size(), now)
                        < interval.plus(OVERLAP).toMillis())
                .sorted(Comparator.comparingLong(beat -> untilMoment(beat, waits.size(), now)))
                .toList();
        return due.size() <= MOST_IN_A_SWEEP ? due : inTurn(due, now);
    }

    private List<Beat> inTurn(List<Beat> due, Instant now) {
        List<Beat> inTurn = new ArrayList<>(due);
        inTurn.sort(Comparator.comparingLong(beat -> spread(beat.instanceId())));
        long sweep = now.toEpochMilli() / interval.toMillis();
        Collections.rotate(inTurn, -Math.toIntExact(sweep * MOST_IN_A_SWEEP % due.size()));
        return inTurn;
    }

    private long untilMoment(Beat beat, int waits, Instant now) {
        long round = interval.toMillis() * sweeps(waits, beat.hook().heartbeatTimeout());
        long longest = interval.toMillis() * MOST;
        return Math.floorMod(spread(beat.instanceId()) % longest - now.toEpochMilli(), round);
    }

    /** The sweeps of a round. */
    int sweeps(int waits, Duration heartbeatTimeout) {
        long longest = heartbeatTimeout.dividedBy(2).minus(SLACK).toMillis() / interval.toMillis();
        int sweeps = 1;
        while (waits > COMFORTABLE * (long) sweeps && sweeps * 2L <= Math.min(longest, MOST)) {
            sweeps *= 2;
        }
        return sweeps;
    }

    /** Not negative, and much the same for no two ids. */
    private static long spread(String instanceId) {
        long mixed = 1_125_899_906_842_597L;
        for (int i = 0; i < instanceId.length(); i++) {
            mixed = 31 * mixed + instanceId.charAt(i);
        }
        mixed ^= mixed >>> 33;
        mixed *= 0xff51afd7ed558ccdL;
        mixed ^= mixed >>> 33;
        return mixed & Long.MAX_VALUE;
    }

    /**
     * A wait that lives on heartbeats.
     *
     * @param instanceId of the instance that waits
     */
    record Beat(String instanceId, Hook hook) {}
}
