package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A fleet and its services as they are deployed, and how long what happens on them takes at worst. Times in seconds, memory in mebibytes.
 *
 * @param services one or more
 */
record BudgetCase(Fleet fleet, List<Service> services) {

    BudgetCase {
        services = List.copyOf(services);
    }

    /**
     * The fleet and its drain.
     *
     * @param instances how many there are when one of them is removed
     * @param zones over how many availability zones they are spread
     * @param least how many there always are
     * @param most how many there may be beside the one that is removed, where the fleet grows
     * @param instanceStart from the lack of room to another instance; 0 where the fleet does not grow
     * @param stepStart where it does not, from the reservation at which steps add an instance to that instance
     * @param cpu of an instance, 1024 for a vCPU
     * @param memory of an instance, as ECS registers it at least
     * @param mostMemory of it, as ECS registers it at most
     * @param removedCpu of the instance that is removed, which may be of a larger type than the others
     * @param removedMemory of that instance
     * @param hookTimeout how long a drain may take
     * @param heartbeat the hook's heartbeat timeout
     * @param stopping what the drain gives a task to stop
     * @param ageAlarm the age of a drain that pages
     * @param replacementAlarm the age of a drain without replacements that pages
     */
    record Fleet(
            int instances,
            int zones,
            int least,
            int most,
            long instanceStart,
            long stepStart,
            long cpu,
            long memory,
            long mostMemory,
            long removedCpu,
            long removedMemory,
            long hookTimeout,
            long heartbeat,
            long stopping,
            long ageAlarm,
            long replacementAlarm) {

        boolean grows() {
            return instanceStart > 0;
        }

        /** Whether sweeps have to prolong the wait. */
        boolean livesOnHeartbeats() {
            return hookTimeout > heartbeat;
        }

        long globalTimeout() {
            return Math.min(SimParameters.GLOBAL_TIMEOUT.toSeconds(), 100 * heartbeat);
        }
    }

    /**
     * A service. What it promises and what takes time: the longest request, the silences, the start; what is set: the rest.
     *
     * @param tasks how many it wants when the instance is removed
     * @param onInstance how many of them are on that instance
     * @param least the lowest number that autoscaling sets, with which deployments have to roll
     * @param most the greatest, with which they have to roll, too
     */
    record Service(
            int tasks,
            int onInstance,
            int least,
            int most,
            int minimumPercent,
            int maximumPercent,
            long cpu,
            long memory,
            long longest,
            long maxIdle,
            long silence,
            long taskStart,
            long healthChecks,
            long deregistration,
            long shutdown,
            long aborts,
            long stop,
            long albIdle,
            long keepAlive) {

        /**
         * How many ECS keeps running: all, where replacements may start before; it may stop some first, and then is quicker. One at the least,
         * because none serves nobody.
         */
        int kept() {
            return maximum() > tasks ? tasks : Math.max(1, ceilingOfPercent(tasks, minimumPercent));
        }

        int maximum() {
            return tasks * maximumPercent / 100;
        }

        static int ceilingOfPercent(int tasks, int percent) {
            return (tasks * percent + 99) / 100;
        }
    }

    /** Reads names such as {@code fleet.instances} and {@code service.0.tasks}. */
    static BudgetCase of(Map<String, Long> numbers) {
        Named fleet = new Named(numbers, "fleet.");
        List<Service> services = new ArrayList<>();
        for (int i = 0; numbers.containsKey("service." + i + ".tasks"); i++) {
            services.add(service(new Named(numbers, "service." + i + ".")));
        }
        return new BudgetCase(
                new Fleet(
                        fleet.count("instances"),
                        fleet.count("zones"),
                        fleet.count("least"),
                        fleet.count("most"),
                        fleet.number("instanceStart"),
                        fleet.number("stepStart"),
                        fleet.number("cpu"),
                        fleet.number("memory"),
                        fleet.number("mostMemory"),
                        fleet.number("removedCpu"),
                        fleet.number("removedMemory"),
                        fleet.number("hookTimeout"),
                        fleet.number("heartbeat"),
                        fleet.number("stopping"),
                        fleet.number("ageAlarm"),
                        fleet.number("replacementAlarm")),
                services);
    }

    private static Service service(Named service) {
        return new Service(
                service.count("tasks"),
                service.count("onInstance"),
                service.count("least"),
                service.count("most"),
                service.count("minimumPercent"),
                service.count("maximumPercent"),
                service.number("cpu"),
                service.number("memory"),
                service.number("longest"),
                service.number("maxIdle"),
                service.number("silence"),
                service.number("taskStart"),
                service.number("healthChecks"),
                service.number("deregistration"),
                service.number("shutdown"),
                service.number("aborts"),
                service.number("stop"),
                service.number("albIdle"),
                service.number("keepAlive"));
    }

    private record Named(Map<String, Long> numbers, String prefix) {

        long number(String name) {
            Long number = numbers.get(prefix + name);
            if (number == null) {
                throw new IllegalArgumentException("There is no number " + prefix + name + ".");
            }
            return number;
        }

        int count(String name) {
            return Math.toIntExact(number(name));
        }
    }
}
