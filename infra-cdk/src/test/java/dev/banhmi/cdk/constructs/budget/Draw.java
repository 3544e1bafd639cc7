package dev.banhmi.cdk.constructs.budget;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Draws settings: such as somebody would write, and in about half of them one thing that does not fit the rest. */
final class Draw {
    /*
     * A number drawn without regard for the others nearly never fits them, and what breaks ten rules at the same time says nothing about any of
     * them. So each draw begins with what should fit, and then changes one thing.
     */

    /** What is changed. */
    enum Fault {
        SHORT_DEREGISTRATION,
        LONG_REQUESTS,
        LONG_SHUTDOWN,
        SHORT_STOP,
        LONG_ABORTS,
        SHORT_IDLE,
        SHORT_KEEP_ALIVE,
        SHORT_HOOK,
        HOOK_BEYOND_ALL_HEARTBEATS,
        HEARTBEAT_BEYOND_THE_HOOK,
        SHORT_HEARTBEAT,
        NO_REPLACEMENT_AT_ONCE,
        STOPS_FIRST,
        TOO_FEW_TASKS_AN_INSTANCE,
        LARGE_TASK,
        NO_ROOM,
        HASTY_DRAIN,
        DRAIN_THAT_STOPS_HASTILY,
        DRAIN_OF_ANOTHER_SERVICE,
        DRAIN_THAT_EXPECTS_HASTE,
        GROWTH_THAT_IS_NOT,
        INSTANCES_THAT_ARE_NOT,
        TASK_LARGER_THAN_SAID,
        INSTANCE_SMALLER_THAN_SAID,
        NOTHING_KEPT,
        SCALES_TO_ODD_NUMBERS,
        SECOND_SERVICE,
        MORE_TASKS_THAN_THE_FLEET_CARRIES,
        SLOW_DEPLOYMENT
    }

    private record Type(String name, int cpu, int memory) {
        int registered() {
            return memory / 10 * 9;
        }

        FleetOffer.Instance offer() {
            return new FleetOffer.Instance(cpu, memory, registered());
        }
    }

    private static final List<Type> TYPES = List.of(
            new Type("m7i.large", 2048, 8192),
            new Type("m7i.xlarge", 4096, 16_384),
            new Type("c7i.large", 2048, 4096),
            new Type("c7i.xlarge", 4096, 8192));

    private final Random random;

    // The fields are the settings while they are drawn.
    private long longest;
    private long idle;
    private long silence;
    private long shutdown;
    private long aborts;
    private long start;
    private long checks;
    private int tasks;
    private int instances;
    private int minimum = 100;
    private int wantedMaximum;
    private int maximum;
    private int cpu;
    private int memory;
    private boolean sized;
    private int saidCpu;
    private int saidInstanceCpu;
    private int saidInstanceMemory;
    private @Nullable Integer perInstance;
    private @Nullable Long growth;
    private @Nullable Long deregistration;
    private @Nullable Long stop;
    private @Nullable Long hook;
    private @Nullable Long heartbeat;
    private @Nullable Long albIdle;
    private @Nullable Long keepAlive;
    private int fleetMin;
    private int fleetMax;
    private boolean managed;
    private int minTasks;
    private int maxTasks;
    private @Nullable BudgetOptions drain;
    private Type type = TYPES.get(0);

    /** Of the instance that is removed. */
    private Type larger = type;

    private Draw(Random random) {
        this.random = random;
    }

    static Settings any(Random random) {
        return new Draw(random).settings(random.nextInt(100) < 55 ? null : any(random, Fault.values()));
    }

    /** With one fault, or with none. */
    static Settings with(Random random, @Nullable Fault fault) {
        return new Draw(random).settings(fault);
    }

    /** The same with that maximum, in percent. */
    static Settings with(Random random, Fault fault, int maximum) {
        Draw draw = new Draw(random);
        draw.wantedMaximum = maximum;
        return draw.settings(fault);
    }

    private static <T> T any(Random random, T[] values) {
        return values[random.nextInt(values.length)];
    }

    private Settings settings(@Nullable Fault fault) {
        fitting();
        if (fault != null) {
            plant(fault);
        }
        boolean sizes = planted == null || (planted == Fault.SECOND_SERVICE && growth != null);
        larger = sizes && one(3) ? any(random, atLeast(type)) : type;
        times();
        return new Settings(
                type.name(),
                type.offer(),
                larger.name(),
                larger.offer(),
                fleetMin,
                fleetMax,
                managed,
                growth == null ? 240 : growth,
                drain,
                fault == Fault.SECOND_SERVICE ? List.of(first(), second()) : List.of(first()));
    }

    private int between(int least, int most) {
        return least + random.nextInt(Math.max(1, most - least + 1));
    }

    private boolean one(int of) {
        return random.nextInt(of) == 0;
    }

    private int registered() {
        return type.registered();
    }

    /** Those that have no less of anything. */
    private static Type[] atLeast(Type smaller) {
        return TYPES.stream()
                .filter(one -> one.cpu() >= smaller.cpu() && one.memory() >= smaller.memory())
                .toArray(Type[]::new);
    }

    private int fit() {
        return fit(type);
    }

    private int fit(Type on) {
        return Math.min(on.cpu() / cpu, on.registered() / memory);
    }

    /** As long as that, with a silence that still fits a target group. */
    private void requests(int seconds) {
        longest = seconds;
        idle = between(1, Math.min(300, 3_600 - seconds));
    }

    private void anyTask() {
        cpu = any(random, new Integer[] {256, 512, 1024, 2048});
        memory = any(random, new Integer[] {512, 1024, 2048, 3000});
    }

    private void fitting() {
        type = TYPES.get(random.nextInt(TYPES.size()));
        anyTask();
        requests(one(3) ? between(31, 300) : between(300, 3_300));
        silence = between(1, 1_000);
        shutdown = between(5, (int) Math.min(95, longest + 5));
        aborts = between(0, (int) Math.min(30, 110 - shutdown));
        start = between(5, 400);
        checks = between(5, 120);
        managed = !one(3);
        growth = managed && one(2) ? (long) between(60, 600) : null;
        instances = between(growth == null ? 2 : 1, 8);
        int room = Math.max(1, (growth == null ? instances - 1 : instances) * fit());
        tasks = between(1, Math.min(room, 24));
        fleetMin = growth == null ? instances : between(0, instances);
        fleetMax = managed ? instances + between(1, 3) : instances + between(0, 3);
        maximum = one(2) ? 200 : between(100 + percentOfOne(), 200);
        minimum = one(4) ? between(50, 100) : 100;
        if (tasks == 1) {
            minimum = 100;
        } else if (one(8)) {
            stopsFirst();
        }
        int fewest = (tasks + instances - 1) / instances;
        perInstance = one(4) && fit() >= fewest ? between(fewest, Math.max(fewest, Math.min(tasks, fit()))) : null;
        minTasks = tasks;
        maxTasks = Math.max(tasks, Math.min(tasks + between(0, 4), (growth == null ? fleetMax - 1 : fleetMax) * fit()));
        sized = one(3);
        saidCpu = cpu;
        saidInstanceCpu = type.cpu();
        saidInstanceMemory = registered();
    }

    /** Changes what does not depend on the times, or marks what does by a negative number. */
    private void plant(Fault fault) {
        switch (fault) {
            case SHORT_DEREGISTRATION -> deregistration = longest + idle - between(1, (int) (longest + idle));
            case LONG_REQUESTS -> {
                longest = between(3_300, 3_600);
                idle = 3_600 - longest + between(1, 200);
            }
            case LONG_SHUTDOWN -> {
                longest = between(31, 60);
                shutdown = longest + 5 + between(1, 25);
                aborts = between(0, 20);
            }
            case SHORT_STOP -> stop = (long) between(2, (int) (shutdown + aborts + 9));
            case LONG_ABORTS -> aborts = 111 - shutdown + between(0, 8 + (int) shutdown / 2);
            case SHORT_IDLE -> albIdle = (long) between(1, (int) Math.max(silence, idle) - 1);
            case SHORT_KEEP_ALIVE -> {
                albIdle = Math.max(silence, idle) + between(0, 100);
                keepAlive = (long) between(1, albIdle.intValue());
            }
            case NO_REPLACEMENT_AT_ONCE -> {
                minimum = 100;
                maximum = 100 + random.nextInt(Math.max(1, (100 - 1) / tasks));
            }
            case STOPS_FIRST -> {
                fixedFleet(3);
                type = TYPES.get(1);
                cpu = 256;
                memory = 512;
                fixedTasks(between(2, 8));
                stopsFirst();
            }
            case TOO_FEW_TASKS_AN_INSTANCE -> fewTasksAnInstance();
            case LARGE_TASK -> {
                memory = registered() + between(1, 2_000);
                perInstance = null;
            }
            case NO_ROOM -> noRoom();
            case HASTY_DRAIN -> {
                requests(between(900, 3_300));
                drain = options(longest / between(2, 10), start, null);
            }
            case DRAIN_THAT_STOPS_HASTILY -> {
                requests(between(900, 3_300));
                drain = options(longest / between(2, 10), start + between((int) longest, 7_000), null);
            }
            case DRAIN_OF_ANOTHER_SERVICE -> drain = options(between(31, 3_600 - (int) idle), between(5, 3_000), null);
            case DRAIN_THAT_EXPECTS_HASTE -> drainThatExpectsHaste();
            case GROWTH_THAT_IS_NOT -> growthThatIsNot();
            case INSTANCES_THAT_ARE_NOT -> instancesThatAreNot();
            case TASK_LARGER_THAN_SAID -> taskLargerThanSaid();
            case INSTANCE_SMALLER_THAN_SAID -> instanceSmallerThanSaid();
            case NOTHING_KEPT -> {
                minimum = 0;
                maximum = 200;
            }
            case SCALES_TO_ODD_NUMBERS -> scalesToOddNumbers();
            case SECOND_SERVICE -> {
                managed = one(2);
                growth = managed ? (long) between(60, 600) : null;
                instances = between(2, 4);
                fleetMin = managed ? between(0, instances - 1) : instances;
                fleetMax = 2 * instances;
                fixedTasks(between(1, Math.max(1, (instances - 1) * fit())));
                perInstance = null;
                maximum = 200;
            }
            case MORE_TASKS_THAN_THE_FLEET_CARRIES -> maxTasks = Math.max(tasks, fleetMax * fit() + between(0, 4));
            case SLOW_DEPLOYMENT -> slowDeployment();
            case SHORT_HOOK, HOOK_BEYOND_ALL_HEARTBEATS, HEARTBEAT_BEYOND_THE_HOOK, SHORT_HEARTBEAT -> {
                // With the times.
            }
        }
        this.planted = fault;
    }

    private @Nullable Fault planted;

    /** The least share of the tasks that is one of them. */
    private int percentOfOne() {
        return (100 + tasks - 1) / tasks;
    }

    /** No replacement may start before a task stops, and at least one may stop. */
    private void stopsFirst() {
        maximum = 100 + between(0, (100 - 1) / tasks);
        minimum = between(1, 100 - percentOfOne());
    }

    private void fewTasksAnInstance() {
        fixedFleet(2);
        fixedTasks(2 * between(2, 6));
        cpu = 256;
        memory = 512;
        type = TYPES.get(1);
        maximum = 100 + percentOfOne();
        minimum = 100;
        perInstance = between(1, tasks / 2 - 1);
    }

    /** Its own tasks take long to stop and are replaced at once; those of the service are replaced one by one. */
    private void drainThatExpectsHaste() {
        fixedFleet(4);
        type = TYPES.get(1);
        cpu = 512;
        memory = 512;
        longest = between(31, 150);
        idle = between(1, 60);
        shutdown = between(5, 30);
        aborts = between(0, 20);
        start = between(100, 400);
        fixedTasks(between(3, 6));
        minimum = 100;
        maximum = 200;
        drain = options(3_500, 5, null);
        maximum = 100 + percentOfOne();
    }

    /** Of so many instances, and nothing that counts on more; there may be more when it is scaled out, so that a deployment has room. */
    private void fixedFleet(int size) {
        growth = null;
        managed = false;
        instances = size;
        fleetMin = size;
        fleetMax = 2 * size + 2;
        perInstance = null;
    }

    private void fixedTasks(int count) {
        tasks = count;
        minTasks = count;
        maxTasks = count;
    }

    /** The whole fleet has room for them, and not without one of its instances. */
    private int moreThanFitWithoutOne() {
        int onOne = Math.max(1, fit());
        return (instances - 1) * onOne + between(1, onOne);
    }

    private void noRoom() {
        fixedFleet(between(1, 4));
        fixedTasks(moreThanFitWithoutOne());
    }

    private void growthThatIsNot() {
        fixedFleet(between(1, 4));
        growth = 240L;
        managed = one(2);
        fleetMax = managed ? fleetMin : fleetMax;
        fixedTasks(moreThanFitWithoutOne());
    }

    private void instancesThatAreNot() {
        fixedFleet(between(1, 3));
        int most = fleetMin * Math.max(1, fit());
        fixedTasks(between(Math.max(1, most - Math.max(1, fit()) + 1), most));
        instances = fleetMin + between(1, 3);
    }

    private void taskLargerThanSaid() {
        fixedFleet(between(2, 4));
        type = TYPES.get(1);
        sized = true;
        saidCpu = 512;
        memory = 512;
        cpu = 1_024 * between(1, 2);
        fixedTasks((instances - 1) * 4096 / cpu + between(1, (instances - 1) * 4));
    }

    private void instanceSmallerThanSaid() {
        fixedFleet(between(2, 4));
        type = TYPES.get(random.nextInt(2));
        cpu = 256 * between(1, 4);
        memory = 512;
        saidCpu = cpu;
        sized = true;
        saidInstanceCpu = type.cpu() * 2;
        saidInstanceMemory = registered();
        fixedTasks((instances - 1) * fit() + between(1, fit()));
    }

    /** One task after the other, each of which may have begun a long request. */
    private void slowDeployment() {
        fixedFleet(4);
        type = TYPES.get(1);
        cpu = 512;
        memory = 512;
        requests(between(2_400, 3_300));
        fixedTasks(between(5, 12));
        minimum = 100;
        maximum = 100 + percentOfOne();
    }

    private void scalesToOddNumbers() {
        fixedFleet(8);
        type = TYPES.get(1);
        minimum = 100;
        maximum = wantedMaximum == 0 ? between(101, 190) : wantedMaximum;
        // One by one an instance becomes empty in as many rounds as tasks fit on it.
        boolean oneByOne = maximum == 101;
        if (oneByOne) {
            // A deployment replaces a hundred tasks one by one, too, and has three hours.
            longest = between(31, 40);
            idle = between(1, 5);
            shutdown = between(5, 10);
            aborts = between(0, 5);
            start = between(5, 10);
            checks = between(5, 10);
        }
        cpu = oneByOne ? 64 : 256;
        memory = oneByOne ? 128 : 512;
        sized |= oneByOne;
        saidCpu = cpu;
        saidInstanceCpu = type.cpu();
        saidInstanceMemory = registered();
        tasks = Math.max(2, (100 + maximum - 101) / (maximum - 100));
        minTasks = tasks;
        maxTasks = tasks + between(1, 20);
    }

    /** The times that are set, where they are: those that depend on the others. */
    private void times() {
        if (planted == null && one(3)) {
            deregistration = Math.min(3_600, longest + idle + between(0, 200));
        }
        if (planted == null && one(3)) {
            stop = (long) between((int) (shutdown + aborts + 10), 120);
        }
        if (planted == null && one(3)) {
            albIdle = (long) between((int) Math.max(silence, idle), 4_000);
        }
        if (planted == null && one(3)) {
            keepAlive = (albIdle == null ? Math.max(silence, idle) : albIdle) + between(1, 600);
        }
        long sum = new BudgetDerivation(options()).reckon().hookTimeout();
        if (planted == Fault.SHORT_HOOK) {
            hook = (long) between(30, (int) Math.min(170_000, sum - 1));
        } else if (planted == Fault.HOOK_BEYOND_ALL_HEARTBEATS) {
            heartbeat = (long) between(300, 350);
            hook = Math.max(sum, 100 * heartbeat - 299) + between(0, 40_000);
        } else if (planted == Fault.HEARTBEAT_BEYOND_THE_HOOK) {
            hook = Math.min(sum, 7_000);
            heartbeat = (long) between((int) (hook + 1), 7_200);
        } else if (planted == Fault.SHORT_HEARTBEAT) {
            heartbeat = (long) between(30, (int) Math.min(299, sum - 1));
        } else if (planted == null && one(3) && sum < 20_000) {
            hook = sum + between(0, 3_000);
            heartbeat = one(2) ? (long) between(300, (int) Math.min(7_200, hook)) : null;
        } else if (planted == null && growth != null && !larger.equals(type) && longest % 2 == 0) {
            // Whoever has two sizes may know that small instances come one by one. Not drawn, so that other draws stay
            // as they are.
            hook = sum + growth * (fit(larger) / fit());
        }
    }

    private BudgetOptions options() {
        return options(longest, start, hook);
    }

    private BudgetOptions options(long request, long taskStart, @Nullable Long hookTimeout) {
        return new BudgetOptions(
                Duration.ofSeconds(request),
                Duration.ofSeconds(idle),
                Duration.ofSeconds(silence),
                Duration.ofSeconds(Math.min(shutdown, request == longest ? shutdown : request + 5)),
                Duration.ofSeconds(aborts),
                Duration.ofSeconds(taskStart),
                Duration.ofSeconds(checks),
                tasks,
                instances,
                minimum,
                maximum,
                sized ? Integer.valueOf(saidCpu) : null,
                sized ? Integer.valueOf(memory) : null,
                sized ? Integer.valueOf(saidInstanceCpu) : null,
                sized ? Integer.valueOf(saidInstanceMemory) : null,
                perInstance,
                seconds(growth),
                request == longest ? seconds(deregistration) : null,
                seconds(stop),
                seconds(hookTimeout),
                seconds(heartbeat),
                seconds(albIdle),
                seconds(keepAlive));
    }

    private static @Nullable Duration seconds(@Nullable Long seconds) {
        return seconds == null ? null : Duration.ofSeconds(seconds);
    }

    private Settings.Wanted first() {
        return new Settings.Wanted(options(), cpu, memory, minTasks, maxTasks, one(4) ? maxTasks : worst(maxTasks));
    }

    /** The number of tasks with which an instance takes the most rounds to become empty, counted one by one. */
    private int worst(int most) {
        int worst = minTasks;
        int longestSoFar = 0;
        for (int count = minTasks; count <= most; count++) {
            int extra = count * maximum / 100 - count;
            int atOnce = extra > 0 ? extra : Math.max(1, count - (count * minimum + 99) / 100);
            int rounds = 0;
            for (int left = Math.min(count, fit(larger)); left > 0; left -= atOnce) {
                rounds++;
            }
            if (rounds > longestSoFar) {
                longestSoFar = rounds;
                worst = count;
            }
        }
        return worst;
    }

    /** A service like the first, in half of the draws of another size: packed beside the first, its tasks leave gaps. */
    private Settings.Wanted second() {
        if (one(2)) {
            anyTask();
            saidCpu = cpu;
        }
        tasks = between(1, Math.max(1, (instances - 1) * Math.max(1, fit())));
        return new Settings.Wanted(options(), cpu, memory, tasks, tasks, tasks);
    }
}
