package dev.banhmi.drain;

import org.jspecify.annotations.Nullable;

/** A task on the instance that is removed, as it truly is. */
final class BudgetTask {

    static final long NEVER = Long.MAX_VALUE;

    final String arn;

    /** Null for a task that no service owns. */
    final BudgetCase.@Nullable Service service;

    long toldAt = NEVER;
    long stoppedAt = NEVER;

    BudgetTask(String arn, BudgetCase.@Nullable Service service) {
        this.arn = arn;
        this.service = service;
    }

    boolean isTold(long time) {
        return time >= toldAt;
    }

    boolean isLive(long time) {
        return time < stoppedAt;
    }

    DrainTask describe(long time) {
        String status = isLive(time) ? isTold(time) ? "DEACTIVATING" : "RUNNING" : "STOPPED";
        return new DrainTask(
                arn,
                status,
                isTold(time) ? "STOPPED" : "RUNNING",
                service == null ? "family:job" : "service:gateway",
                service == null ? "" : "ecs-svc/1",
                BudgetWorld.ARN);
    }
}
