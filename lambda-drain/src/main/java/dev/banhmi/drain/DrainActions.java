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
import java.time.Instant;
import java.util.Optional;

/** Performs steps. May be cut off after any call: what is done is done, and the next evaluation sees it. As thread-safe as its ports. */
final class DrainActions {

    private final Cluster cluster;
    private final Groups groups;
    private final Clock clock;

    DrainActions(Cluster cluster, Groups groups, Clock clock) {
        this.cluster = cluster;
        this.groups = groups;
        this.clock = clock;
    }

    /** What became of a call that ends or prolongs the wait; empty where there was none. */
    Optional<Groups.Effect> perform(String instanceId, DrainStep step) {
        return switch (step) {
            case StartDraining start -> {
                if (start.hasOldMark()) {
                    // Otherwise an invocation that ends after the next call leaves a drain that looks as old as the
                    // previous one.
                    cluster.putMark(start.containerInstance(), DrainMark.STARTING);
                }
                // The mark is written after the call and carries a later time: the drain is never younger than its
                // mark.
                cluster.setDraining(start.containerInstance());
                cluster.putMark(start.containerInstance(), DrainMark.format(clock.instant()));
                yield start.heartbeat().map(hook -> groups.heartbeat(instanceId, hook));
            }
            case RecordQuiet(String containerInstance, Optional<Hook> heartbeat) -> {
                // A time after the reads: no task in them may have been told to stop later than the mark.
                cluster.putQuiet(containerInstance, DrainMark.format(clock.instant()));
                yield heartbeat.map(hook -> groups.heartbeat(instanceId, hook));
            }
            case StopTasks stop -> {
                stop.tasks()
                        .forEach(task -> cluster.stopTask(task, "The instance is drained; no service owns this task."));
                yield stop.heartbeat().map(hook -> groups.heartbeat(instanceId, hook));
            }
            case Wait wait -> wait.heartbeat().map(hook -> groups.heartbeat(instanceId, hook));
            case Hold(String containerInstance, Instant since, boolean overdue, boolean justLate, var heartbeat) -> {
                cluster.putMark(containerInstance, DrainMark.format(since, clock.instant()));
                yield heartbeat.map(hook -> groups.heartbeat(instanceId, hook));
            }
            case Complete complete -> Optional.of(groups.complete(instanceId, complete.hook(), complete.result()));
            case Release release -> {
                // First, because an invocation that ends in between is then continued by one that finds no
                // registration.
                cluster.deregister(release.containerInstance());
                yield Optional.of(groups.complete(instanceId, release.hook(), release.result()));
            }
            case Ignore ignore -> Optional.empty();
        };
    }
}
