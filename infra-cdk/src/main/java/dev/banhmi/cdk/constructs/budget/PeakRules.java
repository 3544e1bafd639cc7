package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
     * The instances that new tasks need are added one by one (DrainLength). What has room before the last of them is there begins before, and
     * a place that has become free is used again: so each place is counted from when it is there, and replaces a task in every round from then
     * on. On the instances that are there, those that the minimum has beyond the tasks are free, and the rest of the last one where
     * it is known how many fit on it.
     *
     * With steps, the fleet adds an instance while three quarters of its CPU or of its memory are reserved. Where full instances reserve less,
     * there are those of the minimum, whatever the maximum is.
     *
     * The other services count with their least tasks: what does not fit beside those never does. deploymentWait, which an alarm is silent
     * for, counts them with every number up to their most.
     */

    static final Duration LONGEST_DEPLOYMENT = Duration.ofHours(3);

    /** Until instances have started, where a fleet grows and the budget does not say how long that takes. */
    private static final Duration UNKNOWN_START = Duration.ofMinutes(10);

    private final FleetOffer fleet;
    private final DrainLength length;
    private final Steps steps;

    PeakRules(FleetOffer fleet) {
        this.fleet = fleet;
        this.length = new DrainLength(fleet);
        this.steps = new Steps(fleet);
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
        long extra = Math.min(tasks, room(service, tasks).extra());
        long most = Math.min(extra, free(service, beside, tasks, ServiceDemand::minTasks));
        long least = Math.min(most, free(service, beside, tasks, ServiceDemand::maxTasks));
        long longest = 0;
        for (long free = least; free <= most; free++) {
            // The alarm itself has the patience for the first of them.
            long seconds = waitsForRounds(service, tasks, free).toSeconds()
                    + start(service).toSeconds() * (starts(service, tasks, free) - 1);
            longest = Math.max(longest, seconds);
        }
        return Duration.ofSeconds(longest);
    }

    private static Duration waitsForRounds(ServiceDemand service, int tasks, long free) {
        RollingRoom room = room(service, tasks);
        long extra = Math.min(tasks, room.extra());
        long atOnce = Math.min(extra, free) + room.spare();
        if (atOnce == 0 || extra <= free) {
            return Duration.ZERO;
        }
        // Where nothing is free the first round, too, begins with the end of old tasks.
        return service.budget().rounds(DrainLength.ceiling(tasks, atOnce) - (free > 0 ? 1 : 0));
    }

    private @Nullable Unkept unkeptOf(ServiceDemand service, List<ServiceDemand> beside) {
        long carried = carried(service, beside);
        if (service.maxTasks() > carried) {
            boolean stuck = !steps.reachTheMaximum(service, beside);
            return new Unkept(
                    "maxTasks",
                    service.maxTasks() + ", of which the fleet carries " + carried
                            + (service.budget().assumesGrowth() ? "" : " while an instance is drained"),
                    carried + " or less: "
                            + (stuck
                                    ? "minInstances " + fleet.minInstances() + ", because full instances reserve less"
                                            + " than the three quarters from which on the steps add one"
                                    : "maxInstances " + fleet.maxInstances())
                            + ", and on each as many as fit on the smallest type",
                    "The rest would be asked for and never placed: "
                            + (stuck
                                    ? "use FleetScaling.managed(…), raise the fleet's minInstances, or let tasks fill"
                                            + " the instances."
                                    : "raise the fleet's maxInstances, or take larger instances."));
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
                                : "takes " + deployment(service, beside, tasks).toSeconds() + " s, " + atOnce
                                        + " at a time"),
                "what lets it end within " + LONGEST_DEPLOYMENT.toSeconds() + " s",
                "CloudFormation waits three hours and rolls back: raise the fleet's maxInstances (they exist only while"
                        + " they are needed) or maximumPercent, or lower maxTasks.");
    }

    private boolean ends(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        long atOnce = atOnce(service, beside, tasks);
        return atOnce > 0 && replaced(service, beside, tasks, LONGEST_DEPLOYMENT.toSeconds()) >= tasks;
    }

    /** How long a deployment takes that goes on. */
    private Duration deployment(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        long enough = start(service)
                .multipliedBy(tasks)
                .plus(service.budget().deployment(tasks))
                .toSeconds();
        long less = 0;
        while (enough - less > 1) {
            long half = (enough + less) / 2;
            if (replaced(service, beside, tasks, half) >= tasks) {
                enough = half;
            } else {
                less = half;
            }
        }
        return Duration.ofSeconds(enough);
    }

    /** How many tasks a deployment has replaced after so long, if there are as many. */
    private long replaced(ServiceDemand service, List<ServiceDemand> beside, int tasks, long seconds) {
        long round = service.budget().deployment(1).toSeconds();
        long start = start(service).toSeconds();
        long fresh = Math.min(
                Math.min(tasks, room(service, tasks).extra()), free(service, beside, tasks, ServiceDemand::minTasks));
        long there = Math.min(fresh, there(service, beside, tasks));
        long fit = Math.max(1, fit(service).orElse(fresh));
        long replaced = (there + room(service, tasks).spare()) * (seconds / round);
        long arrival = start;
        for (long missing = fresh - there; missing > 0 && arrival + round <= seconds; missing -= fit) {
            replaced += Math.min(missing, fit) * ((seconds - arrival) / round);
            arrival += start;
        }
        return replaced;
    }

    private Duration start(ServiceDemand service) {
        return service.budget()
                .growth()
                .orElse(fleet.maxInstances() > fleet.minInstances() ? UNKNOWN_START : Duration.ZERO);
    }

    /** How many instances new tasks need at most, beside those that are there: at least the one that is always counted. */
    private long starts(ServiceDemand service, int tasks, long free) {
        long fresh = Math.min(Math.min(tasks, room(service, tasks).extra()), free);
        return Math.max(1, DrainLength.ceiling(fresh, Math.max(1, fit(service).orElse(fresh))));
    }

    /** How many new tasks surely have room on the instances that are there for so many. */
    private long there(ServiceDemand service, List<ServiceDemand> beside, int tasks) {
        long fit = fit(service).orElse(0);
        long ofTheMinimum =
                Math.max(0, shared(fleet.minInstances(), fit, service, beside, ServiceDemand::minTasks) - tasks);
        boolean known =
                beside.isEmpty() && fit > 0 && fit == length.placement(service).fit();
        return known ? Math.max(ofTheMinimum, DrainLength.ceiling(tasks, fit) * fit - tasks) : ofTheMinimum;
    }

    private long free(
            ServiceDemand service, List<ServiceDemand> beside, int tasks, ToLongFunction<ServiceDemand> tasksOf) {
        return Math.max(0, places(instances(service, beside), service, beside, tasksOf) - tasks);
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
        return Math.max(0, places(staying(service, beside), service, beside, ServiceDemand::minTasks));
    }

    /** Where the budget does not count on growth, what is on an instance that is drained has to fit on the others. */
    private int staying(ServiceDemand service, List<ServiceDemand> beside) {
        return instances(service, beside) - (service.budget().assumesGrowth() ? 0 : 1);
    }

    /** How many there are at the peak. */
    private int instances(ServiceDemand service, List<ServiceDemand> beside) {
        return steps.reachTheMaximum(service, beside) ? fleet.maxInstances() : fleet.minInstances();
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
        for (ServiceDemand other : beside) {
            apart -= fit
                    * DrainLength.ceiling(
                            tasksOf.applyAsLong(other), Math.max(1, fit(other).orElse(1)));
        }
        return Math.max(apart, shared(instances, fit, service, beside, tasksOf));
    }

    /** The same, however the tasks of all services are spread. */
    private long shared(
            int instances,
            long fit,
            ServiceDemand service,
            List<ServiceDemand> beside,
            ToLongFunction<ServiceDemand> tasksOf) {
        if (beside.isEmpty()) {
            return instances * fit;
        }
        List<ServiceDemand> all = new ArrayList<>(beside);
        all.add(service);
        long others = beside.stream().mapToLong(tasksOf).sum();
        return instances * Math.min(fit, length.smallestFit(all)) - others;
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
