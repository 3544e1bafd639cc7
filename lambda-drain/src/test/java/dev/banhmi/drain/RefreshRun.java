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
 * checkpoints, pauses and alarms, from the same second on. If that fails, too, whoever is paged continues it an hour later, and again. An
 * instance matches that has the launch template and version that are rolled out; a checkpoint counts those among all of the group.
 */
final class RefreshRun {

    /** A refresh, a rollback that is continued several times, and what is still held. */
    private static final long HORIZON = 16 * 3_600;

    /** From a rollback that failed to {@code continue-update-rollback}. */
    private static final long CONTINUED_AFTER = 3_600;

    /** How long the wait of the oldest drain rang once it had passed the limit, where an alarm looked at that. */
    private static final long PASSING = 600;

    /** A host that dies takes its tasks along; for so long at most they are not missed. */
    private static final long DEAD_ARE_MISSED_AFTER = 900;

    static final int ERROR_PERCENT = 5;
    private static final String WAITS = "ReplacementsOverdue";
    private static final String ERRORS = "RefreshErrors";

    /** So many periods are looked at, and one of them that breaches is enough. */
    static final int EVALUATED = 4;

    static final long WARM_UP = 180;
    static final long PERIOD = 300;
    static final long REPLACEMENT_LIMIT =
            RefreshWorld.BUDGET.minus(RefreshWorld.STOPPING).toSeconds() + 600;
    static final long PAUSE = REPLACEMENT_LIMIT + 600;
    static final List<Integer> CHECKPOINTS = List.of(1, 25, 50, 75, 100);
    private static final double LOST_SWEEP_CHANCE = 0.05;
    private static final double LOST_NOTICE_CHANCE = 0.3;
    private static final List<String> ALARMING = List.of("LaunchesAbandoned", "DeadlinesReached", WAITS);
    private static final String WAIT = "\"ReplacementWait\":";
    private static final Pattern SECONDS = Pattern.compile(WAIT + "(\\d+)");

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
    private long answering;
    private long failing;
    private boolean failedBefore;
    private boolean recovered;
    private boolean rolledBack;
    private long rolledBackAt;
    private boolean stopped;
    private long continuedAt;
    private int failedRollbacks;
    private long pausedUntil;
    private int checkpoint;
    private int removed;
    private int needless;
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
     * @param needless instances of the old template that a rollback has replaced
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
            int needless,
            boolean failed,
            int failedRollbacks,
            boolean done) {}

    RefreshRun(RefreshWorld world, Reading reading) {
        this.world = world;
        this.reading = reading;
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
                world.launch(isNewInForce()).used = true;
            }
            if (world.scalesIn()) {
                world.terminate(world.hosts.getFirst());
            }
            if (world.now % PERIOD == 0 && world.lacksRoom()) {
                world.launch(isNewInForce()).used = true;
            }
            if (!stopped && world.now >= world.refreshesAt()) {
                refresh();
            }
            countAnswers();
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

    private void countAnswers() {
        if (world.trouble != RefreshWorld.Trouble.ANSWERS_ERRORS && world.trouble != RefreshWorld.Trouble.OUTAGE) {
            return;
        }
        for (RefreshTask task : world.tasks) {
            if (task.serves(world.now)) {
                answering++;
                failing += world.fails(task) ? 1 : 0;
            }
        }
    }

    private void line(String line) {
        for (String metric : ALARMING) {
            if (line.contains("\"" + metric + "\":1")) {
                breached.add(metric);
            }
        }
        if (line.contains(WAIT)) {
            Matcher wait = SECONDS.matcher(line);
            while (wait.find()) {
                longestWait = Math.max(longestWait, Long.parseLong(wait.group(1)));
            }
        }
    }

    /** At the end of a period: an alarm rings for what lies in it. */
    private void evaluateAlarms() {
        boolean stands = world.mistake == RefreshMistake.ALARM_STANDS;
        if (stands || world.mistake == RefreshMistake.OLDEST_WAIT) {
            breached.remove(WAITS);
            if (longestWait > REPLACEMENT_LIMIT && (stands || longestWait <= REPLACEMENT_LIMIT + PASSING)) {
                breached.add(WAITS);
            }
        }
        boolean fails = answering > 0 && 100 * failing > ERROR_PERCENT * answering;
        boolean errorsStand = world.mistake == RefreshMistake.ERRORS_STAND;
        if (fails && (errorsStand || !failedBefore) && world.mistake != RefreshMistake.NO_ERRORS) {
            breached.add(ERRORS);
        }
        boolean rises = !ringing.containsAll(breached);
        for (String alarm : breached) {
            boolean one = stands || (errorsStand && alarm.equals(ERRORS));
            ringsUntil.put(alarm, world.now + (one ? 1 : EVALUATED) * PERIOD);
        }
        breached.clear();
        ringsUntil.values().removeIf(until -> until <= world.now);
        ringing = Set.copyOf(ringsUntil.keySet());
        longestWait = 0;
        failedBefore = fails;
        answering = 0;
        failing = 0;
        if (stopped && world.now >= continuedAt) {
            begin();
        } else if (alarms
                && !stopped
                && world.now > world.refreshesAt()
                && (rises || (reading == Reading.IS_IN && !ringing.isEmpty()))) {
            if (rolledBack) {
                stop();
            } else {
                rolledBack = true;
                rolledBackAt = world.now;
                begin();
            }
        }
    }

    /** The refresh of a rollback. */
    private void begin() {
        stopped = false;
        pausedUntil = 0;
        checkpoint = reached();
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
        List<RefreshHost> toReplace = inService(false);
        long coming = world.hosts.stream()
                .filter(host -> matches(host)
                        && host.launchedAt > 0
                        && host.goneAt == RefreshHost.NEVER
                        && !host.used
                        && (host.isIn("Pending:Wait") || host.isIn("InService")))
                .count();
        if (world.now >= pausedUntil && coming < Math.min(batchNow(), toReplace.size())) {
            world.launch(target);
        }
        for (RefreshHost host : List.copyOf(world.hosts)) {
            if (matches(host)
                    && host.launchedAt > 0
                    && !host.used
                    && host.isIn("InService")
                    && world.now >= host.inServiceAt + WARM_UP
                    && !toReplace.isEmpty()) {
                host.used = true;
                RefreshHost replaced = toReplace.removeFirst();
                world.terminate(replaced);
                removed += target ? 1 : 0;
                needless += target || replaced.fresh ? 0 : 1;
                if (alarms && reached() > checkpoint) {
                    checkpoint = reached();
                    pausedUntil = world.now + PAUSE;
                }
            }
        }
    }

    /** Whether it has the launch template and version that are rolled out, or back. */
    private boolean matches(RefreshHost host) {
        boolean isOfAnotherVersion =
                world.mistake == RefreshMistake.NEW_VERSION && rolledBack && host.launchedAt < rolledBackAt;
        return host.fresh != rolledBack && !isOfAnotherVersion;
    }

    /** The checkpoints at which so many instances of the group match. */
    private int reached() {
        int matching = inService(true).size();
        int all = matching + inService(false).size();
        return (int) CHECKPOINTS.stream()
                .filter(percent -> 100 * matching >= percent * all)
                .count();
    }

    /** Up to the first checkpoint it is one. */
    private int batchNow() {
        return alarms && checkpoint == 0 ? 1 : batch;
    }

    private int unreplaced() {
        return (int) world.hosts.stream()
                .filter(host -> host.isIn("Terminating:Wait") && !host.fresh && world.now > host.drainingAt + 600)
                .filter(host -> host.drainingAt >= world.refreshesAt())
                .filter(host -> host.tasks.stream().anyMatch(task -> task.serves(world.now)))
                .count();
    }

    private List<RefreshHost> inService(boolean matching) {
        return new ArrayList<>(world.hosts.stream()
                .filter(host -> matches(host) == matching && host.isIn("InService"))
                .sorted(Comparator.comparingLong(host -> host.launchedAt))
                .toList());
    }

    private List<String> waiting() {
        return world.hosts.stream()
                .filter(host -> host.isIn("Terminating:Wait"))
                .map(host -> host.id)
                .toList();
    }

    /** Tasks of a dead host are nobody's fault, until as many serve again. */
    private int serving() {
        long serving =
                world.tasks.stream().filter(task -> task.serves(world.now)).count();
        long dead = world.tasks.stream()
                .filter(task -> task.host.deadAt <= world.now
                        && world.now < task.host.deadAt + DEAD_ARE_MISSED_AFTER
                        && task.placedAt == 0)
                .count();
        recovered |= dead > 0 && serving >= world.desired;
        return (int) Math.min(world.desired, serving + (recovered ? 0 : dead));
    }

    private boolean isOver() {
        return world.now > world.refreshesAt() + 3_600
                && world.hosts.stream().noneMatch(RefreshHost::waits)
                && inService(false).isEmpty();
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
                needless,
                rolledBack,
                failedRollbacks,
                isOver());
    }
}
