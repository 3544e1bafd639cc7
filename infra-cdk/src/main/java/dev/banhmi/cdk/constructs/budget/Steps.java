package dev.banhmi.cdk.constructs.budget;

import dev.banhmi.cdk.constructs.budget.FleetOffer.Instance;
import java.util.List;
import java.util.stream.Stream;

/** Whether a fleet has its maximum of instances when its tasks need them. Pure; immutable. */
final class Steps {
    /*
     * ECS itself adds instances for tasks without room. Steps (FleetScaling) look at the load and at what is reserved: they add an instance while
     * three quarters of all CPU or of all memory are. A task of 1,200 of 2,048 units, one on an instance, reserves 59 %: under little load none is
     * ever added, and tasks beyond those that the minimum carries are never placed.
     *
     * Where one service is alone, an instance without room for one more task carries as many as fit. Where several are, it reserves all but one task of
     * the CPU or of the memory; that adds up over the instances only where it is the same of the two on each, so where every task takes more of
     * that one than of the other. Of the memory ECS registers nine tenths or more.
     */

    private static final long REACHED_PERCENT = 75;

    private final FleetOffer fleet;

    Steps(FleetOffer fleet) {
        this.fleet = fleet;
    }

    /** True also where sizes are not known. */
    boolean reachTheMaximum(ServiceDemand service, List<ServiceDemand> beside) {
        return fleet.grows()
                || fleet.maxInstances() == fleet.minInstances()
                || fleet.types().stream().allMatch(type -> fillsTheCpu(type, service, beside))
                || fleet.types().stream().allMatch(type -> fillsTheMemory(type, service, beside));
    }

    private static boolean fillsTheCpu(Instance type, ServiceDemand service, List<ServiceDemand> beside) {
        return beside.isEmpty()
                ? isReached(fit(type, service) * service.cpuUnits(), type.cpuUnits())
                : isReached((long) type.cpuUnits() - service.cpuUnits(), type.cpuUnits())
                        && all(service, beside)
                                .allMatch(one -> (long) one.cpuUnits() * type.registeredMemoryMiB()
                                        >= (long) one.memoryMiB() * type.cpuUnits());
    }

    private static boolean fillsTheMemory(Instance type, ServiceDemand service, List<ServiceDemand> beside) {
        return beside.isEmpty()
                ? isReached(fit(type, service) * service.memoryMiB(), type.memoryMiB())
                : isReached((long) type.registeredMemoryMiB() - service.memoryMiB(), type.registeredMemoryMiB())
                        && all(service, beside)
                                .allMatch(one -> (long) one.memoryMiB() * type.cpuUnits()
                                        >= (long) one.cpuUnits() * type.memoryMiB());
    }

    private static long fit(Instance type, ServiceDemand service) {
        return Math.min(type.cpuUnits() / service.cpuUnits(), type.registeredMemoryMiB() / service.memoryMiB());
    }

    private static Stream<ServiceDemand> all(ServiceDemand service, List<ServiceDemand> beside) {
        return Stream.concat(Stream.of(service), beside.stream());
    }

    private static boolean isReached(long reserved, long offered) {
        return reserved * 100 >= offered * REACHED_PERCENT;
    }
}
