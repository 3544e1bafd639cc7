package dev.banhmi.cdk.constructs.budget;

/**
 * What a service asks of its fleet.
 *
 * @param budget its own
 * @param cpuUnits of one task, 1024 for a vCPU
 * @param memoryMiB of one task, in mebibytes
 * @param minTasks the least number of tasks that it is scaled to
 * @param maxTasks the greatest
 */
public record ServiceDemand(DrainBudget budget, int cpuUnits, int memoryMiB, int minTasks, int maxTasks) {
    long hookSeconds() {
        return budget.hookTimeout().toSeconds();
    }

    long stoppingSeconds() {
        return budget.stoppingTime().toSeconds();
    }
}
