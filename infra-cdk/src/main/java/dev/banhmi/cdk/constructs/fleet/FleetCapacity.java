package dev.banhmi.cdk.constructs.fleet;

import java.util.List;
import java.util.Optional;
import java.util.function.IntBinaryOperator;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.InstanceType;

/**
 * What a fleet offers to tasks.
 *
 * @param minInstances the minimum number of instances
 * @param maxInstances the maximum number of instances, but for replacements
 * @param grows whether it adds an instance when a task cannot be placed
 * @param smallest the least CPU and memory of its types; empty when one of them is not in this library's list
 * @param largest the most of both
 * @param types the size of each of its types; empty when one of them is not in this library's list
 */
public record FleetCapacity(
        int minInstances,
        int maxInstances,
        boolean grows,
        Optional<Instance> smallest,
        Optional<Instance> largest,
        List<Instance> types) {
    /*
     * ECS registers what the kernel leaves of an instance's memory, which differs with the image's release: of 4 GiB and more it is over
     * nine tenths. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html (checked 2026-11-30)
     */
    private static final int REGISTERED_TENTHS = 9;

    /** Copies the types. */
    public FleetCapacity {
        types = List.copyOf(types);
    }

    /**
     * An instance's size.
     *
     * @param cpuUnits 1024 for each vCPU
     * @param memoryMiB the memory of the type, in mebibytes
     */
    public record Instance(int cpuUnits, int memoryMiB) {
        /**
         * The memory that ECS registers at least.
         *
         * @return nine tenths of what the type has
         */
        public int registeredMemoryMiB() {
            return memoryMiB / 10 * REGISTERED_TENTHS;
        }
    }

    static FleetCapacity of(FleetOptions options) {
        Optional<List<InstanceTypes.Size>> sizes = sizes(options.instanceTypes());
        return new FleetCapacity(
                options.minInstances(),
                options.maxInstances(),
                options.scaling().isManaged() && options.maxInstances() > options.minInstances(),
                sizes.map(all -> with(all, Math::min)),
                sizes.map(all -> with(all, Math::max)),
                sizes.orElse(List.of()).stream()
                        .map(size -> new Instance(size.cpuUnits(), size.memoryMiB()))
                        .toList());
    }

    private static Instance with(List<InstanceTypes.Size> sizes, IntBinaryOperator choice) {
        return new Instance(
                sizes.stream()
                        .mapToInt(InstanceTypes.Size::cpuUnits)
                        .reduce(choice)
                        .orElseThrow(),
                sizes.stream()
                        .mapToInt(InstanceTypes.Size::memoryMiB)
                        .reduce(choice)
                        .orElseThrow());
    }

    private static Optional<List<InstanceTypes.Size>> sizes(List<InstanceType> types) {
        List<InstanceTypes.Size> sizes = types.stream()
                .map(InstanceType::toString)
                .filter(name -> !Boolean.TRUE.equals(Token.isUnresolved(name)))
                .flatMap(name -> InstanceTypes.size(name).stream())
                .toList();
        return sizes.size() == types.size() ? Optional.of(sizes) : Optional.empty();
    }
}
