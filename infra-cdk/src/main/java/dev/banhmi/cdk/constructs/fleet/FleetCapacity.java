package dev.banhmi.cdk.constructs.fleet;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.InstanceType;

/**
 * What a fleet offers to tasks.
 *
 * @param minInstances the minimum number of instances
 * @param maxInstances the maximum number of instances, but for replacements
 * @param grows whether it adds an instance when a task cannot be placed
 * @param smallest the smallest of its types; empty when one of them is not in this library's list
 * @param mostCpuUnits those of its largest type; empty likewise
 */
public record FleetCapacity(
        int minInstances, int maxInstances, boolean grows, Optional<Instance> smallest, OptionalInt mostCpuUnits) {
    /*
     * ECS registers what the kernel leaves of an instance's memory, which differs with the image's release: of 4 GiB and more it is over
     * nine tenths. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html (checked 2026-11-30)
     */
    private static final int REGISTERED_TENTHS = 9;

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
        List<InstanceTypes.Size> sizes = sizes(options.instanceTypes());
        return new FleetCapacity(
                options.minInstances(),
                options.maxInstances(),
                options.scaling().isManaged() && options.maxInstances() > options.minInstances(),
                smallest(sizes),
                sizes.stream().mapToInt(InstanceTypes.Size::cpuUnits).max());
    }

    /** Of all types, or none where one of them is not known. */
    private static List<InstanceTypes.Size> sizes(List<InstanceType> types) {
        List<InstanceTypes.Size> sizes = types.stream()
                .map(InstanceType::toString)
                .filter(name -> !Boolean.TRUE.equals(Token.isUnresolved(name)))
                .flatMap(name -> InstanceTypes.size(name).stream())
                .toList();
        return sizes.size() == types.size() ? sizes : List.of();
    }

    private static Optional<Instance> smallest(List<InstanceTypes.Size> sizes) {
        return sizes.stream()
                .map(size -> new Instance(size.cpuUnits(), size.memoryMiB()))
                .reduce((one, other) -> new Instance(
                        Math.min(one.cpuUnits(), other.cpuUnits()), Math.min(one.memoryMiB(), other.memoryMiB())));
    }
}
