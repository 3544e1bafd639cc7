package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The part of a sweep that depends on the tasks: the instances that drain. */
final class DrainsInProgress {

    /*
     * The tasks of all are read first, in batches. What would be held may be so for a daemon, which only ECS can tell: that question may take
     * half of the time and fail, so everything else is done beside it, and what it is about is held where it gets no response.
     */

    /** 1 s: how long before its end a sweep no longer waits for a deadline. */
    private static final Duration LAST_MOMENT = Duration.ofSeconds(1);

    private final FleetReads reads;
    private final DrainDecision decision;
    private final Duration interval;
    private final Clock clock;
    private final Invocation invocation;
    private final SweepOutcome outcome;
    private final SecondLook secondLook;
    private final Consumer<List<String>> oneByOne;

    /**
     * Prepares it.
     *
     * @param interval the time until the next sweep
     * @param oneByOne evaluates each of these instances as after an event
     */
    DrainsInProgress(
            FleetReads reads,
            DrainDecision decision,
            Duration interval,
            Clock clock,
            Invocation invocation,
            SweepOutcome outcome,
            SecondLook secondLook,
            Consumer<List<String>> oneByOne) {
        this.reads = reads;
        this.decision = decision;
        this.interval = interval;
        this.clock = clock;
        this.invocation = invocation;
        this.outcome = outcome;
        this.secondLook = secondLook;
        this.oneByOne = oneByOne;
    }

    /** Does what is due of these. */
    void takeUp(List<Look> draining, long tasksOfCluster) {
        Map<String, RuntimeException> unreadable = new ConcurrentHashMap<>();
        Map<String, Registration.Present> tasks;
        try {
            tasks = reads.tasks(
                    draining.stream().map(look -> look.present().instance()).toList(), tasksOfCluster, unreadable);
        } catch (RuntimeException e) {
            outcome.failed(e);
            return;
        }
        unreadable.forEach(outcome::failed);
        Due due = new Due();
        List<Look> held = new ArrayList<>();
        for (Look first : draining) {
            Registration.Present present = tasks.get(first.present().instance().arn());
            if (present == null) {
                continue;
            }
            if (decision.decide(first.seen().with(present), first.at()) instanceof Hold) {
                held.add(first);
            } else {
                due.add(first, present);
            }
        }
        List<Runnable> work = due.work();
        if (!held.isEmpty()) {
            work.addFirst(() -> hold(held, tasks));
        }
        invocation.together(work);
        due.end();
    }

    /** Of these ECS is asked first whether it is for a daemon. That it does not say keeps nothing from being held. */
    private void hold(List<Look> held, Map<String, Registration.Present> tasks) {
        DaemonReads daemons = reads.daemons();
        Set<String> services = held.stream()
                .flatMap(first -> of(first, tasks).servicesToReplace().stream())
                .collect(Collectors.toSet());
        try {
            daemons.ask(services);
        } catch (RuntimeException e) {
            outcome.failed(
                    held.stream()
                            .filter(first -> !daemons.knows(of(first, tasks)))
                            .map(Look::instanceId)
                            .toList(),
                    e);
        }
        Due due = new Due();
        held.forEach(first -> due.add(first, daemons.add(of(first, tasks))));
        invocation.together(due.work());
        due.end();
    }

    private static Registration.Present of(Look first, Map<String, Registration.Present> tasks) {
        return Objects.requireNonNull(tasks.get(first.present().instance().arn()));
    }

    /** What is due of some of them. */
    private final class Due {

        private final Instant until = clock.instant().plus(invocation.left()).minus(LAST_MOMENT);
        private final Agenda<Look> releases = new Agenda<>();
        private final List<Look> changes = new ArrayList<>();
        private final List<Look> waits = new ArrayList<>();
        private final List<String> uncertain = new ArrayList<>();

        void add(Look first, Registration.Present present) {
            Observation seen = first.seen().with(present);
            Look look = new Look(seen, first.at(), decision.decide(seen, first.at()));
            Optional<Instant> deadline = decision.deadline(seen, first.at());
            switch (look.step()) {
                case Complete complete
                when isFresh(complete.reason(), deadline, first.at()) -> releases.add(deadline.orElseThrow(), look);
                case Complete complete -> releases.add(look);
                case Release release
                when isFresh(release.reason(), deadline, first.at()) -> releases.add(deadline.orElseThrow(), look);
                case Release release -> releases.add(look);
                case Hold hold ->
                    changes.add(isProlonged(first) ? new Look(seen, first.at(), hold.with(Optional.empty())) : look);
                case StartDraining start -> changes.add(look);
                case RecordQuiet quiet -> changes.add(look);
                case StopTasks stop -> changes.add(look);
                case Wait wait when mayBeEmpty(wait, present) -> uncertain.add(look.instanceId());
                case Wait wait -> waits.add(look);
                case Ignore ignore -> waits.add(look);
            }
            if (mayEndLater(look.step())) {
                deadline.filter(at -> at.isBefore(until)).ifPresent(at -> releases.add(at, look));
            }
        }

        List<Runnable> work() {
            List<Runnable> work = new ArrayList<>();
            if (!changes.isEmpty()) {
                work.add(() -> secondLook.take(changes));
            }
            if (!uncertain.isEmpty()) {
                work.add(() -> oneByOne.accept(uncertain));
            }
            if (releases.size() > 0) {
                work.add(() -> secondLook.take(releases));
            }
            return work;
        }

        /** Once the work is done: that nothing is due of the rest. */
        void end() {
            waits.forEach(look -> outcome.taken(look, look.seen(), look.step(), Optional.empty()));
        }
    }

    /** Whether this sweep sends a heartbeat already, because without its tasks the instance was seen to need one. */
    private static boolean isProlonged(Look first) {
        return first.step() instanceof Wait wait && wait.heartbeat().isPresent();
    }

    /** What is held has its deadline moved, to where the next sweep comes before it. */
    private static boolean mayEndLater(DrainStep step) {
        return !(step instanceof Complete || step instanceof Release || step instanceof Hold);
    }

    /** Whether no sweep before this one can have come to this deadline. */
    private boolean isFresh(CompleteReason reason, Optional<Instant> deadline, Instant at) {
        return reason.isDeadline()
                && deadline.filter(time -> time.isAfter(at.minus(interval))).isPresent();
    }

    /**
     * Whether nothing but tasks that ECS lists and does not describe keeps an instance from being empty: in the list of the whole cluster
     * they may be anywhere, so the instance is read by itself.
     */
    private static boolean mayBeEmpty(Wait wait, Registration.Present present) {
        return wait.reason() == WaitReason.TASKS_UNCERTAIN
                && present.instance().runningTasks() == 0
                && present.instance().pendingTasks() == 0;
    }
}
