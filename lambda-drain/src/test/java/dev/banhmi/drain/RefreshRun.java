package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instance refresh as the stack states it, over one world: the real evaluation behind its sweeps and notices, Auto Scaling's replacements,
 * the checkpoint, and the alarms on what the journal counts. A refresh that fails is rolled back by another.
 */
final class RefreshRun {

    /** A rollback and half a day of what is still held. */
    private static final long HORIZON = 10 * 3_600;

    private static final long WARM_UP = 180;
    private static final long PERIOD = 300;
    private static final long REPLACEMENT_LIMIT =
            RefreshWorld.BUDGET.minus(RefreshWorld.STOPPING).toSeconds() + 600;
    private static final long PAUSE = REPLACEMENT_LIMIT + 600;
    private static final List<Integer> CHECKPOINTS = List.of(1, 25, 50, 75, 100);
    private static final double LOST_SWEEP_CHANCE = 0.05;
    private static final double LOST_NOTICE_CHANCE = 0.3;
    private static final Pattern ALARMING =
            Pattern.compile("\"(?:LaunchesAbandoned|DeadlinesReached)\":1|\"ReplacementWait\":(\\d+)");

    private final RefreshWorld world;
    private final boolean alarms;
    private final int batch;
    private boolean rolledBack;
    private boolean breached;
    private long pausedUntil;
    private int checkpoint;
    private int removed;
    private int mostUnreplaced;
    private int leastServing;

    /**
     * What came of a run.
     *
     * @param cut tasks whose instance went while they had requests
     * @param stranded instances that still wait at the end
     * @param left container instances whose instance has gone
     * @param removed old instances that the refresh has removed before it was rolled back
     * @param unreplaced the most of them at any time whose tasks nothing had replaced after ten minutes
     * @param leastServing the fewest tasks that served at any time, in percent of what was wanted
     */
    record Outcome(
            int cut,
            int stranded,
            int left,
            int removed,
            int unreplaced,
            int leastServing,
            boolean failed,
            boolean done) {}

    RefreshRun(RefreshWorld world) {
        this.world = world;
        alarms = world.mistake.hasAlarms();
        batch = world.mistake == RefreshMistake.AS_IT_WAS ? world.old : Math.max(1, world.old / 10);
        leastServing = world.desired;
    }

    Outcome run() {
        long phase = 5L * world.below(12);
        while (world.now < HORIZON && !isOver()) {
            List<String> before = waiting();
            world.tick();
            if (world.findsDeadHost()) {
                world.terminate(world.hosts.getFirst());
                world.launch(!rolledBack).used = true;
            }
            if (world.now % PERIOD == 0 && world.lacksRoom()) {
                world.launch(!rolledBack).used = true;
            }
            refresh();
            leastServing = Math.min(leastServing, serving());
            mostUnreplaced = Math.max(mostUnreplaced, unreplaced());
            for (RefreshHost host : world.hosts) {
                if (host.isIn("Terminating:Wait") && !before.contains(host.id) && !world.chance(LOST_NOTICE_CHANCE)) {
                    world.evaluate(world.notice(host), this::line);
                }
            }
            if (world.now % 60 == phase && !world.chance(LOST_SWEEP_CHANCE)) {
                world.evaluate(new DrainHint.Sweep(), this::line);
            }
            if (world.now % PERIOD == 0) {
                if (breached && alarms && !rolledBack) {
                    rolledBack = true;
                    pausedUntil = 0;
                }
                breached = false;
            }
        }
        return outcome();
    }

    private void line(String line) {
        Matcher matcher = ALARMING.matcher(line);
        while (matcher.find()) {
            breached |= matcher.group(1) == null || Long.parseLong(matcher.group(1)) > REPLACEMENT_LIMIT;
        }
    }

    /** One step of Auto Scaling: launches first, and removes an old instance for each new one that has warmed up. */
    private void refresh() {
        boolean target = !rolledBack;
        List<RefreshHost> toReplace = inService(!target);
        long coming = world.hosts.stream()
                .filter(host -> host.fresh == target
                        && host.launchedAt > 0
                        && host.goneAt == RefreshHost.NEVER
                        && !host.used
                        && (host.isIn("Pending:Wait") || host.isIn("InService")))
                .count();
        if (world.now >= pausedUntil && coming < Math.min(batchNow(), toReplace.size())) {
            world.launch(target);
        }
        for (RefreshHost host : List.copyOf(world.hosts)) {
            if (host.fresh == target
                    && host.launchedAt > 0
                    && !host.used
                    && host.isIn("InService")
                    && world.now >= host.inServiceAt + WARM_UP
                    && !toReplace.isEmpty()) {
                host.used = true;
                world.terminate(toReplace.removeFirst());
                removed += target ? 1 : 0;
                if (target
                        && alarms
                        && 100 * removed >= CHECKPOINTS.get(Math.min(checkpoint, CHECKPOINTS.size() - 1)) * world.old) {
                    checkpoint = (int) CHECKPOINTS.stream()
                            .filter(percent -> 100 * removed >= percent * world.old)
                            .count();
                    pausedUntil = world.now + PAUSE;
                }
            }
        }
    }

    /** Up to the first checkpoint it is one. */
    private int batchNow() {
        return alarms && checkpoint == 0 ? 1 : batch;
    }

    private int unreplaced() {
        return (int) world.hosts.stream()
                .filter(host -> host.isIn("Terminating:Wait") && !host.fresh && world.now > host.drainingAt + 600)
                .filter(host -> host.tasks.stream().anyMatch(task -> task.serves(world.now)))
                .count();
    }

    private List<RefreshHost> inService(boolean fresh) {
        return new ArrayList<>(world.hosts.stream()
                .filter(host -> host.fresh == fresh && host.isIn("InService"))
                .sorted(Comparator.comparingLong(host -> host.launchedAt))
                .toList());
    }

    private List<String> waiting() {
        return world.hosts.stream()
                .filter(host -> host.isIn("Terminating:Wait"))
                .map(host -> host.id)
                .toList();
    }

    /** Tasks of a dead host are nobody's fault. */
    private int serving() {
        long dead = world.tasks.stream()
                .filter(task -> task.host.deadAt <= world.now && !task.host.fresh && task.placedAt == 0)
                .count();
        return (int) Math.min(
                world.desired,
                dead
                        + world.tasks.stream()
                                .filter(task -> task.serves(world.now))
                                .count());
    }

    private boolean isOver() {
        return world.now > 3_600
                && world.hosts.stream().noneMatch(RefreshHost::waits)
                && world.hosts.stream().noneMatch(host -> host.fresh == rolledBack && host.isIn("InService"));
    }

    private Outcome outcome() {
        int cut = (int) world.tasks.stream().filter(RefreshTask::wasCut).count();
        int stranded = (int) world.hosts.stream().filter(RefreshHost::waits).count();
        int left = (int) world.hosts.stream()
                .filter(host -> host.goneAt != RefreshHost.NEVER && host.isRegistered(world.now))
                .count();
        return new Outcome(
                cut, stranded, left, removed, mostUnreplaced, 100 * leastServing / world.desired, rolledBack, isOver());
    }
}
