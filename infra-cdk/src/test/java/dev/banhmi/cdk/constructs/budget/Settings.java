package dev.banhmi.cdk.constructs.budget;

import dev.banhmi.cdk.constructs.budget.BudgetDerivation.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What somebody writes down for a fleet and the services on it, whether or not it fits.
 *
 * @param instanceType of the fleet, its smaller one
 * @param instance the size of that type, and what ECS registers of it
 * @param largerType the fleet's other type, of which the instance is that is removed; the same where it has one
 * @param larger the size of that type
 * @param fleetMin the fleet's minimum
 * @param fleetMax the fleet's maximum
 * @param managed whether ECS scales the fleet
 * @param growth how long the fleet really takes to add an instance, in seconds
 * @param drain the options of the fleet's drain where they are not those of the first service
 * @param services one or two
 */
record Settings(
        String instanceType,
        FleetOffer.Instance instance,
        String largerType,
        FleetOffer.Instance larger,
        int fleetMin,
        int fleetMax,
        boolean managed,
        long growth,
        @Nullable BudgetOptions drain,
        List<Wanted> services) {

    /** Over which {@link SynthesizedSettings} spreads a fleet. */
    static final int ZONES = 2;

    Settings {
        services = List.copyOf(services);
    }

    /**
     * A service.
     *
     * @param tasks how many there are when an instance is removed
     */
    record Wanted(BudgetOptions options, int cpuUnits, int memoryMiB, int minTasks, int maxTasks, int tasks) {
        ServiceDemand demand() {
            return new ServiceDemand(new DrainBudget(options), cpuUnits, memoryMiB, minTasks, maxTasks);
        }

        Numbers forced() {
            return new BudgetDerivation(options).reckon();
        }
    }

    /**
     * The same with any number of tasks that the first service may have, and with instances of which ECS registers all memory but a mebibyte:
     * what a refusal has to be right about with one, and an acceptance with all of them. These settings are one.
     */
    Stream<Settings> variants() {
        Wanted first = services.get(0);
        return IntStream.rangeClosed(first.minTasks(), first.maxTasks())
                .mapToObj(tasks -> new Wanted(
                        first.options(),
                        first.cpuUnits(),
                        first.memoryMiB(),
                        first.minTasks(),
                        first.maxTasks(),
                        tasks))
                .map(wanted -> Stream.concat(
                                Stream.of(wanted), services.stream().skip(1))
                        .toList())
                .flatMap(wanted -> Stream.of(
                        with(instance, larger, wanted), with(registersMost(instance), registersMost(larger), wanted)));
    }

    private Settings with(FleetOffer.Instance ofInstance, FleetOffer.Instance ofLarger, List<Wanted> wanted) {
        return new Settings(
                instanceType, ofInstance, largerType, ofLarger, fleetMin, fleetMax, managed, growth, drain, wanted);
    }

    private static FleetOffer.Instance registersMost(FleetOffer.Instance instance) {
        return new FleetOffer.Instance(instance.cpuUnits(), instance.memoryMiB(), instance.memoryMiB() - 1);
    }

    boolean grows() {
        return managed && fleetMax > fleetMin;
    }

    BudgetOptions drainOptions() {
        return drain == null ? services.get(0).options() : drain;
    }

    /** What the rules find wrong, in the words of their refusals; nothing where the settings are accepted. */
    List<String> refusals() {
        List<ServiceDemand> placed = new ArrayList<>();
        try {
            FleetRules rules = new FleetRules(new FleetOffer(
                    fleetMin,
                    fleetMax,
                    grows(),
                    Optional.of(instance),
                    Optional.of(larger),
                    List.of(instance, larger),
                    Optional.of(new DrainBudget(drainOptions()))));
            for (Wanted wanted : services) {
                ServiceDemand demand = wanted.demand();
                Optional<Unkept> unkept = rules.unkept(demand, placed);
                if (unkept.isPresent()) {
                    Unkept found = unkept.get();
                    return List.of(found.option() + " is " + found.value() + ", allowed is " + found.allowed());
                }
                placed.add(demand);
            }
            return List.of();
        } catch (DrainBudgetException broken) {
            return broken.getBroken();
        }
    }

    /** The numbers as they would be deployed, past every check, for the simulator. */
    Map<String, Long> numbers(long seed) {
        Numbers drained = new BudgetDerivation(drainOptions()).reckon();
        long stopping = drained.deregistrationDelay() + drained.stopTimeout() + BudgetDerivation.RELEASE;
        Map<String, Long> numbers = new TreeMap<>();
        numbers.put("seed", seed);
        numbers.put("fleet.hookTimeout", drained.hookTimeout());
        numbers.put("fleet.heartbeat", drained.heartbeatTimeout());
        numbers.put("fleet.stopping", stopping);
        numbers.put("fleet.ageAlarm", BudgetDerivation.lateAge(drained.hookTimeout()));
        numbers.put("fleet.replacementAlarm", drained.hookTimeout() - stopping + 600);
        for (int i = 0; i < services.size(); i++) {
            Wanted wanted = services.get(i);
            Numbers forced = wanted.forced();
            String service = "service." + i + ".";
            numbers.put(service + "minimumPercent", (long) forced.minimumHealthyPercent());
            numbers.put(service + "maximumPercent", (long) forced.maximumPercent());
            numbers.put(service + "deregistration", forced.deregistrationDelay());
            numbers.put(service + "shutdown", forced.serviceShutdown());
            numbers.put(service + "aborts", forced.abortTimeout());
            numbers.put(service + "stop", forced.stopTimeout());
            numbers.put(service + "albIdle", forced.albIdleTimeout());
            numbers.put(service + "keepAlive", forced.keepAlive());
            numbers.put(service + "cpu", (long) wanted.cpuUnits());
            numbers.put(service + "memory", (long) wanted.memoryMiB());
            numbers.put(service + "least", (long) wanted.minTasks());
            numbers.put(service + "most", (long) wanted.maxTasks());
        }
        numbers.putAll(world(new Fleet(
                fleetMin,
                fleetMax,
                ZONES,
                grows(),
                instance.cpuUnits(),
                instance.registeredMemoryMiB(),
                instance.memoryMiB(),
                larger.cpuUnits(),
                larger.registeredMemoryMiB())));
        return numbers;
    }

    /**
     * What a fleet is, by what is written down or by its template.
     *
     * @param grows whether an instance is added where a task finds no room
     * @param memory what ECS registers of an instance at least
     * @param mostMemory what ECS registers of it at most
     * @param largestCpu of the instance that is removed
     * @param largestMemory what ECS registers of that one
     */
    record Fleet(
            int least,
            int most,
            int zones,
            boolean grows,
            int cpu,
            int memory,
            int mostMemory,
            int largestCpu,
            int largestMemory) {
        private int fit(Wanted wanted) {
            return Math.min(cpu / wanted.cpuUnits(), memory / wanted.memoryMiB());
        }
    }

    /** How it is on such a fleet: how long things take, how long requests last, how many tasks there are, and so how many instances. */
    Map<String, Long> world(Fleet fleet) {
        Map<String, Long> world = new LinkedHashMap<>();
        long needed = 0;
        for (Wanted wanted : services) {
            needed += ceiling(wanted.tasks(), Math.max(1, fleet.fit(wanted)))
                    + (wanted.options().instanceStart() == null ? 1 : 0);
        }
        // As many as there are surely, and more where the service has been scaled out. A fleet whose growth is counted
        // on has grown no further than packing what there is took: the simulator does that.
        boolean scaledOut = services.get(0).tasks() > services.get(0).minTasks();
        boolean packed = fleet.grows()
                && services.stream().allMatch(wanted -> wanted.options().instanceStart() != null);
        long instances = Math.max(
                Math.max(fleet.least(), 1),
                !packed && (fleet.grows() || scaledOut) ? Math.min(needed, fleet.most()) : 0);
        world.put("fleet.instances", instances);
        world.put("fleet.zones", (long) fleet.zones());
        world.put("fleet.least", (long) fleet.least());
        world.put("fleet.most", (long) fleet.most());
        world.put("fleet.instanceStart", fleet.grows() ? growth : 0);
        world.put("fleet.stepStart", growth);
        world.put("fleet.cpu", (long) fleet.cpu());
        world.put("fleet.memory", (long) fleet.memory());
        world.put("fleet.mostMemory", (long) fleet.mostMemory());
        world.put("fleet.removedCpu", (long) fleet.largestCpu());
        world.put("fleet.removedMemory", (long) fleet.largestMemory());
        for (int i = 0; i < services.size(); i++) {
            Wanted wanted = services.get(i);
            BudgetOptions options = wanted.options();
            String service = "service." + i + ".";
            world.put(service + "tasks", (long) wanted.tasks());
            // ECS packs them: as many as fit are on one, whatever is said.
            world.put(service + "onInstance", (long) wanted.tasks());
            world.put(service + "longest", options.maxRequestDuration().toSeconds());
            world.put(service + "maxIdle", options.maxIdle().toSeconds());
            world.put(service + "silence", options.longestSilence().toSeconds());
            world.put(service + "taskStart", options.taskStart().toSeconds());
            world.put(service + "healthChecks", options.healthChecks().toSeconds());
        }
        return world;
    }

    private static long ceiling(long dividend, long divisor) {
        return (dividend + divisor - 1) / divisor;
    }
}
