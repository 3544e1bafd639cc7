package dev.banhmi.drain;

import dev.banhmi.drain.SimTrace.Kind;
import dev.banhmi.drain.SimTrace.TaskPlan;
import dev.banhmi.drain.SimTrace.Transfer;

/** A task on its instance, as it truly is: the times of its states, which become known one after the other. */
final class SimTask {

    /** The name of the service whose tasks are daemons. */
    static final String AGENT = "agent";

    static final long NEVER = Long.MAX_VALUE;

    private final TaskPlan plan;
    private final SimHost host;
    private long runningAt;
    private long deactivatingAt = NEVER;
    private long routedUntil = NEVER;
    private long killedAt = NEVER;
    private long stoppedAt = NEVER;

    SimTask(TaskPlan plan, SimHost host) {
        this.plan = plan;
        this.host = host;
        runningAt = plan.runningAt();
        if (plan.endsAt() < NEVER / 8) {
            deactivatingAt = plan.endsAt();
            killedAt = plan.endsAt();
            stoppedAt = plan.endsAt() + 2_000;
        }
    }

    String arn() {
        return plan.arn();
    }

    SimHost host() {
        return host;
    }

    Kind kind() {
        return plan.kind();
    }

    /** Whether the task came to this instance at all, by then. */
    boolean isPlaced(long time) {
        return plan.placedAt() <= Math.min(time, host.placementEnd());
    }

    boolean isPending(long time) {
        return isPlaced(time) && time < Math.min(runningAt, deactivatingAt);
    }

    boolean isRunning(long time) {
        return isPlaced(time) && time >= runningAt && time < deactivatingAt;
    }

    boolean isToStop(long time) {
        return isPlaced(time) && time >= deactivatingAt;
    }

    boolean hasStopped(long time) {
        return isPlaced(time) && time >= stoppedAt;
    }

    boolean isLive(long time) {
        return isPlaced(time) && time < stoppedAt;
    }

    long deactivatingAt() {
        return deactivatingAt;
    }

    long stoppedAt() {
        return stoppedAt;
    }

    /** The words of ECS. */
    DrainTask describe(long time) {
        String status = time >= stoppedAt
                ? "STOPPED"
                : time >= killedAt
                        ? "STOPPING"
                        : time >= deactivatingAt ? "DEACTIVATING" : time >= runningAt ? "RUNNING" : "PENDING";
        String group = switch (plan.kind()) {
            case REPLICA -> "service:gateway";
            case DAEMON -> "service:" + AGENT;
            case STANDALONE -> "family:job";
        };
        return new DrainTask(
                arn(),
                status,
                isToStop(time) ? "STOPPED" : "RUNNING",
                group,
                group.startsWith("service") ? "ecs-svc/1" : "",
                host.arn());
    }

    /** A replica that had not started by the time its instance began to drain. */
    void stopsUnstarted(long now, SimDice dice) {
        runningAt = NEVER;
        deactivatingAt = now;
        killedAt = now;
        routedUntil = now;
        stoppedAt = now + dice.of("pendingStop", arn()).between(SimParameters.PENDING_STOP);
    }

    /** A replica that ECS replaces: out of the load balancer, then SIGTERM, then gone. */
    void isReplaced(long now, SimDice dice, long deregistrationDelay, boolean agentConnected) {
        deactivatingAt = now + dice.of("replacement", arn()).between(SimParameters.REPLACEMENT);
        routedUntil = deactivatingAt + dice.of("routing", arn()).between(SimParameters.ROUTING);
        long idle = deactivatingAt + dice.of("deregistration", arn()).between(SimParameters.IDLE_DEREGISTRATION);
        long lastEnd = lastEnd();
        long sigterm = Math.max(idle, Math.min(deactivatingAt + deregistrationDelay, lastEnd));
        if (!agentConnected) {
            // Nothing tells the containers to stop, and nothing tells ECS that they have.
            return;
        }
        long drained = Math.min(lastEnd, sigterm + SimParameters.PRE_STOP_MILLIS + SimParameters.GATEWAY_DRAIN_MILLIS);
        killedAt = Math.max(sigterm + SimParameters.PRE_STOP_MILLIS, drained);
        stoppedAt = killedAt + dice.of("deprovisioning", arn()).between(SimParameters.DEPROVISIONING);
    }

    /** A daemon that ECS stops behind the last replica. */
    void isStopped(long at, SimDice dice) {
        deactivatingAt = at;
        killedAt = at;
        stoppedAt = at + dice.of("daemonStop", arn()).between(SimParameters.DAEMON_STOP);
    }

    private long lastEnd() {
        long last = 0;
        for (Transfer transfer : plan.transfers()) {
            if (isTaken(transfer, NEVER)) {
                last = Math.max(last, transfer.endsAt());
            }
        }
        return last;
    }

    private boolean isTaken(Transfer transfer, long hostGoneAt) {
        return transfer.startsAt() >= runningAt && transfer.startsAt() < Math.min(routedUntil, hostGoneAt);
    }

    /** Transfers no longer than the longest that were alive when the task or its instance went. */
    int cut(long hostGoneAt, long longest, boolean promised) {
        if (!isPlaced(hostGoneAt)) {
            return 0;
        }
        long end = Math.min(killedAt, hostGoneAt);
        int cut = 0;
        for (Transfer transfer : plan.transfers()) {
            if (isTaken(transfer, hostGoneAt)
                    && transfer.endsAt() > end
                    && (transfer.length() <= longest) == promised) {
                cut++;
            }
        }
        return cut;
    }
}
