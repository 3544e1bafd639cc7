package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
     * The instances that new tasks need are added one by one (DrainLength), and are there from the second round on.
     *
     * The other services count with their least tasks: what does not fit beside those never does. deploymentWait, which an alarm is silent
     * for, counts them with their most, too.
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
                    || waitsForRounds(service, tasks, free(service, beside, tasks, ServiceDemand::maxTasks))
                                    .compareTo(Duration.ZERO)
                            > 0) {
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
        return Stream.<ToLongFunction<ServiceDemand>>of(ServiceDemand::minTasks, ServiceDemand::maxTasks)
                .map(tasksOf -> {
                    long free = free(service, beside, tasks, tasksOf);
                    // The alarm itself has the patience for the first of them.
                    return waitsForRounds(service, tasks, free)
                            .plus(start(service).multipliedBy(starts(service, tasks, free) - 1));
                })
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Duration waitsForRounds(ServiceDemand service, int tasks, long free) {
        RollingRoom room = room(service, tasks);
        long extra = Math.min(tasks, room.extra());
        long atOnce = Math.min(extra, free) + room.spare();
        if (atOnce == 0 || extra <= free) {
            return Duration.ZERO;
        }
        // Where nothing is free the first round, too, begins with the end of old tasks.
        return service.budget().round().multipliedBy(DrainLength.ceiling(tasks, atOnce) - (free > 0 ? 1 : 0));
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
                                : "takes "
                                        + deployment(service, beside, tasks, atOnce)
                                                .toSeconds() + " s, " + atOnce + " at a time"),
                "what lets it end within " + LONGEST_DEPLOYMENT.toSeconds() + " s",
                "CloudFormation waits three hours and rolls back: raise the fleet's maxInstances (they exist only while"
                        + " they are needed) or maximumPercent, or lower maxTasks.");
    }

    private boolean ends(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        long atOnce = atOnce(service, beside, tasks);
        return atOnce > 0 && deployment(service, beside, tasks, atOnce).compareTo(LONGEST_DEPLOYMENT) <= 0;
    }

    private Duration deployment(ServiceDemand service, List<ServiceDemand> beside, int tasks, long atOnce) {
        long starts = starts(service, tasks, free(service, beside, tasks, ServiceDemand::minTasks));
        return start(service)
                .multipliedBy(starts)
                .plus(service.budget().deployment(DrainLength.ceiling(tasks, atOnce)));
    }

    private Duration start(ServiceDemand service) {
        return service.budget().growth().orElse(fleet.grows() ? UNKNOWN_START : Duration.ZERO);
    }

    /** How many instances new tasks need at most, beside those that are there: at least the one that is always counted. */
    private long starts(ServiceDemand service, int tasks, long free) {
        long fresh = Math.min(Math.min(tasks, room(service, tasks).extra()), free);
        return Math.max(1, DrainLength.ceiling(fresh, Math.max(1, fit(service).orElse(fresh))));
    }

    private long free(
            ServiceDemand service, List<ServiceDemand> beside, int tasks, ToLongFunction<ServiceDemand> tasksOf) {
        return Math.max(0, places(fleet.maxInstances(), service, beside, tasksOf) - tasks);
    }

    /** How many tasks of a deployment are under way at a time: new ones that have room, and old ones that need not be kept. */
    private long atOnce(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        RollingRoom room = room(service, tasks);
        long free = free(service, beside, tasks, ServiceDemand::minTasks);
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
        OptionalLong known = fit(service);
        if (known.isEmpty()) {
            return Integer.MAX_VALUE;
        }
        // The others have instances of their own, or each of their tasks takes as much as the largest of all.
        long fit = known.getAsLong();
        long apart = instances * fit;
        long others = 0;
        for (ServiceDemand other : beside) {
            apart -= fit
                    * DrainLength.ceiling(
                            tasksOf.applyAsLong(other), Math.max(1, fit(other).orElse(1)));
            others += tasksOf.applyAsLong(other);
        }
        List<ServiceDemand> all = new ArrayList<>(beside);
        all.add(service);
        long common = Math.min(fit, new DrainLength(fleet).smallestFit(all));
        return beside.isEmpty() ? apart : Math.max(apart, instances * common - others);
    }

    /** How many fit on an instance: on one as the budget describes it, if it does, else on the smallest type; empty where that is not known. */
    private OptionalLong fit(ServiceDemand service) {
        return service.budget()
                .sizes()
                .map(said -> fit(service, said.instanceCpuUnits(), said.instanceMemoryMiB()))
                .or(() -> fleet.smallest()
                        .map(instance -> fit(service, instance.cpuUnits(), instance.registeredMemoryMiB())))
                .orElse(OptionalLong.empty());
    }

    private static OptionalLong fit(ServiceDemand service, int cpuUnits, int memoryMiB) {
        return OptionalLong.of(Math.min(cpuUnits / service.cpuUnits(), memoryMiB / service.memoryMiB()));
    }

    private static List<ServiceDemand> without(ServiceDemand other, ServiceDemand service, List<ServiceDemand> beside) {
        List<ServiceDemand> rest = new ArrayList<>(beside);
        rest.remove(other);
        rest.add(service);
        return rest;
    }
}
