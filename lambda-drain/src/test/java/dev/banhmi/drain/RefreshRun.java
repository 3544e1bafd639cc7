package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An instance refresh as the stack states it, over one world: the real evaluation behind its sweeps and notices, Auto Scaling's replacements,
 * the checkpoints with their pauses, and the alarms on what the journal counts. A refresh that fails is rolled back by another with the same
 * checkpoints, pauses and alarms, from the same second on. If that fails, too, whoever is paged continues it an hour later, and again.
 */
final class RefreshRun {

    /** A refresh, a rollback that is continued several times, and what is still held. */
    private static final long HORIZON = 16 * 3_600;

    /** From a rollback that failed to {@code continue-update-rollback}. */
    private static final long CONTINUED_AFTER = 3_600;

    /** How long the wait of the oldest drain rings once it has passed the limit. */
    private static final long PASSING = 600;

    /** So many periods are looked at, and one of them that breaches is enough. */
    private static final int EVALUATED = 4;

    private static final long WARM_UP = 180;
    private static final long PERIOD = 300;
    private static final long REPLACEMENT_LIMIT =
            RefreshWorld.BUDGET.minus(RefreshWorld.STOPPING).toSeconds() + 600;
    private static final long PAUSE = REPLACEMENT_LIMIT + 600;
    private static final List<Integer> CHECKPOINTS = List.of(1, 25, 50, 75, 100);
    private static final double LOST_SWEEP_CHANCE = 0.05;
    private static final double LOST_NOTICE_CHANCE = 0.3;
    private static final Pattern ALARMING =
            Pattern.compile("\"(LaunchesAbandoned|DeadlinesReached)\":1|\"ReplacementWait\":(\\d+)");

    /** What AWS may mean; which of them is stated nowhere. */
    enum Reading {
        /** A refresh fails when an alarm goes into ALARM meanwhile. */
        GOES_INTO,
        /** It fails while an alarm is in ALARM, also when it has been so since before. */
        IS_IN
    }

    private final RefreshWorld world;
    private final Reading reading;
    private final boolean alarms;
    private final int batch;
    private final Set<String> breached = new HashSet<>();
    private final Map<String, Long> ringsUntil = new HashMap<>();
    private Set<String> ringing = Set.of();
    private long longestWait;
    private boolean rolledBack;
    private boolean stopped;
    private long continuedAt;
    private int failedRollbacks;
    private long pausedUntil;
    private int checkpoint;
    private int toRemove;
    private int removedNow;
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
     * @param failed whether the refresh was rolled back
     * @param failedRollbacks how often the rollback failed and was continued by hand
     * @param done whether everything is of one template at the end, and nothing waits
     */
    record Outcome(
            int cut,
            int stranded,
            int left,
            int removed,
            int unreplaced,
            int leastServing,
            boolean failed,
            int failedRollbacks,
            boolean done) {}

    RefreshRun(RefreshWorld world, Reading reading) {
        this.world = world;
        this.reading = reading;
        alarms = world.mistake.hasAlarms();
        batch = world.mistake == RefreshMistake.AS_IT_WAS ? world.old : Math.max(1, world.old / 10);
        leastServing = world.desired;
        toRemove = world.old;
    }

    Outcome run() {
        long phase = 5L * world.below(12);
        while (world.now < HORIZON && !isOver()) {
            List<String> before = waiting();
            world.tick();
            if (world.findsDeadHost()) {
                world.terminate(world.hosts.getFirst());
                world.launch(isNewInForce()).used = true;
            }
            if (world.now % PERIOD == 0 && world.lacksRoom()) {
                world.launch(isNewInForce()).used = true;
            }
            if (!stopped) {
                refresh();
            }
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
                evaluateAlarms();
            }
        }
        return outcome();
    }

    private void line(String line) {
        Matcher matcher = ALARMING.matcher(line);
        while (matcher.find()) {
            if (matcher.group(1) == null) {
                longestWait = Math.max(longestWait, Long.parseLong(matcher.group(2)));
            } else {
                breached.add(matcher.group(1));
            }
        }
    }

    /** At the end of a period: an alarm rings for what lies in it. */
    private void evaluateAlarms() {
        boolean stands = world.mistake == RefreshMistake.ALARM_STANDS;
        if (longestWait > REPLACEMENT_LIMIT && (stands || longestWait <= REPLACEMENT_LIMIT + PASSING)) {
            breached.add("ReplacementWait");
        }
        boolean rises = !ringing.containsAll(breached);
        breached.forEach(alarm -> ringsUntil.put(alarm, world.now + (stands ? 1 : EVALUATED) * PERIOD));
        breached.clear();
        ringsUntil.values().removeIf(until -> until <= world.now);
        ringing = Set.copyOf(ringsUntil.keySet());
        longestWait = 0;
        if (stopped && world.now >= continuedAt) {
            begin();
        } else if (alarms && !stopped && (rises || (reading == Reading.IS_IN && !ringing.isEmpty()))) {
            if (rolledBack) {
                stop();
            } else {
                rolledBack = true;
                begin();
            }
        }
    }

    /** The refresh of a rollback. */
    private void begin() {
        stopped = false;
        pausedUntil = 0;
        checkpoint = 0;
        removedNow = 0;
        toRemove = Math.max(1, inService(true).size());
        if (reading == Reading.IS_IN && !ringing.isEmpty()) {
            stop();
        }
    }

    private void stop() {
        stopped = true;
        failedRollbacks++;
        continuedAt = world.now + CONTINUED_AFTER;
    }

    /** What the group launches beside a refresh; after a rollback that failed it may still be the new template. */
    private boolean isNewInForce() {
        return !rolledBack || stopped;
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
                removedNow++;
                if (alarms
                        && 100 * removedNow
                                >= CHECKPOINTS.get(Math.min(checkpoint, CHECKPOINTS.size() - 1)) * toRemove) {
                    checkpoint = (int) CHECKPOINTS.stream()
                            .filter(percent -> 100 * removedNow >= percent * toRemove)
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
                cut,
                stranded,
                left,
                removed,
                mostUnreplaced,
                100 * leastServing / world.desired,
                rolledBack,
                failedRollbacks,
                isOver());
    }
}
