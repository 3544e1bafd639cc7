package dev.banhmi.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which waits a sweep prolongs, and in which order, so that no gap between two heartbeats is longer than half of the heartbeat timeout, with
 * up to 1,100 waits of five minutes or 2,200 of ten. With few waits all of them, each time: that costs nothing, and many sweeps may be lost.
 * With many, each only every second sweep, or every fourth and so on, as far as the timeout allows; where it allows no such round, all of
 * them as far as a sweep has time. Pure, and without memory: the instance and the time decide.
 */
final class HeartbeatRounds {

    /*
     * Time is cut into rounds of k sweeps, k a power of two. In a round an instance has its moment, which its id decides; a sweep prolongs
     * those whose moment comes before the next sweep, in their order. The moments of a longer round are among those of a shorter one, so an
     * instance is never later than the longest round while their number changes. A sweep that is late by less than the overlap leaves no
     * moment out.
     *
     * The longest gap is that of a wait that begins just after a sweep which would have come to it: a whole round until the next that does,
     * and the time that this one needs to come to it, at worst all that it has. So half of the timeout is at least a round and one sweep.
     *
     * A timeout of five minutes leaves no room for a round of two, and a thousand heartbeats are more than a sweep has time for. They have their
     * moments in a round of two all the same. Those whose moment comes go first, half of them in 25 s; then the others, so far as there is time,
     * those first whose moment is furthest away. So what is left has its moment soonest, and is among the first of the next sweep: nobody is passed
     * over twice, and a gap is no longer than two sweeps and the time in which the next one comes to what was left.
     *
     * That time is the bound. Of 1,100 waits of five minutes a sweep that sends nine tenths of what it has time for leaves 308, and the next
     * one comes to the last of them after 15 s, behind those that the overlap gave to both. It may be 5 s late and read for 8 s before: 148 of
     * the 150 s. With 2,200 of ten minutes, in a round of two, 273 of the 300. From 1,626 waits of five minutes on, those whose moment comes
     * are more than a sweep has time for, so the moments are in four sweeps: furthest away is then what was due in the sweep before, which
     * goes before what has waited longer. Nobody has asked for so many.
     */

    /** 300: the calls of a sweep that leave the bucket of AWS (20 a second) to others for three quarters of the time. */
    static final int COMFORTABLE = 300;

    /** 880: the heartbeats that a sweep has time for, at our pace of 18 a second after a burst of 90. */
    static final int MOST_IN_A_SWEEP = 880;

    /** 5 s: how much later than the interval a sweep may come. */
    static final Duration OVERLAP = Duration.ofSeconds(5);

    /** 65,536: the most sweeps in a round. */
    private static final int MOST = 1 << 16;

    private final Duration interval;

    HeartbeatRounds(Duration sweepInterval) {
        this.interval = sweepInterval;
    }

    /**
     * What a sweep sends.
     *
     * @param due whose turn it is, in the order of their moments
     * @param early which follow as far as there is time, because a later sweep may not have it
     */
    record Turns(List<Beat> due, List<Beat> early) {

        Turns {
            due = List.copyOf(due);
            early = List.copyOf(early);
        }
    }

    /**
     * Those that this sweep prolongs.
     *
     * @param waits all waits that live on heartbeats
     * @param now the time of the sweep
     */
    Turns turns(List<Beat> waits, Instant now) {
        long window = interval.plus(OVERLAP).toMillis();
        List<Turn> due = new ArrayList<>();
        List<Turn> early = new ArrayList<>();
        for (Beat beat : waits) {
            int sweeps = sweeps(waits.size(), beat.hook().heartbeatTimeout());
            Turn turn = new Turn(beat, untilMoment(beat, sweepsOfTurns(waits.size(), sweeps), now));
            if (turn.millis() < window) {
                due.add(turn);
            } else if (untilMoment(beat, sweeps, now) < window) {
                early.add(turn);
            }
        }
        due.sort(Comparator.comparingLong(Turn::millis));
        early.sort(Comparator.comparingLong(Turn::millis).reversed());
        return new Turns(
                due.stream().map(Turn::beat).toList(),
                early.stream().map(Turn::beat).toList());
    }

    private long untilMoment(Beat beat, int sweeps, Instant now) {
        long longest = interval.toMillis() * MOST;
        return Math.floorMod(spread(beat.instanceId()) % longest - now.toEpochMilli(), interval.toMillis() * sweeps);
    }

    /** The sweeps of a round. */
    int sweeps(int waits, Duration heartbeatTimeout) {
        long longest =
                heartbeatTimeout.dividedBy(2).minus(interval).minus(OVERLAP).toMillis() / interval.toMillis();
        int sweeps = 1;
        while (waits > COMFORTABLE * (long) sweeps && sweeps * 2L <= Math.min(longest, MOST)) {
            sweeps *= 2;
        }
        return sweeps;
    }

    /** The sweeps in which each has its moment: of a round, or more where a sweep cannot be sure to come to all that a round gives it. */
    private int sweepsOfTurns(int waits, int sweepsOfRound) {
        int sweeps = waits > (long) COMFORTABLE * sweepsOfRound ? 2 * sweepsOfRound : sweepsOfRound;
        long inAWindow = waits * interval.plus(OVERLAP).toMillis() / interval.toMillis();
        while (inAWindow > MOST_IN_A_SWEEP * (long) sweeps && sweeps < MOST) {
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

    private record Turn(Beat beat, long millis) {}
}
