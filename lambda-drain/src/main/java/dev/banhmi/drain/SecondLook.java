package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.Hold;
import dev.banhmi.drain.DrainStep.Ignore;
import dev.banhmi.drain.DrainStep.RecordQuiet;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StopTasks;
import dev.banhmi.drain.DrainStep.Wait;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Does what a sweep found to be due, after another look at the instance in its group and in the cluster: the sweep may be a minute old by
 * then, and another invocation, an operator or Auto Scaling may have come first.
 */
final class SecondLook {

    /*
     * Tasks are not read again. That a task has stopped stays true, and so does that nothing is placed on an instance that drains; the
     * second reading says whether it still drains, since when by its marks, and whether ECS counts a task. How old drain and quiet are is
     * judged as before at the time before the first of all reads, as DrainDecision demands of evidence that no task is left. Only the
     * deadline is judged at the time at which it is acted on, and the tasks are then not taken for all that there are. One that was seen
     * and that nothing replaced holds the drain back there, too: if it has been replaced meanwhile, that costs time and no transfer.
     *
     * A step of another kind than the one that was due is not taken, unless it ends the wait or holds it: what else has changed meanwhile
     * is the next sweep's to see.
     */

    /** 10: how many instances are looked at again at once. */
    private static final int CHUNK = 10;

    /** 16: the start of a drain is three calls, one after the other. */
    private static final int LANES = 16;

    private final Cluster cluster;
    private final Groups groups;
    private final DrainDecision decision;
    private final DrainActions actions;
    private final Clock clock;
    private final Invocation invocation;
    private final SweepOutcome outcome;

    SecondLook(
            Cluster cluster,
            Groups groups,
            DrainDecision decision,
            Clock clock,
            Invocation invocation,
            SweepOutcome outcome) {
        this.cluster = cluster;
        this.groups = groups;
        this.decision = decision;
        this.actions = new DrainActions(cluster, groups, clock);
        this.clock = clock;
        this.invocation = invocation;
        this.outcome = outcome;
    }

    /** Takes these steps, as far as time allows. */
    void take(List<Look> looks) {
        List<List<Look>> chunks = new ArrayList<>();
        for (int from = 0; from < looks.size(); from += CHUNK) {
            chunks.add(looks.subList(from, Math.min(from + CHUNK, looks.size())));
        }
        int notBegun = invocation.each(LANES, chunks, this::again);
        chunks.subList(chunks.size() - notBegun, chunks.size()).forEach(chunk -> outcome.leftOver(chunk.size()));
    }

    /** Takes these steps, those with a time when it has come. */
    void take(Agenda<Look> agenda) {
        invocation.together(Collections.nCopies(Math.min(Invocation.LANES, agenda.size()), () -> work(agenda)));
        outcome.leftOver(agenda.size());
    }

    private void work(Agenda<Look> agenda) {
        while (invocation.hasTime()) {
            Instant now = clock.instant();
            List<Look> chunk = agenda.take(now, CHUNK);
            Optional<Instant> next = agenda.next();
            if (!chunk.isEmpty()) {
                again(chunk);
            } else if (next.isPresent()) {
                Duration until = Duration.between(now, next.get());
                invocation.pause(until.compareTo(invocation.left()) < 0 ? until : invocation.left());
            } else {
                return;
            }
        }
    }

    private void again(List<Look> chunk) {
        Map<String, Member> members;
        Map<String, ContainerInstance> instances;
        try {
            members = groups.members(chunk.stream().map(Look::instanceId).toList()).stream()
                    .collect(Collectors.toMap(Member::instanceId, one -> one, (one, same) -> one));
            instances = cluster
                    .describe(chunk.stream()
                            .map(look -> look.present().instance().arn())
                            .toList())
                    .stream()
                    .collect(Collectors.toMap(ContainerInstance::arn, one -> one, (one, same) -> one));
        } catch (RuntimeException e) {
            outcome.failed(chunk.stream().map(Look::instanceId).toList(), e);
            return;
        }
        for (Look look : chunk) {
            ContainerInstance instance = instances.get(look.present().instance().arn());
            if (!invocation.hasTime()) {
                outcome.leftOver(1);
            } else if (instance != null) {
                outcome.attempt(look.instanceId(), () -> take(look, members.get(look.instanceId()), instance));
            }
        }
    }

    private void take(Look look, @Nullable Member member, ContainerInstance instance) {
        Registration.Present present = look.present().with(instance);
        Observation seen = look.seen().with(Optional.ofNullable(member), present);
        DrainStep step = decision.decide(seen, look.at());
        if (!ends(step)) {
            DrainStep now = decision.decide(seen.with(present.withMoreUnread()), clock.instant());
            step = ends(now) || (step instanceof Wait && now instanceof Hold) ? now : step;
        }
        if (ends(step)
                || step instanceof Hold
                || step.getClass().equals(look.step().getClass())) {
            DrainStep due = withoutHeartbeat(step, look.step());
            outcome.taken(look, seen, due, actions.perform(look.instanceId(), due));
        }
    }

    private static boolean ends(DrainStep step) {
        return step instanceof Complete || step instanceof Release;
    }

    /** The sweep sends all heartbeats but those of a start or a hold that it found only with the tasks. */
    private static DrainStep withoutHeartbeat(DrainStep step, DrainStep first) {
        return switch (step) {
            case RecordQuiet quiet -> new RecordQuiet(quiet.containerInstance(), Optional.empty());
            case StopTasks stop -> new StopTasks(stop.tasks(), Optional.empty());
            case Wait wait -> new Wait(wait.reason(), Optional.empty());
            case Hold hold -> first instanceof Hold planned ? hold.with(planned.heartbeat()) : hold;
            case StartDraining start ->
                first instanceof StartDraining planned ? start.with(planned.heartbeat()) : start;
            case Complete complete -> complete;
            case Release release -> release;
            case Ignore ignore -> ignore;
        };
    }
}
