package dev.banhmi.drain;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The operator's settings for drains.
 *
 * @param groups the Auto Scaling groups to act on; empty for every group that an instance of the cluster belongs to or a notice names
 * @param hook the name of the hook to act on; empty for the only one on termination, or the one that the notice names
 * @param budget how long a drain may take; empty for the hook's heartbeat timeout, and not shorter than it. A longer one depends on
 *     heartbeats of the sweep and ends at the hook's global timeout
 * @param standalone what happens to tasks that no service owns
 * @param atDeadline how a wait ends whose budget is used up; {@code ABANDON} only where the group retains
 * @param minimumAge how long an instance must have been draining before it counts as empty: reads of ECS lag
 * @param sweepInterval the time from one sweep to the next
 * @param stopping how long tasks may take to end once ECS has told them to. A drain whose tasks nothing replaces is then held back until
 *     they have had it, as long as the hook's global timeout allows; empty for a deadline that nothing moves
 * @param launchHook the name of the hook on launches to complete once an instance has joined the cluster; empty for none
 */
record DrainPolicy(
        Set<String> groups,
        Optional<String> hook,
        Optional<Duration> budget,
        StandaloneTasks standalone,
        LifecycleResult atDeadline,
        Duration minimumAge,
        Duration sweepInterval,
        Optional<Duration> stopping,
        Optional<String> launchHook) {

    /** 10 s: how far a read of ECS is assumed to lag behind. */
    static final Duration MINIMUM_AGE = Duration.ofSeconds(10);

    /** 1 min: the finest schedule that EventBridge has. */
    static final Duration SWEEP_INTERVAL = Duration.ofMinutes(1);

    /** 48 h: no wait lasts longer, whatever the heartbeats. */
    static final Duration LONGEST_BUDGET = Duration.ofDays(2);

    DrainPolicy {
        groups = Set.copyOf(groups);
        budget.ifPresent(value -> {
            Arguments.requirePositive(value, "The budget of a drain");
            if (value.compareTo(LONGEST_BUDGET) > 0) {
                throw new IllegalArgumentException("The budget of a drain is " + value
                        + "; Auto Scaling lets a wait last " + LONGEST_BUDGET + " at most.");
            }
        });
        Arguments.requirePositive(minimumAge, "The minimum age of a drain");
        Arguments.requirePositive(sweepInterval, "The sweep interval");
        stopping.ifPresent(value -> Arguments.requirePositive(value, "The time that tasks are given to stop"));
    }

    /** A deadline that nothing moves, and no hook on launches. */
    DrainPolicy(
            Set<String> groups,
            Optional<String> hook,
            Optional<Duration> budget,
            StandaloneTasks standalone,
            LifecycleResult atDeadline,
            Duration minimumAge,
            Duration sweepInterval) {
        this(
                groups,
                hook,
                budget,
                standalone,
                atDeadline,
                minimumAge,
                sweepInterval,
                Optional.empty(),
                Optional.empty());
    }

    /** The same, with a deadline that nothing moves. */
    DrainPolicy withFirmDeadline() {
        return new DrainPolicy(
                groups,
                hook,
                budget,
                standalone,
                atDeadline,
                minimumAge,
                sweepInterval,
                Optional.empty(),
                launchHook);
    }

    /** Every group, the hook's own budget, standalone tasks waited for, {@code CONTINUE} at the deadline. */
    static DrainPolicy standard() {
        return new DrainPolicy(
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                new StandaloneTasks.AwaitEnd(),
                LifecycleResult.CONTINUE,
                MINIMUM_AGE,
                SWEEP_INTERVAL);
    }

    /** What happens to tasks that no service owns. */
    sealed interface StandaloneTasks {

        /** They are waited for, until the deadline. */
        record AwaitEnd() implements StandaloneTasks {}

        /**
         * They are stopped.
         *
         * @param afterDraining how long after the drain began
         */
        record StopAfter(Duration afterDraining) implements StandaloneTasks {

            public StopAfter {
                Arguments.requirePositive(afterDraining, "The time that standalone tasks are given");
            }
        }
    }
}
