package dev.banhmi.cdk.constructs.fleet;

import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.InstanceType;

/**
 * What a fleet offers to tasks.
 *
 * @param minInstances the minimum number of instances
 * @param maxInstances the maximum number of instances, but for replacements
 * @param grows whether it adds an instance when a task cannot be placed
 * @param smallest the smallest of its types; empty when one of them is not in this library's list
 */
public record FleetCapacity(int minInstances, int maxInstances, boolean grows, Optional<Instance> smallest) {
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
        return new FleetCapacity(
                options.minInstances(),
                options.maxInstances(),
                options.scaling().isManaged() && options.maxInstances() > options.minInstances(),
                smallest(options.instanceTypes()));
    }

    private static Optional<Instance> smallest(List<InstanceType> types) {
        int cpu = Integer.MAX_VALUE;
        int memory = Integer.MAX_VALUE;
        for (InstanceType type : types) {
            String name = type.toString();
            Optional<InstanceTypes.Size> size =
                    Boolean.TRUE.equals(Token.isUnresolved(name)) ? Optional.empty() : InstanceTypes.size(name);
            if (size.isEmpty()) {
                return Optional.empty();
            }
            cpu = Math.min(cpu, size.get().cpuUnits());
            memory = Math.min(memory, size.get().memoryMiB());
        }
        return Optional.of(new Instance(cpu, memory));
    }
}
