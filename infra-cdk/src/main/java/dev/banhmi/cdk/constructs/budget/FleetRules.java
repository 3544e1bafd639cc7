package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a fleet keeps what the budgets of the services on it assume. Pure; immutable. */
public final class FleetRules {
    /*
     * A budget is built before the fleet and the service, from numbers that somebody wrote down, and each of the two keeps its own part of it.
     * Here they meet: a fleet that is drained faster than a service needs, that has fewer or smaller instances, or a task that is larger
     * than was assumed, would cut requests although every part is right by itself.
     *
     * Several services of one fleet share its drain and its room. Their tasks are replaced side by side, so its hook must last as long as the
     * slowest, and it must give the last task that is told to stop as long as the service that needs longest for that.
     */

    private final FleetOffer fleet;
    private final DrainLength length;

    /**
     * The rules of one fleet.
     *
     * @param fleet what it offers
     */
    public FleetRules(FleetOffer fleet) {
        this.fleet = fleet;
        this.length = new DrainLength(fleet);
    }

    /**
     * Checks a service.
     *
     * @param service the one to check
     * @param beside those that are on the fleet already
     * @return the first promise that does not hold; empty when all do
     * @throws DrainBudgetException if the budget was built without the sizes of task and instance and does not hold with them
     */
    public Optional<Unkept> unkept(ServiceDemand service, List<ServiceDemand> beside) {
        return first(
                () -> new RollingRoom(
                                service.minTasks(),
                                service.budget().minimumHealthyPercent(),
                                service.budget().maximumPercent())
                        .unkept()
                        .orElse(null),
                () -> drainIsLongEnough(service),
                () -> drainWaitsForTheLastTask(service),
                () -> growthIsReal(service),
                () -> instancesAreSure(service),
                () -> sizesAreTrue(service),
                () -> fleetHasRoom(service),
                () -> drainLastsForEveryNumberOfTasks(service, beside),
                () -> drainsOfTheOthersLast(service, beside),
                () -> drainExpectsReplacements(service, beside),
                () -> leavesRoom(service, beside),
                () -> new PeakRules(fleet).unkept(service, beside));
    }

    /**
     * How long tasks of a deployment wait for room at whatever numbers of tasks they wait longest, although everything goes on. A fleet that has no
     * room for all the tasks that {@code maximumPercent} allows replaces as many at a time as it has room for and as need not be kept running,
     * each batch when the one before has stopped; one that grows adds the instances that new tasks need one by one.
     *
     * @param service which is deployed
     * @param beside the other services of the fleet, each with any number of tasks that it may have
     * @return zero where all of them have room at the same time on one more instance, where the fleet's sizes are not known, and where none can go on
     */
    public Duration deploymentWait(ServiceDemand service, List<ServiceDemand> beside) {
        return new PeakRules(fleet).deploymentWait(service, beside);
    }

    /**
     * The most tasks of a service that the fleet carries, old and new ones of a deployment beside each other.
     *
     * @param service with the most tasks that it may have at all
     * @param beside the other services of the fleet
     * @return at least the service's {@code minTasks}, at most its {@code maxTasks}, which it is where the fleet's sizes are not known
     */
    public int mostTasks(ServiceDemand service, List<ServiceDemand> beside) {
        return new PeakRules(fleet).most(service, beside);
    }

    @SafeVarargs
    private static Optional<Unkept> first(Supplier<@Nullable Unkept>... rules) {
        for (Supplier<@Nullable Unkept> rule : rules) {
            Unkept unkept = rule.get();
            if (unkept != null) {
                return Optional.of(unkept);
            }
        }
        return Optional.empty();
    }

    private @Nullable Unkept drainIsLongEnough(ServiceDemand service) {
        long given = fleet.drain().map(drain -> drain.hookTimeout().toSeconds()).orElse(Long.MAX_VALUE);
        return given >= service.hookSeconds()
                ? null
                : new Unkept(
                        "budget",
                        "a drain of " + service.hookSeconds() + " s on a fleet that is drained within " + given + " s",
                        "a budget whose hookTimeout is " + given + " s or less",
                        "Build the drain of the fleet with this budget, or with the longest of its services'.");
    }

    /** A drain that is held back because a task was replaced late ends its own stopping time after that. */
    private @Nullable Unkept drainWaitsForTheLastTask(ServiceDemand service) {
        long given =
                fleet.drain().map(drain -> drain.stoppingTime().toSeconds()).orElse(Long.MAX_VALUE);
        return given >= service.stoppingSeconds()
                ? null
                : new Unkept(
                        "budget",
                        "one whose tasks need " + service.stoppingSeconds() + " s to stop, on a fleet whose drain gives"
                                + " them " + given + " s",
                        "a budget whose deregistrationDelay and stopTimeout are not longer than those of the drain's",
                        "A task that is replaced late would be cut: build the drain of the fleet with the longest of each.");
    }

    /** A drain whose replacements are to come earlier pages while those of this service are still on time. */
    private @Nullable Unkept drainExpectsReplacements(ServiceDemand service, List<ServiceDemand> beside) {
        long given =
                fleet.drain().map(drain -> replaced(drain, drain.hookTimeout())).orElse(Long.MAX_VALUE);
        long needed = replaced(service.budget(), length.longest(service, beside));
        return given >= needed
                ? null
                : new Unkept(
                        "budget",
                        "one whose last task is replaced after " + needed + " s, on a fleet whose drain expects that"
                                + " after " + given + " s",
                        "a budget whose hookTimeout, without deregistrationDelay and stopTimeout of the last round, is"
                                + " not longer than the drain's",
                        "Somebody would be paged for a drain that takes its time: lengthen the hookTimeout of the"
                                + " fleet's drain by " + (needed - given) + " s.");
    }

    private static long replaced(DrainBudget budget, Duration drain) {
        return drain.minus(budget.stoppingTime()).toSeconds();
    }

    private @Nullable Unkept growthIsReal(ServiceDemand service) {
        return fleet.grows() || !service.budget().assumesGrowth()
                ? null
                : new Unkept(
                        "budget",
                        "one for a fleet that grows, on a fleet that does not",
                        "a budget without fleetGrows(…)",
                        "Use FleetScaling.managed(…) with maxInstances above minInstances, or leave fleetGrows(…) out.");
    }

    private @Nullable Unkept instancesAreSure(ServiceDemand service) {
        boolean growth = service.budget().assumesGrowth();
        int sure = growth ? fleet.maxInstances() : fleet.minInstances();
        return service.budget().instances() <= sure
                ? null
                : new Unkept(
                        "budget",
                        "one for " + service.budget().instances() + " instances",
                        (growth ? "the fleet's maxInstances, " : "the fleet's minInstances, ") + sure + ", or fewer",
                        "An instance would be drained without the others that the budget counts on: raise the fleet's"
                                + " bound, or lower instances(…).");
    }

    private @Nullable Unkept sizesAreTrue(ServiceDemand service) {
        Optional<BudgetSizes> assumed = service.budget().sizes();
        if (assumed.isEmpty()) {
            return null;
        }
        BudgetSizes sizes = assumed.get();
        return first(
                        () -> atMost("cpuUnits", service.cpuUnits(), "the budget's taskCpuUnits", sizes.taskCpuUnits()),
                        () -> atMost(
                                "memoryLimitMiB",
                                service.memoryMiB(),
                                "the budget's taskMemoryMiB",
                                sizes.taskMemoryMiB()),
                        () -> fleet.smallest()
                                .map(instance -> atMost(
                                        "budget.instanceCpuUnits",
                                        sizes.instanceCpuUnits(),
                                        "the fleet's smallest type",
                                        instance.cpuUnits()))
                                .orElse(null),
                        () -> fleet.smallest()
                                .map(instance -> atMost(
                                        "budget.instanceMemoryMiB",
                                        sizes.instanceMemoryMiB(),
                                        "the fleet's smallest type",
                                        instance.memoryMiB()))
                                .orElse(null))
                .orElse(null);
    }

    private static @Nullable Unkept atMost(String option, int value, String bound, int most) {
        return value <= most
                ? null
                : new Unkept(
                        option,
                        value,
                        most + " or less, " + bound,
                        "The replacements of an instance's tasks would not have the room that the budget counts on.");
    }

    /** A budget without sizes holds with those of the fleet, where they are known. */
    private @Nullable Unkept fleetHasRoom(ServiceDemand service) {
        if (service.budget().sizes().isEmpty()) {
            fleet.smallest()
                    .ifPresent(instance -> service.budget()
                            .withSizes(new BudgetSizes(
                                    service.cpuUnits(),
                                    service.memoryMiB(),
                                    instance.cpuUnits(),
                                    instance.registeredMemoryMiB())));
        }
        return null;
    }

    /**
     * The budget is built for the least number of tasks and for sizes that somebody wrote down. Another number may need more rounds, and so
     * do smaller tasks or larger instances, on which more of them are together.
     */
    private @Nullable Unkept drainLastsForEveryNumberOfTasks(ServiceDemand service, List<ServiceDemand> beside) {
        int tasks = length.slowest(service, beside);
        long needed = length.drain(service, beside, tasks).toSeconds();
        long starts = length.starts(service, beside, tasks);
        return needed <= service.hookSeconds()
                ? null
                : new Unkept(
                        "budget",
                        "a drain of " + service.hookSeconds() + " s, which takes " + needed
                                + " s while the service has " + tasks + " tasks, up to "
                                + service.budget().onOneInstance(tasks, length.placement(service))
                                + " of them on one instance"
                                + (starts > 1
                                        ? ", in whose place the fleet adds " + starts + " smaller ones, one by one"
                                        : ""),
                        "a budget whose hookTimeout is " + needed + " s or more",
                        "Set hookTimeout(Duration.ofSeconds(" + needed + ")), or a maximumPercent of 200, with which an"
                                + " instance becomes empty in one round"
                                + (starts > 1 ? ", and give the fleet instance types of one size." : "."));
    }

    /** The tasks of this service wait for instances beside those of the others, which then wait longer. */
    private @Nullable Unkept drainsOfTheOthersLast(ServiceDemand service, List<ServiceDemand> beside) {
        for (int i = 0; i < beside.size(); i++) {
            ServiceDemand other = beside.get(i);
            List<ServiceDemand> all = new ArrayList<>(beside);
            all.set(i, service);
            long needed = length.longest(other, all).toSeconds();
            if (needed > other.hookSeconds()) {
                return new Unkept(
                        "budget",
                        "one for a fleet on which the drain of another service takes " + other.hookSeconds()
                                + " s, and with this one " + needed + " s",
                        "budgets whose hookTimeout is " + needed + " s or more",
                        "In the place of an instance of the largest type the fleet adds several of the smallest, one by"
                                + " one: lengthen both, or give the fleet instance types of one size.");
            }
            Unkept early = drainExpectsReplacements(other, all);
            if (early != null) {
                return new Unkept(
                        "budget",
                        "one for a fleet on which that of another service is " + early.value(),
                        early.allowed(),
                        early.remedy());
            }
        }
        return null;
    }

    /** Tasks of several services take each other's room. Where fewer than so many are on an instance, one more of any of them fits. */
    private @Nullable Unkept leavesRoom(ServiceDemand service, List<ServiceDemand> beside) {
        if (beside.isEmpty() || fleet.smallest().isEmpty()) {
            return null;
        }
        List<ServiceDemand> all =
                Stream.concat(beside.stream(), Stream.of(service)).toList();
        long fit = length.smallestFit(all);
        boolean growth = all.stream().allMatch(one -> one.budget().assumesGrowth());
        long instances = growth ? fleet.maxInstances() : fleet.minInstances() - 1L;
        long tasks = all.stream().mapToLong(ServiceDemand::minTasks).sum();
        return instances * fit >= tasks
                ? null
                : new Unkept(
                        "minTasks",
                        service.minTasks() + ", of " + tasks + " tasks on the fleet",
                        "a total of " + instances * fit + " or less, " + instances + " × " + fit
                                + " on the instances that stay",
                        "The replacements of an instance's tasks would not have room beside those of the other services:"
                                + " raise the fleet's bound, or take larger instances.");
    }
}
