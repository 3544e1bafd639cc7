package dev.banhmi.cdk.constructs.budget;

import java.util.Optional;

/**
 * What a task reserves of an instance, and what an instance offers.
 *
 * @param taskCpuUnits 1024 for a vCPU
 * @param taskMemoryMiB mebibytes
 * @param instanceCpuUnits 1024 for a vCPU
 * @param instanceMemoryMiB mebibytes, as ECS registers them
 */
public record BudgetSizes(int taskCpuUnits, int taskMemoryMiB, int instanceCpuUnits, int instanceMemoryMiB) {
    /** How many tasks fit on an instance. */
    int fit() {
        return Math.min(instanceCpuUnits / taskCpuUnits, instanceMemoryMiB / taskMemoryMiB);
    }

    static Optional<BudgetSizes> of(BudgetOptions options) {
        Integer taskCpu = options.taskCpuUnits();
        Integer taskMemory = options.taskMemoryMiB();
        Integer instanceCpu = options.instanceCpuUnits();
        Integer instanceMemory = options.instanceMemoryMiB();
        return taskCpu == null || taskMemory == null || instanceCpu == null || instanceMemory == null
                ? Optional.empty()
                : Optional.of(new BudgetSizes(taskCpu, taskMemory, instanceCpu, instanceMemory));
    }
}
