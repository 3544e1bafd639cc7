package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.budget.DrainBudgetException;
import dev.banhmi.cdk.constructs.budget.FleetOffer;
import dev.banhmi.cdk.constructs.budget.FleetRules;
import dev.banhmi.cdk.constructs.budget.ServiceDemand;
import dev.banhmi.cdk.constructs.budget.Unkept;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetCapacity;
import dev.banhmi.cdk.constructs.fleet.HostPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.Annotations;
import software.constructs.Construct;

/** What a service and its budget assume of the fleet that the service runs on. {@link FleetRules} has the budget's rules. */
final class FleetPromise {
    private final Construct scope;
    private final String service;
    private final Ec2Fleet fleet;

    FleetPromise(Construct scope, String id, Ec2Fleet fleet) {
        this.scope = scope;
        this.service = id;
        this.fleet = fleet;
    }

    /**
     * Checks everything, and lets the fleet know the service.
     *
     * @throws IllegalArgumentException if the fleet does not keep what the budget assumes
     */
    void check(ServiceDemand demand) {
        FleetServices services = FleetServices.of(fleet);
        checkPorts(demand, services.demands());
        try {
            Optional<Unkept> unkept = new FleetRules(offer()).unkept(demand, services.demands());
            if (unkept.isPresent()) {
                throw refused(unkept.get());
            }
        } catch (DrainBudgetException broken) {
            throw new IllegalArgumentException(
                    scope.getNode().getPath() + "/" + service + ": the budget does not hold on "
                            + fleet.getNode().getPath() + ".\n" + broken.getMessage(),
                    broken);
        }
        if (demand.budget().sizes().isEmpty() && fleet.getCapacity().smallest().isEmpty()) {
            warnOfUncheckedRoom();
        }
        services.add(demand);
    }

    /** The most tasks that the fleet has room for during a deployment, beside the services that are on it by now. */
    int mostTasks(ServiceDemand demand) {
        return new FleetRules(offer()).mostTasks(demand, FleetServices.of(fleet).demands());
    }

    /** How long tasks of a deployment may wait for room beside the fleet's other services, without anything being wrong. */
    Duration deploymentWait(ServiceDemand demand) {
        List<ServiceDemand> others = new ArrayList<>(FleetServices.of(fleet).demands());
        others.remove(demand);
        return new FleetRules(offer()).deploymentWait(demand, others);
    }

    /** The same of whichever service of the fleet it is longest for: all of them wait for the same instances. */
    Duration longestDeploymentWait() {
        return FleetServices.of(fleet).demands().stream()
                .map(this::deploymentWait)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private void checkPorts(ServiceDemand demand, List<ServiceDemand> others) {
        fleet.getCapacity().largest().ifPresent(instance -> {
            List<ServiceDemand> all =
                    Stream.concat(Stream.of(demand), others.stream()).toList();
            long tasks = PackedTasks.most(all, instance);
            String found = demand.cpuUnits() + " beside memoryLimitMiB " + demand.memoryMiB() + ", so that " + tasks
                    + " tasks" + (others.isEmpty() ? "" : ", those of the fleet's other services among them,")
                    + " fit on an instance";
            HostPorts ports = fleet.getHostPorts();
            if (tasks > HostPorts.MOST_CONTAINERS) {
                throw refused(new Unkept(
                        "cpuUnits",
                        found + ", whose bridge carries " + HostPorts.MOST_CONTAINERS + " containers",
                        "no more tasks than those",
                        "ECS would place tasks that cannot start: give them more CPU or memory, or take smaller"
                                + " instances."));
            }
            if (tasks > ports.count()) {
                throw refused(new Unkept(
                        "cpuUnits",
                        found + " with " + ports.count() + " ports",
                        "as many tasks as ports, or fewer",
                        "Set hostPorts(…) of " + fleet.getNode().getPath() + " to a wider range."));
            }
        });
    }

    private FleetOffer offer() {
        FleetCapacity capacity = fleet.getCapacity();
        Optional<DrainBudget> drain = fleet.getDrain().map(InstanceDrain::getBudget);
        return new FleetOffer(
                capacity.minInstances(),
                capacity.maxInstances(),
                capacity.grows(),
                capacity.smallest().map(FleetPromise::size),
                capacity.largest().map(FleetPromise::size),
                capacity.types().stream().map(FleetPromise::size).toList(),
                drain);
    }

    private static FleetOffer.Instance size(FleetCapacity.Instance instance) {
        return new FleetOffer.Instance(instance.cpuUnits(), instance.memoryMiB(), instance.registeredMemoryMiB());
    }

    private void warnOfUncheckedRoom() {
        Annotations.of(fleet)
                .addWarningV2(
                        "banhmi:room-unchecked",
                        "Whether the tasks of " + scope.getNode().getPath() + "/" + service
                                + " have room elsewhere while an instance is drained is not checked: set"
                                + " taskCpuUnits(…), taskMemoryMiB(…), instanceCpuUnits(…) and instanceMemoryMiB(…)"
                                + " in its DrainBudget.");
    }

    private IllegalArgumentException refused(Unkept unkept) {
        return Refusal.of(scope, service + "." + unkept.option(), unkept.value(), unkept.allowed(), unkept.remedy());
    }
}
