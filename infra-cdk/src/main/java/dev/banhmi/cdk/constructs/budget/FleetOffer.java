package dev.banhmi.cdk.constructs.budget;

import java.util.List;
import java.util.Optional;

/**
 * What a fleet offers to the budgets of its services.
 *
 * @param minInstances the minimum number of instances
 * @param maxInstances the maximum number of instances, but for replacements
 * @param grows whether it adds an instance when a task cannot be placed
 * @param smallest the least CPU and memory of its types; empty when one of them is not known
 * @param largest the most of both
 * @param types the size of each of its types; empty when one of them is not known
 * @param drain the budget that its drainer was built with; empty when it has none of its own
 */
public record FleetOffer(
        int minInstances,
        int maxInstances,
        boolean grows,
        Optional<Instance> smallest,
        Optional<Instance> largest,
        List<Instance> types,
        Optional<DrainBudget> drain) {
    /** Copies the types. */
    public FleetOffer {
        types = List.copyOf(types);
    }

    /**
     * An instance's size.
     *
     * @param cpuUnits 1024 for each vCPU
     * @param memoryMiB the memory of the type, in mebibytes
     * @param registeredMemoryMiB what ECS registers of it at least
     */
    public record Instance(int cpuUnits, int memoryMiB, int registeredMemoryMiB) {}
}
