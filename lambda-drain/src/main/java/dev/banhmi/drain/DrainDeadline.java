package dev.banhmi.drain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a drain is to end whether its instance is empty or not, and whether it is held back because nothing replaces what would go. Pure.
 */
final class DrainDeadline {

    /*
     * A task of a service that ECS still wants to run on a draining instance has no healthy replacement: ECS stops it once it has one
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html, checked 2026-11-30). It serves, and is
     * capacity that would go. From the time on that its end would no longer fit into the budget, each sweep holds the drain back: it writes
     * the time behind the mark and sends a heartbeat. The deadline is then that time plus what tasks need to stop, so that a task which is
     * replaced late ends as it would have in time.
     *
     * A daemon's task is replaced nowhere, and ECS stops it last, once the other tasks have stopped
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html, checked 2026-12-01): until then it looks like
     * one whose replacement does not come. What ECS says of tasks does not tell the two apart, so before a drain is held ECS is asked for
     * their services. Where it does not respond the drain is held, and nothing is counted.
     *
     * The hook's global timeout, the lesser of 48 h and 100 heartbeat timeouts, cannot be moved
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html, checked 2026-11-30). Two sweeps before it the
     * instance is released, and counted: Auto Scaling, which would end the wait there, counts nothing.
     *
     * An instance refresh fails at a late replacement by an event of the drain itself, counted for ten minutes. A maximum over all drains, as
     * ReplacementWait is, says nothing of one as long as an older one is held.
     *
     * Of a host whose agent is gone nothing is known and no task stops, so it is not held. A Spot instance goes two minutes after its
     * notice whatever is done here.
     */

    /** 5: so many sweeps before the deadline heartbeats begin, because some may be lost. */
    private static final int LAST_SWEEPS = 5;

    /** 10 min: by so much a slow pull may exceed the budget's own time for a replacement. */
    private static final Duration GRACE = Duration.ofMinutes(10);

    /** 10 min: for so long a late replacement counts as an event, whatever sweeps are lost. */
    private static final Duration EVENT = Duration.ofMinutes(10);

    private final DrainPolicy policy;
    private final Hook hook;
    private final ContainerInstance instance;
    private final Instant since;
    private final Instant now;

    /**
     * The deadline of one drain.
     *
     * @param since when it began
     */
    DrainDeadline(DrainPolicy policy, Hook hook, ContainerInstance instance, Instant since, Instant now) {
        this.policy = policy;
        this.hook = hook;
        this.instance = instance;
        this.since = since;
        this.now = now;
    }

    /** How long a drain at this hook may take when nothing holds it back. */
    static Duration budget(DrainPolicy policy, Hook hook) {
        Duration wanted = policy.budget().orElse(hook.heartbeatTimeout());
        Duration possible = wanted.compareTo(hook.globalTimeout()) < 0 ? wanted : hook.globalTimeout();
        return possible.compareTo(hook.heartbeatTimeout()) < 0 ? hook.heartbeatTimeout() : possible;
    }

    /** When a task was last seen that nothing replaced; a time ahead of the clock counts as none. */
    static Optional<Instant> heldAt(ContainerInstance instance, Instant now) {
        return instance.drainingSince()
                .flatMap(DrainMark::heldAt)
                .filter(held -> !held.isAfter(now.plus(DrainDecision.CLOCK_SKEW)));
    }

    boolean isReached() {
        return !now.isBefore(at());
    }

    /** Whether the budget is used up, which ends the drain unless it is held back. */
    boolean isOverdue() {
        return !now.isBefore(since.plus(budget(policy, hook)));
    }

    /** Whether the time in which a task is replaced has passed, and no longer ago than an event lasts. */
    boolean isJustLate() {
        return policy.stopping()
                .map(stopping ->
                        since.plus(budget(policy, hook)).minus(stopping).plus(GRACE))
                .filter(limit -> now.isAfter(limit) && !now.isAfter(limit.plus(EVENT)))
                .isPresent();
    }

    /** Whether sweeps keep the wait alive: Auto Scaling must not end it before the deadline, which it would not count as one. */
    boolean needsHeartbeats() {
        Duration budget = budget(policy, hook);
        return heldAt(instance, now).isPresent()
                || budget.compareTo(hook.heartbeatTimeout()) > 0
                || (policy.stopping().isPresent()
                        && !now.plus(policy.sweepInterval().multipliedBy(LAST_SWEEPS))
                                .isBefore(at()));
    }

    /** Whether to hold the drain back now: from a sweep when time gets short, from any hint when it is over. */
    boolean isToBeHeld(Observation seen, Registration.Present present) {
        return policy.stopping()
                .filter(stopping -> now.isBefore(lastHold()))
                .filter(stopping ->
                        isReached() || (seen.fromSweep() && !now.plus(stopping).isBefore(at())))
                .filter(stopping -> waitsForReplacement(seen, present))
                .isPresent();
    }

    /** When the drain ends, as things stand. */
    Instant at() {
        Instant firm = since.plus(budget(policy, hook));
        return policy.stopping()
                .flatMap(stopping -> heldAt(instance, now).map(held -> held.plus(stopping)))
                .map(held -> held.isBefore(lastHold()) ? held : lastHold())
                .filter(firm::isBefore)
                .orElse(firm);
    }

    private Instant lastHold() {
        return since.plus(hook.globalTimeout()).minus(policy.sweepInterval().multipliedBy(2));
    }

    private boolean waitsForReplacement(Observation seen, Registration.Present present) {
        return instance.agentConnected()
                && present.tasks().stream()
                        .anyMatch(task -> !task.hasStopped()
                                && !seen.sawStopped(task.arn())
                                && !task.isToStop()
                                && present.isReplaced(task));
    }
}
