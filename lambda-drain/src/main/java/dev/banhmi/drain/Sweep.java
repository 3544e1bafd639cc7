package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Evaluates everything that a termination hook holds or that drains, however many instances there are, within one invocation. Between two
 * sweeps every hint may be lost, and most heartbeats come from here.
 */
final class Sweep {

    /*
     * All is read first, in batches, and each instance is decided on by DrainDecision as after an event. Then, side by side because each
     * has buckets of its own at AWS:
     *
     * - heartbeats and starts of drains, which need no tasks and begin before the tasks are read; behind the heartbeats the launches, one by
     *   one, as far as there is time, beside the heartbeats that are sent before their turn;
     * - the rest, once the tasks are read: deadlines first, then whatever else is due.
     *
     * A deadline that comes while the sweep may still work is waited for here, because the next sweep is up to a minute later. Starts are
     * made no faster than AWS lets releases through: so deadlines do not come faster either. What has no turn to be started yet is prolonged
     * with the others.
     *
     * Nothing is remembered. What a sweep does not come to is found by the next one, because all that was done shows; what has no time of
     * its own is in another order each time, so that what fails is not before the same others for ever.
     */

    private final FleetReads reads;
    private final DrainDecision decision;
    private final Groups groups;
    private final HeartbeatRounds rounds;
    private final Clock clock;
    private final Invocation invocation;
    private final SweepOutcome outcome;
    private final SecondLook secondLook;
    private final Consumer<String> oneByOne;
    private final DrainsInProgress drains;

    /**
     * Prepares one sweep.
     *
     * @param interval the time until the next one
     * @param oneByOne evaluates a single instance as after an event, and throws what fails after it has written that down
     */
    Sweep(
            FleetReads reads,
            DrainDecision decision,
            Groups groups,
            Duration interval,
            Clock clock,
            Invocation invocation,
            SweepOutcome outcome,
            SecondLook secondLook,
            Consumer<String> oneByOne) {
        this.reads = reads;
        this.decision = decision;
        this.groups = groups;
        this.rounds = new HeartbeatRounds(interval);
        this.clock = clock;
        this.invocation = invocation;
        this.outcome = outcome;
        this.secondLook = secondLook;
        this.oneByOne = oneByOne;
        this.drains =
                new DrainsInProgress(reads, decision, interval, clock, invocation, outcome, secondLook, this::one);
    }

    /**
     * Does it.
     *
     * @throws RetryableFailure when anything failed; everything else was done nevertheless
     */
    void run() {
        // Taken before the first read: an age computed from it never exceeds what the reads show.
        Instant now = clock.instant();
        FleetReads.Fleet fleet = reads.fleet(outcome.hint());
        outcome.unreadable(fleet.unreadable());
        List<Look> looks = new ArrayList<>();
        for (Observation seen : fleet.observations()) {
            looks.add(new Look(seen, now, decision.decide(seen, now)));
        }
        List<String> launches = new ArrayList<>(fleet.launches());
        Random order = new Random(now.toEpochMilli());
        Collections.shuffle(looks, order);
        Collections.shuffle(launches, order);
        List<HeartbeatRounds.Beat> beats = new ArrayList<>();
        List<Look> starts = new ArrayList<>();
        List<Look> draining = new ArrayList<>();
        List<String> absent = new ArrayList<>();
        for (Look look : looks) {
            switch (look.step()) {
                case StartDraining start -> {
                    // Its turn to be started may be a few sweeps away, and its wait ends meanwhile.
                    start.heartbeat().ifPresent(hook -> beats.add(new HeartbeatRounds.Beat(look.instanceId(), hook)));
                    starts.add(new Look(look.seen(), look.at(), start.with(Optional.empty())));
                }
                case Complete complete when !complete.reason().isDeadline() -> absent.add(look.instanceId());
                case Wait wait when wait.reason() == WaitReason.STATUS_CHANGING -> taken(look);
                case Wait wait -> {
                    draining.add(look);
                    wait.heartbeat().ifPresent(hook -> beats.add(new HeartbeatRounds.Beat(look.instanceId(), hook)));
                }
                case Complete complete -> draining.add(look);
                case Release release -> draining.add(look);
                case Hold hold -> draining.add(look);
                case RecordQuiet quiet -> draining.add(look);
                case StopTasks stop -> draining.add(look);
                case Ignore ignore -> taken(look);
            }
        }
        List<Runnable> work = new ArrayList<>();
        if (!beats.isEmpty() || !launches.isEmpty()) {
            HeartbeatRounds.Turns turns = rounds.turns(beats, now);
            work.add(() -> {
                prolong(turns.due());
                List<Runnable> afterwards = new ArrayList<>();
                unlessEmpty(turns.early(), () -> prolongEarly(turns.early()), afterwards);
                unlessEmpty(launches, () -> one(launches), afterwards);
                invocation.together(afterwards);
            });
        }
        unlessEmpty(starts, () -> secondLook.take(starts), work);
        unlessEmpty(absent, () -> one(absent), work);
        unlessEmpty(draining, () -> drains.takeUp(draining, fleet.tasks()), work);
        invocation.together(work);
        outcome.end(fleet.size());
    }

    /** Nothing is started for nothing: with one kind of work there is no thread. */
    private static void unlessEmpty(Collection<?> about, Runnable work, List<Runnable> all) {
        if (!about.isEmpty()) {
            all.add(work);
        }
    }

    private void prolong(List<HeartbeatRounds.Beat> due) {
        outcome.leftOver(invocation.each(due, beat -> outcome.attempt(beat.instanceId(), () -> prolong(beat))));
    }

    private void prolong(HeartbeatRounds.Beat beat) {
        outcome.prolonged(beat.instanceId(), groups.heartbeat(beat.instanceId(), beat.hook()));
    }

    /** What is not come to, or throttled, is nothing left over: its turn is still to come. */
    private void prolongEarly(List<HeartbeatRounds.Beat> early) {
        invocation.each(
                early,
                beat -> outcome.attempt(beat.instanceId(), () -> {
                    try {
                        prolong(beat);
                    } catch (ThrottledFailure e) {
                        // The wait has time until then.
                    }
                }));
    }

    /** As after an event. That the cluster does not know an instance is believed of a reading for it alone. */
    private void one(List<String> instances) {
        outcome.leftOver(invocation.each(instances, instance -> {
            try {
                oneByOne.accept(instance);
            } catch (RuntimeException e) {
                outcome.failed(e);
            }
        }));
    }

    private void taken(Look look) {
        outcome.taken(look, look.seen(), look.step(), Optional.empty());
    }
}
