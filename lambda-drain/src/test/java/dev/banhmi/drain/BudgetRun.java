package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Hold;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** The real evaluation, with the settings that the function would read, meets one removal. */
final class BudgetRun implements Journal {

    /** An alarm that only wakes somebody rings for nothing. */
    static final String PAGE = "page";

    /** One that a refresh watches does, so no refresh ever succeeds. */
    static final String ROLLBACK = "rollback";

    private static final long SWEEP = SimParameters.SWEEP.toSeconds();

    /** Beyond the budget, which counts from the mark: the first look and a sweep. */
    private static final long RELEASE_MARGIN = 300;

    /** The same where sweeps are lost at the end. */
    private static final long RELEASE_MARGIN_OF_LOST_SWEEPS = 600;

    /** How long a drain is held back because replacements are late, where Auto Scaling waits for that. */
    private static final long HELD = 3_600;

    private final Fleet fleet;
    private final BudgetTrouble trouble;
    private final SplittableRandom random;
    private final BudgetEvents events = new BudgetEvents();
    private final BudgetWorld world;
    private final DrainPolicy policy;
    private int pages;
    private int rollbacks;

    BudgetRun(BudgetCase given, BudgetTrouble trouble, long seed) {
        this.fleet = given.fleet();
        this.trouble = trouble;
        random = new SplittableRandom(seed);
        world = new BudgetWorld(
                given,
                events,
                trouble == BudgetTrouble.ENDLESS_TASK,
                trouble == BudgetTrouble.LATE_REPLACEMENT ? late(fleet) : 0,
                random.nextLong());
        policy = DrainSettings.from(environment(fleet)).policy();
    }

    /** Whether the deployment promises anything for such a trouble. */
    static boolean isPromised(BudgetCase given, BudgetTrouble trouble) {
        return switch (trouble) {
            case NONE, SWEEPS_ARE_LOST, ENDLESS_TASK -> true;
            // The hook alone does not last as long as the drain.
            case FUNCTION_IS_GONE -> !given.fleet().livesOnHeartbeats();
            case LATE_REPLACEMENT -> late(given.fleet()) > 0;
        };
    }

    /** So late that the drain is held back; 0 where Auto Scaling does not wait for as long. */
    private static long late(Fleet fleet) {
        long late = fleet.hookTimeout() - fleet.stopping() + HELD;
        return late + fleet.hookTimeout() + RELEASE_MARGIN < fleet.globalTimeout() ? late : 0;
    }

    private static Map<String, String> environment(Fleet fleet) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put(DrainSettings.CLUSTER, "sim");
        environment.put(DrainSettings.HOOK, BudgetWorld.HOOK);
        environment.put(
                DrainSettings.STOPPING, Duration.ofSeconds(fleet.stopping()).toString());
        if (fleet.livesOnHeartbeats()) {
            environment.put(
                    DrainSettings.BUDGET,
                    Duration.ofSeconds(fleet.hookTimeout()).toString());
        }
        return environment;
    }

    /** What it has done, by kind; empty where every promise was kept. */
    SortedMap<String, Integer> harm() {
        SortedMap<String, Integer> harm = new TreeMap<>();
        if (!world.fits()) {
            harm.put("short", 1);
            return harm;
        }
        hints();
        long horizon = BudgetWorld.START
                + (trouble == BudgetTrouble.LATE_REPLACEMENT ? fleet.globalTimeout() : fleet.hookTimeout() + margin());
        while (!world.isOver() && events.next(horizon)) {
            // One by one.
        }
        put(harm, "cut", world.cut());
        put(harm, "short", world.unfinished() + (world.fellShort() ? 1 : 0));
        put(harm, "stranded", isStranded() ? 1 : 0);
        put(harm, ROLLBACK, trouble == BudgetTrouble.NONE ? rollbacks : 0);
        put(harm, PAGE, trouble == BudgetTrouble.NONE ? pages : 0);
        return harm;
    }

    private static void put(SortedMap<String, Integer> harm, String kind, int times) {
        if (times > 0) {
            harm.put(kind, times);
        }
    }

    private long margin() {
        return trouble == BudgetTrouble.SWEEPS_ARE_LOST ? RELEASE_MARGIN_OF_LOST_SWEEPS : RELEASE_MARGIN;
    }

    private boolean isStranded() {
        return switch (trouble) {
            case NONE, SWEEPS_ARE_LOST, ENDLESS_TASK ->
                world.endedUncounted() || world.waited() > fleet.hookTimeout() + margin();
            case FUNCTION_IS_GONE -> world.waited() > fleet.hookTimeout() + margin();
            case LATE_REPLACEMENT -> world.endedUncounted() || !world.isOver();
        };
    }

    private void hints() {
        long first = BudgetWorld.START + trouble.firstLook();
        if (trouble == BudgetTrouble.FUNCTION_IS_GONE) {
            events.at(first, () -> evaluate(new DrainHint.Sweep()));
            return;
        }
        if (trouble == BudgetTrouble.NONE) {
            events.at(
                    first,
                    () -> evaluate(new DrainHint.TerminationNotice(
                            BudgetWorld.INSTANCE, BudgetWorld.GROUP, BudgetWorld.HOOK, Optional.empty())));
            events.onStopped(task -> evaluate(new DrainHint.TaskStopped(world.name(), task.arn, BudgetWorld.ARN, 1)));
            first += random.nextLong(SWEEP);
        }
        sweep(first, 0);
    }

    private void sweep(long time, int number) {
        boolean lost = trouble == BudgetTrouble.SWEEPS_ARE_LOST && number % 4 != 0;
        long delay = trouble == BudgetTrouble.SWEEPS_ARE_LOST ? random.nextLong(SWEEP - 4) : 0;
        if (!lost) {
            events.at(time + (number == 0 ? 0 : delay), () -> evaluate(new DrainHint.Sweep()));
        }
        events.at(time + SWEEP, () -> sweep(time + SWEEP, number + 1));
    }

    private void evaluate(DrainHint hint) {
        if (world.isOver()) {
            return;
        }
        new DrainEvaluation(
                        world,
                        world,
                        policy,
                        new DrainDecision(policy),
                        this,
                        events.clock(),
                        new InTurn(() -> 1_000, time -> {
                            throw new AssertionError("No deadline comes within no time.");
                        }))
                .evaluate(hint);
    }

    @Override
    public void evaluated(Evaluation evaluation) {
        long age = age(evaluation);
        if (age > fleet.ageAlarm()) {
            pages++;
        }
        if (evaluation.step() instanceof Hold hold && hold.overdue()) {
            pages++;
        }
        // A refresh watches the alarms on these two.
        boolean replacedLate = evaluation.step() instanceof Hold && age > fleet.replacementAlarm();
        boolean atDeadline =
                evaluation.step() instanceof Complete complete && complete.reason() == CompleteReason.DEADLINE;
        if (replacedLate || atDeadline) {
            rollbacks++;
        }
    }

    /** As the function counts it: not when the drain ends. */
    private static long age(Evaluation evaluation) {
        if (evaluation.step() instanceof Complete
                || !(evaluation.observation().orElseThrow().registration() instanceof Registration.Present present)) {
            return 0;
        }
        return present.instance()
                .drainingSince()
                .flatMap(DrainMark::since)
                .map(since -> Duration.between(since, evaluation.at()).toSeconds())
                .orElse(0L);
    }

    @Override
    public void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure) {
        throw new IllegalStateException("Nothing fails here.", failure);
    }

    @Override
    public void leftToSweep(DrainHint hint, RuntimeException failure) {
        throw new IllegalStateException("Nothing is throttled here.", failure);
    }

    @Override
    public void leftOver(int left, int instances) {
        throw new IllegalStateException("There is one instance, and all the time.");
    }

    @Override
    public void ignored(DrainHint.Ignored hint) {
        throw new IllegalStateException("Every hint is of our instance: " + hint);
    }
}
