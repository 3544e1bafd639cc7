package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A day of one fleet under one {@link ScaleInPolicy}: load that rises and falls, gusts of it, and a deployment. Every policy meets the same
 * load, and the real evaluation drains what Auto Scaling removes.
 */
final class ScaleInDay {

    static final int MOST_INSTANCES = 12;
    static final int LEAST_INSTANCES = 3;

    private static final int MINUTES = 24 * 60;

    /** The cooldowns of the service's target tracking, in minutes, and how long its alarm has to be low. */
    private static final int SCALE_IN_COOLDOWN = 5;

    private static final int LOW_MINUTES = 15;
    private static final double LOST_SWEEP_CHANCE = 0.05;
    private static final double LOST_NOTICE_CHANCE = 0.3;

    private final ScaleInWorld world;
    private final boolean drained;
    private final int[] load;
    private final int deployment;
    private final List<Double> instanceShares = new ArrayList<>();
    private final List<Double> zoneShares = new ArrayList<>();
    private int tasks;
    private int cooldownUntil;
    private int waitingTaskMinutes;
    private int cut;

    /**
     * What came of a day.
     *
     * @param instanceHours that are paid for
     * @param removals by scaling in and rebalancing, a deployment's refresh is not among them
     * @param busy those of them that found tasks on their instance
     * @param moved those tasks
     * @param waits seconds from each removal's beginning to its end
     * @param waitingTaskMinutes minutes in which a task waited for an instance, added up over the tasks
     * @param instanceShare the mean share of what serves that goes with one instance, the fullest
     * @param zoneShare the same for a zone
     * @param cut tasks whose instance went while they had requests
     * @param stranded instances that wait for longer than a drain may take
     */
    record Outcome(
            double instanceHours,
            int removals,
            int busy,
            int moved,
            List<Long> waits,
            int waitingTaskMinutes,
            double instanceShare,
            double zoneShare,
            int cut,
            int stranded) {}

    ScaleInDay(ScaleInPolicy policy, long seed) {
        this(policy, seed, true);
    }

    /** One on which nothing drains, or as usual. */
    ScaleInDay(ScaleInPolicy policy, long seed, boolean drained) {
        this.drained = drained;
        SplittableRandom random = new SplittableRandom(seed);
        int slots = 2 + random.nextInt(4);
        int low = 3 + random.nextInt(3);
        int high = slots * (4 + random.nextInt(5));
        load = load(random, low, high);
        deployment = random.nextInt(MINUTES);
        tasks = load[0];
        world = new ScaleInWorld(policy, slots, LEAST_INSTANCES, MOST_INSTANCES, tasks, seed);
    }

    private static int[] load(SplittableRandom random, int low, int high) {
        double[] share = new double[MINUTES];
        double peak = random.nextDouble();
        for (int minute = 0; minute < MINUTES; minute++) {
            double wave = 0.5 + 0.5 * Math.cos(2 * Math.PI * ((double) minute / MINUTES - peak));
            share[minute] = wave * wave;
        }
        for (int gust = 0; gust < 4; gust++) {
            int from = random.nextInt(MINUTES);
            int until = Math.min(MINUTES, from + 20 + random.nextInt(60));
            double more = 0.3 * random.nextDouble();
            for (int minute = from; minute < until; minute++) {
                share[minute] = Math.min(1, share[minute] + more);
            }
        }
        int[] load = new int[MINUTES];
        for (int minute = 0; minute < MINUTES; minute++) {
            load[minute] = low + (int) Math.round((high - low) * share[minute]);
        }
        return load;
    }

    Outcome run() {
        int known = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            scaleService(minute);
            if (minute == deployment) {
                world.deploy();
            }
            world.scale();
            for (int tick = 0; tick < 12; tick++) {
                world.tick();
                for (; known < world.removals.size(); known++) {
                    RefreshHost leaving = world.removals.get(known).host();
                    if (!drained) {
                        world.go(leaving);
                    } else if (!world.chance(LOST_NOTICE_CHANCE)) {
                        world.evaluate(world.notice(leaving), line -> {});
                    }
                }
            }
            if (world.hosts.stream().anyMatch(RefreshHost::waits) && !world.chance(LOST_SWEEP_CHANCE)) {
                world.evaluate(new DrainHint.Sweep(), line -> {});
            }
            measure();
        }
        return outcome();
    }

    private void scaleService(int minute) {
        int most = 0;
        for (int past = Math.max(0, minute - LOW_MINUTES); past <= minute; past++) {
            most = Math.max(most, load[past]);
        }
        if (load[minute] > tasks) {
            tasks = load[minute];
        } else if (most < tasks && minute >= cooldownUntil) {
            tasks = most;
            cooldownUntil = minute + SCALE_IN_COOLDOWN;
        }
        world.want(tasks);
    }

    private void measure() {
        waitingTaskMinutes += world.provisioning();
        world.largestShares().ifPresent(shares -> {
            instanceShares.add(shares.instance());
            zoneShares.add(shares.zone());
        });
        cut += world.forget();
    }

    private Outcome outcome() {
        long seconds = world.hosts.stream()
                .mapToLong(host -> Math.min(host.goneAt, world.now) - host.launchedAt)
                .sum();
        List<Long> waits = world.removals.stream()
                .filter(removal -> removal.host().goneAt != RefreshHost.NEVER)
                .map(removal -> removal.host().goneAt - removal.at())
                .toList();
        long limit = world.now - 2 * RefreshWorld.BUDGET.toSeconds();
        int stranded = (int) world.removals.stream()
                .filter(removal -> removal.host().goneAt == RefreshHost.NEVER && removal.at() < limit)
                .count();
        return new Outcome(
                seconds / 3_600.0,
                world.removals.size(),
                (int) world.removals.stream()
                        .filter(removal -> removal.tasks() > 0)
                        .count(),
                world.removals.stream().mapToInt(ScaleInWorld.Removal::tasks).sum(),
                waits,
                waitingTaskMinutes,
                mean(instanceShares),
                mean(zoneShares),
                cut,
                stranded);
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElse(Double.NaN);
    }
}
