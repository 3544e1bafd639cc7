package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.BudgetSizes;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.budget.DrainBudgetException;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetCapacity;
import dev.banhmi.cdk.constructs.fleet.HostPorts;
import java.util.Optional;
import software.amazon.awscdk.Annotations;
import software.constructs.Construct;

/** What a service's budget assumes of the fleet that the service runs on. */
final class FleetPromise {
    /*
     * A budget is built before the fleet and the service, from numbers that somebody wrote down, and each of the two keeps its own part of it.
     * Here they meet: a fleet that is drained faster than a service needs, that has fewer or smaller instances, or a task that is larger
     * than was assumed, would cut requests although every part is right by itself.
     *
     * Several services of one fleet share its drain. Their tasks are replaced side by side, so its hook must last as long as the slowest.
     */

    private final Construct scope;
    private final String service;
    private final Ec2Fleet fleet;
    private final DrainBudget budget;

    FleetPromise(Construct scope, String id, Ec2Fleet fleet, DrainBudget budget) {
        this.scope = scope;
        this.service = id;
        this.fleet = fleet;
        this.budget = budget;
    }

    /**
     * Checks everything.
     *
     * @throws IllegalArgumentException if the fleet does not keep what the budget assumes
     */
    void check(int taskCpuUnits, int taskMemoryMiB) {
        fleet.getDrain().ifPresent(this::checkDrain);
        checkInstances(fleet.getCapacity());
        checkPorts(fleet.getHostPorts(), taskCpuUnits);
        budget.sizes()
                .ifPresentOrElse(
                        sizes -> checkSizes(sizes, taskCpuUnits, taskMemoryMiB),
                        () -> checkRoom(taskCpuUnits, taskMemoryMiB));
    }

    private void checkDrain(InstanceDrain drain) {
        long given = drain.getBudget().hookTimeout().toSeconds();
        long needed = budget.hookTimeout().toSeconds();
        if (given < needed) {
            throw refused(
                    "budget",
                    "a drain of " + needed + " s on a fleet that is drained within " + given + " s",
                    "a budget whose hookTimeout is " + given + " s or less",
                    "Build the drain of " + fleet.getNode().getPath()
                            + " with this budget, or with the longest of its services'.");
        }
    }

    private void checkInstances(FleetCapacity capacity) {
        if (budget.assumesGrowth() && !capacity.grows()) {
            throw refused(
                    "budget",
                    "one for a fleet that grows, on a fleet that does not",
                    "a budget without fleetGrows(…)",
                    "Use FleetScaling.managed(…) with maxInstances above minInstances, or leave fleetGrows(…) out.");
        }
        int sure = budget.assumesGrowth() ? capacity.maxInstances() : capacity.minInstances();
        if (budget.instances() > sure) {
            throw refused(
                    "budget",
                    "one for " + budget.instances() + " instances",
                    (budget.assumesGrowth() ? "the fleet's maxInstances, " : "the fleet's minInstances, ") + sure
                            + ", or fewer",
                    "An instance would be drained without the others that the budget counts on: raise the fleet's bound,"
                            + " or lower instances(…).");
        }
    }

    /** CPU bounds the tasks of an instance, whatever services they are of. */
    private void checkPorts(HostPorts ports, int taskCpuUnits) {
        fleet.getCapacity().mostCpuUnits().ifPresent(cpuUnits -> {
            int tasks = cpuUnits / taskCpuUnits;
            if (tasks > ports.count()) {
                throw refused(
                        "cpuUnits",
                        taskCpuUnits + ", so that " + tasks + " tasks fit on an instance with " + ports.count()
                                + " ports",
                        "as many tasks as ports, or fewer",
                        "Set hostPorts(…) of " + fleet.getNode().getPath() + " to a wider range.");
            }
        });
    }

    private void checkSizes(BudgetSizes sizes, int taskCpuUnits, int taskMemoryMiB) {
        atMost("cpuUnits", taskCpuUnits, "the budget's taskCpuUnits", sizes.taskCpuUnits());
        atMost("memoryLimitMiB", taskMemoryMiB, "the budget's taskMemoryMiB", sizes.taskMemoryMiB());
        fleet.getCapacity().smallest().ifPresent(instance -> {
            atMost(
                    "budget.instanceCpuUnits",
                    sizes.instanceCpuUnits(),
                    "the fleet's smallest type",
                    instance.cpuUnits());
            atMost(
                    "budget.instanceMemoryMiB",
                    sizes.instanceMemoryMiB(),
                    "the fleet's smallest type",
                    instance.memoryMiB());
        });
    }

    private void atMost(String option, int value, String bound, int most) {
        if (value > most) {
            throw refused(
                    option,
                    value,
                    most + " or less, " + bound,
                    "The replacements of an instance's tasks would not have the room that the budget counts on.");
        }
    }

    private void checkRoom(int taskCpuUnits, int taskMemoryMiB) {
        Optional<FleetCapacity.Instance> smallest = fleet.getCapacity().smallest();
        if (smallest.isEmpty()) {
            Annotations.of(fleet)
                    .addWarningV2(
                            "banhmi:room-unchecked",
                            "Whether the tasks of " + scope.getNode().getPath() + "/" + service
                                    + " have room elsewhere while an instance is drained is not checked: set"
                                    + " taskCpuUnits(…), taskMemoryMiB(…), instanceCpuUnits(…) and instanceMemoryMiB(…)"
                                    + " in its DrainBudget.");
            return;
        }
        try {
            budget.withSizes(new BudgetSizes(
                    taskCpuUnits,
                    taskMemoryMiB,
                    smallest.get().cpuUnits(),
                    smallest.get().registeredMemoryMiB()));
        } catch (DrainBudgetException broken) {
            throw new IllegalArgumentException(
                    scope.getNode().getPath() + "/" + service + ": the budget does not hold on "
                            + fleet.getNode().getPath() + ".\n" + broken.getMessage(),
                    broken);
        }
    }

    private IllegalArgumentException refused(String option, Object value, String allowed, String remedy) {
        return Refusal.of(scope, service + "." + option, value, allowed, remedy);
    }
}
