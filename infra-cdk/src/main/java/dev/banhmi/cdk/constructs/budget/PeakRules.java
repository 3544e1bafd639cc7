package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Whether a fleet carries a service with the most tasks that it is scaled to, and lets a deployment of it end. Pure; immutable. */
final class PeakRules {
    /*
     * A deployment replaces as many tasks at a time as the percentages allow and the fleet, at its maximum, has room for. Each such round is
     * from the start of new tasks to the end of the old ones: a task that was told to stop keeps its room until it has stopped, which is
     * certain, and counts towards maximumPercent, which is what the budget assumes, too. CloudFormation waits three hours for a service and
     * then rolls the stack back (https://repost.aws/knowledge-center/cloudformation-ecs-service-stabilize). A deployment that cannot end at the peak is refused, although it could at another hour: the fleet's
     * maximum costs nothing while nothing needs it, and what has to be deployed in a hurry does not wait for the night.
     *
     * The other services count with their least tasks: what does not fit beside those never does. deploymentWait, which an alarm is silent
     * for, counts them with their most.
     */

    static final Duration LONGEST_DEPLOYMENT = Duration.ofHours(3);

    /** Until instances have started, where a fleet grows and the budget does not say how long that takes. */
    private static final Duration UNKNOWN_START = Duration.ofMinutes(10);

    private final FleetOffer fleet;

    PeakRules(FleetOffer fleet) {
        this.fleet = fleet;
    }

    /** Checks a service and those that are on the fleet already, whose room it takes. */
    @Nullable
    Unkept unkept(ServiceDemand service, List<ServiceDemand> beside) {
        Unkept own = unkeptOf(service, beside);
        if (own != null) {
            return own;
        }
        for (ServiceDemand other : beside) {
            Unkept theirs = unkeptOf(other, without(other, service, beside));
            if (theirs != null) {
                return new Unkept(
                        "minTasks",
                        service.minTasks() + ", so that another service of the fleet does not fit: its "
                                + theirs.option() + " is " + theirs.value(),
                        theirs.allowed(),
                        theirs.remedy());
            }
        }
        return null;
    }

    /**
     * The most tasks, up to a number, that a service can have on the fleet with old and new ones of a deployment beside each other; the least
     * number where there is none.
     */
    int most(ServiceDemand service, List<ServiceDemand> beside) {
        long carried = carried(service, beside);
        int most = service.minTasks();
        for (int tasks = most; tasks <= Math.min(carried, service.maxTasks()); tasks++) {
            if (!ends(service, beside, tasks)
                    || waitWith(service, beside, tasks).compareTo(Duration.ZERO) > 0) {
                break;
            }
            most = tasks;
        }
        return most;
    }

    /** See {@link FleetRules#deploymentWait}. */
    Duration deploymentWait(ServiceDemand service, List<ServiceDemand> beside) {
        return IntStream.rangeClosed(service.minTasks(), service.maxTasks())
                .mapToObj(tasks -> waitWith(service, beside, tasks))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    private Duration waitWith(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        RollingRoom room = room(service, tasks);
        long free = Math.max(0, places(fleet.maxInstances(), service, beside, ServiceDemand::maxTasks) - tasks);
        long extra = Math.min(tasks, room.extra());
        long atOnce = Math.min(extra, free) + room.spare();
        if (atOnce == 0 || extra <= free) {
            return Duration.ZERO;
        }
        // Where nothing is free the first round, too, begins with the end of old tasks.
        return service.budget().round().multipliedBy(ceiling(tasks, atOnce) - (free > 0 ? 1 : 0));
    }

    private @Nullable Unkept unkeptOf(ServiceDemand service, List<ServiceDemand> beside) {
        long carried = carried(service, beside);
        if (service.maxTasks() > carried) {
            return new Unkept(
                    "maxTasks",
                    service.maxTasks() + ", of which the fleet carries " + carried
                            + (staying(service) < fleet.maxInstances() ? " while an instance is drained" : ""),
                    carried + " or less: maxInstances " + fleet.maxInstances() + ", and on each as many as fit on the"
                            + " smallest type",
                    "The rest would be asked for and never placed: raise the fleet's maxInstances, or take larger"
                            + " instances.");
        }
        OptionalInt endless = IntStream.rangeClosed(service.minTasks(), service.maxTasks())
                .filter(tasks -> !ends(service, beside, tasks))
                .findFirst();
        if (endless.isEmpty()) {
            return null;
        }
        int tasks = endless.getAsInt();
        long atOnce = atOnce(service, beside, tasks);
        return new Unkept(
                "maxTasks",
                service.maxTasks() + ", and with " + tasks + " tasks a deployment "
                        + (atOnce == 0
                                ? "finds no room for a new one"
                                : "takes " + deployment(service, tasks, atOnce).toSeconds() + " s, " + atOnce
                                        + " at a time"),
                "what lets it end within " + LONGEST_DEPLOYMENT.toSeconds() + " s",
                "CloudFormation waits three hours and rolls back: raise the fleet's maxInstances (they exist only while"
                        + " they are needed) or maximumPercent, or lower maxTasks.");
    }

    private boolean ends(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        long atOnce = atOnce(service, beside, tasks);
        return atOnce > 0 && deployment(service, tasks, atOnce).compareTo(LONGEST_DEPLOYMENT) <= 0;
    }

    private Duration deployment(ServiceDemand service, int tasks, long atOnce) {
        Duration start = service.budget().growth().orElse(fleet.grows() ? UNKNOWN_START : Duration.ZERO);
        return start.plus(service.budget().deployment(ceiling(tasks, atOnce)));
    }

    /** How many tasks of a deployment are under way at a time: new ones that have room, and old ones that need not be kept. */
    private long atOnce(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        RollingRoom room = room(service, tasks);
        long free = Math.max(0, places(fleet.maxInstances(), service, beside, ServiceDemand::minTasks) - tasks);
        return Math.min(tasks, Math.min(room.extra(), free) + room.spare());
    }

    private static RollingRoom room(ServiceDemand service, int tasks) {
        return new RollingRoom(
                tasks,
                service.budget().minimumHealthyPercent(),
                service.budget().maximumPercent());
    }

    private long carried(ServiceDemand service, List<ServiceDemand> beside) {
        return Math.max(0, places(staying(service), service, beside, ServiceDemand::minTasks));
    }

    /** Where the budget does not count on growth, what is on an instance that is drained has to fit on the others. */
    private int staying(ServiceDemand service) {
        return service.budget().assumesGrowth() ? fleet.maxInstances() : fleet.maxInstances() - 1;
    }

    /** How many tasks of a service so many instances carry beside the others; no bound where sizes are not known. */
    private long places(
            int instances, ServiceDemand service, List<ServiceDemand> beside, ToLongFunction<ServiceDemand> tasksOf) {
        long fit = fit(service);
        if (fit == 0) {
            return Integer.MAX_VALUE;
        }
        // The others have instances of their own, or each of their tasks takes as much as the largest of all.
        long apart = instances * fit;
        long common = fit;
        long others = 0;
        for (ServiceDemand other : beside) {
            apart -= fit * ceiling(tasksOf.applyAsLong(other), Math.max(1, fit(other)));
            common = Math.min(common, fit(larger(service, beside)));
            others += tasksOf.applyAsLong(other);
        }
        return Math.max(apart, instances * common - others);
    }

    private static ServiceDemand larger(ServiceDemand service, List<ServiceDemand> beside) {
        int cpu = service.cpuUnits();
        int memory = service.memoryMiB();
        for (ServiceDemand other : beside) {
            cpu = Math.max(cpu, other.cpuUnits());
            memory = Math.max(memory, other.memoryMiB());
        }
        return new ServiceDemand(service.budget(), cpu, memory, service.minTasks(), service.maxTasks());
    }

    /** How many fit on the smallest type; 0 where that cannot be told. */
    private long fit(ServiceDemand service) {
        return fleet.smallest()
                .map(instance -> Math.min(
                        instance.cpuUnits() / service.cpuUnits(), instance.registeredMemoryMiB() / service.memoryMiB()))
                .or(() -> service.budget().sizes().map(BudgetSizes::fit))
                .orElse(0);
    }

    private static List<ServiceDemand> without(ServiceDemand other, ServiceDemand service, List<ServiceDemand> beside) {
        List<ServiceDemand> rest = new ArrayList<>(beside);
        rest.remove(other);
        rest.add(service);
        return rest;
    }

    private static long ceiling(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
