package dev.banhmi.drain;

import dev.banhmi.drain.SimTrace.Fate;
import dev.banhmi.drain.SimTrace.HostPlan;
import dev.banhmi.drain.SimTrace.TaskPlan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An instance, as it truly is. */
final class SimHost {

    /** How long group and cluster still know an instance that has gone. */
    private static final long REMEMBERED_MILLIS = 60_000;

    private final HostPlan plan;
    private final List<SimTask> tasks = new ArrayList<>();
    private final List<Written> marks = new ArrayList<>();
    private final List<Written> quietMarks = new ArrayList<>();
    private long drainingAt = SimTask.NEVER;
    private long goneAt = SimTask.NEVER;
    private long deadline = SimTask.NEVER;
    private long deregisteredAt = SimTask.NEVER;
    private boolean completed;

    SimHost(HostPlan plan) {
        this.plan = plan;
        for (TaskPlan task : plan.tasks()) {
            tasks.add(new SimTask(task, this));
        }
    }

    HostPlan plan() {
        return plan;
    }

    String id() {
        return plan.id();
    }

    String arn() {
        return "arn:" + plan.id();
    }

    List<SimTask> tasks() {
        return tasks;
    }

    boolean leaves() {
        return plan.fate() == Fate.PLANNED || plan.fate() == Fate.SPOT;
    }

    /** Until when ECS places tasks here. */
    long placementEnd() {
        return Math.min(drainingAt, goneAt);
    }

    boolean isDraining(long time) {
        return time >= drainingAt;
    }

    boolean isRegistered(long time) {
        return plan.registered()
                && time < deregisteredAt
                && (goneAt == SimTask.NEVER || time < goneAt + REMEMBERED_MILLIS);
    }

    boolean waits(long time) {
        return leaves() && time >= plan.waitAt() && time < goneAt;
    }

    void drain(long now) {
        drainingAt = now;
    }

    void isDeregistered(long now) {
        deregisteredAt = Math.min(deregisteredAt, now);
    }

    void mark(long now, String value) {
        marks.add(new Written(now, value));
    }

    void markQuiet(long now, String value) {
        quietMarks.add(new Written(now, value));
    }

    long drainingAt() {
        return drainingAt;
    }

    long goneAt() {
        return goneAt;
    }

    long deadline() {
        return deadline;
    }

    /** Until when Auto Scaling waits without another heartbeat. */
    void waitsUntil(long time) {
        deadline = time;
    }

    boolean wasCompleted() {
        return completed;
    }

    void goes(long now, boolean byCompletion) {
        goneAt = now;
        completed = byCompletion;
    }

    /** When nothing lived here any more: the earliest time at which a release is right. */
    long emptyAt() {
        long last = Math.max(plan.waitAt(), drainingAt == SimTask.NEVER ? 0 : drainingAt);
        for (SimTask task : tasks) {
            if (task.isPlaced(goneAt)) {
                last = Math.max(last, task.stoppedAt());
            }
        }
        return last;
    }

    Optional<Member> member(long time) {
        if (goneAt != SimTask.NEVER && time >= goneAt + REMEMBERED_MILLIS) {
            return Optional.empty();
        }
        String state = time >= goneAt
                ? "Terminating:Proceed"
                : leaves() && time >= plan.waitAt() ? "Terminating:Wait" : "InService";
        return Optional.of(new Member(id(), SimWorld.GROUP, state));
    }

    /**
     * The words of ECS.
     *
     * @param time that the response shows
     * @param countTime of the counts in it
     */
    Optional<ContainerInstance> describe(long time, long countTime) {
        if (!isRegistered(time)) {
            return Optional.empty();
        }
        return Optional.of(new ContainerInstance(
                arn(),
                id(),
                isDraining(time) ? ContainerInstance.Status.DRAINING : ContainerInstance.Status.ACTIVE,
                plan.agentConnected(),
                (int) tasks.stream().filter(task -> task.isRunning(countTime)).count(),
                (int) tasks.stream().filter(task -> task.isPending(countTime)).count(),
                Written.last(marks, time).map(DrainMark::parse),
                Written.last(quietMarks, time).map(DrainMark::parse)));
    }

    static Instant instant(long millis) {
        return Instant.ofEpochSecond(1_800_000_000L).plusMillis(millis);
    }
}
