package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The options given to a {@link DrainBudget.Builder}, unchecked. Null where an option was not given. */
record BudgetOptions(
        Duration maxRequestDuration,
        Duration maxIdle,
        Duration longestSilence,
        Duration serviceShutdown,
        Duration abortTimeout,
        Duration taskStart,
        Duration healthChecks,
        int tasks,
        int instances,
        int minimumHealthyPercent,
        int maximumPercent,
        @Nullable Integer taskCpuUnits,
        @Nullable Integer taskMemoryMiB,
        @Nullable Integer instanceCpuUnits,
        @Nullable Integer instanceMemoryMiB,
        @Nullable Integer tasksPerInstance,
        @Nullable Duration instanceStart,
        @Nullable Duration deregistrationDelay,
        @Nullable Duration stopTimeout,
        @Nullable Duration hookTimeout,
        @Nullable Duration heartbeatTimeout,
        @Nullable Duration albIdleTimeout,
        @Nullable Duration keepAlive) {
    BudgetOptions with(BudgetSizes sizes) {
        return new BudgetOptions(
                maxRequestDuration,
                maxIdle,
                longestSilence,
                serviceShutdown,
                abortTimeout,
                taskStart,
                healthChecks,
                tasks,
                instances,
                minimumHealthyPercent,
                maximumPercent,
                sizes.taskCpuUnits(),
                sizes.taskMemoryMiB(),
                sizes.instanceCpuUnits(),
                sizes.instanceMemoryMiB(),
                tasksPerInstance,
                instanceStart,
                deregistrationDelay,
                stopTimeout,
                hookTimeout,
                heartbeatTimeout,
                albIdleTimeout,
                keepAlive);
    }
}
