package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How long an instance of a fleet takes to become empty, with any number of tasks. Pure; immutable. */
final class DrainLength {
    /*
     * A fleet that grows adds one instance at a time: of a group with several instance types or zones ECS takes minimumScalingStepSize, 1 by default,
     * whatever is missing (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html, checked 2026-11-30). In the place of one
     * of the largest type it may need several of the smallest, one after the other.
     */

    private final FleetOffer fleet;

    DrainLength(FleetOffer fleet) {
        this.fleet = fleet;
    }

    /** With the number of tasks at which it takes longest. */
    Duration longest(ServiceDemand service, List<ServiceDemand> beside) {
        return drain(service, beside, slowest(service, beside));
    }

    /** With so many tasks. */
    Duration drain(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        return service.budget().drainWith(tasks, placement(service), starts(service, beside, tasks));
    }

    /** The number of tasks at which it takes longest, the least of them. */
    int slowest(ServiceDemand service, List<ServiceDemand> beside) {
        return IntStream.rangeClosed(service.minTasks(), mostWithRoom(service))
                .boxed()
                .max(Comparator.<Integer, Duration>comparing(tasks -> drain(service, beside, tasks))
                        .thenComparing(Comparator.reverseOrder()))
                .orElse(service.minTasks());
    }

    /** How many of the smallest instances carry what was on one of the largest, however it is packed. */
    long starts(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        if (!service.budget().assumesGrowth() || fleet.smallest().equals(fleet.largest())) {
            return 1;
        }
        long onOne = service.budget().onOneInstance(tasks, placement(service));
        for (ServiceDemand other : beside) {
            onOne += other.budget().onOneInstance(mostWithRoom(other), placement(other));
        }
        List<ServiceDemand> all =
                Stream.concat(beside.stream(), Stream.of(service)).toList();
        int most = all.stream().mapToInt(one -> placement(one).fit()).max().orElseThrow();
        return ceiling(Math.min(onOne, most), Math.max(1, smallestFit(all)));
    }

    /** How many of any of them fit on the smallest type: where fewer are on an instance, one more of any of them fits. */
    long smallestFit(List<ServiceDemand> services) {
        int cpu = services.stream().mapToInt(ServiceDemand::cpuUnits).max().orElseThrow();
        int memory = services.stream().mapToInt(ServiceDemand::memoryMiB).max().orElseThrow();
        return fleet.smallest()
                .map(instance -> Math.min(instance.cpuUnits() / cpu, instance.registeredMemoryMiB() / memory))
                .orElse(0);
    }

    BudgetRoom.Placement placement(ServiceDemand service) {
        // ECS never registers all of an instance's memory, so what would fill it to the last mebibyte does not fit.
        int fit = fleet.largest()
                .map(instance -> Math.min(
                        instance.cpuUnits() / service.cpuUnits(), (instance.memoryMiB() - 1) / service.memoryMiB()))
                .or(() -> service.budget().sizes().map(BudgetSizes::fit))
                .orElse(BudgetRoom.Placement.UNKNOWN);
        return new BudgetRoom.Placement(fit, fleet.minInstances());
    }

    /** More tasks than the others carry in an instance's place are no number that a drain can be planned for. */
    private int mostWithRoom(ServiceDemand service) {
        long instances = service.budget().assumesGrowth() ? fleet.maxInstances() : fleet.maxInstances() - 1L;
        long room = instances * placement(service).fit();
        return (int) Math.max(service.minTasks(), Math.min(service.maxTasks(), room));
    }

    static long ceiling(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
