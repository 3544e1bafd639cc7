package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Drains in a small world whose reads lag and whose hints are lost, doubled, late and out of order, with invocations that are
 * killed at any call and that run within each other. {@code -Dbanhmi.seed=<n>} repeats a run: each order has the next seed.
 */
class EventOrdersTest {

    private static final long SEED = Seeds.seed(EventOrdersTest.class);
    private static final int ORDERS = 30_000;
    private static final int FEW_ORDERS = 10_000;
    private static final int ORDERS_IN_TROUBLE = 5_000;

    /** Orders that share a tally; many more batches than there are cores. */
    private static final int BATCH = 500;

    /** Most mutants are caught within 100 orders, the rarest once in some thousands: by chance none lives as long as this. */
    private static final int PATIENCE = 200_000;

    private static final long SWEEP = DrainPolicy.SWEEP_INTERVAL.toMillis();
    private static final long LAG = DrainPolicy.MINIMUM_AGE.toMillis();

    /** The most that an evaluation takes, with those that run within it. */
    private static final long EVALUATION = 3_000;

    private static final DrainHint SWEEPING = new DrainHint.Sweep();

    /** What was seen over many orders. */
    private static final class Tally {
        final Map<String, Integer> steps = new TreeMap<>();
        final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
        final List<String> violations = new ArrayList<>();
        int killed;
        int failed;

        void add(Tally other) {
            other.steps.forEach((step, count) -> steps.merge(step, count, Integer::sum));
            other.endings.forEach((ending, count) -> endings.merge(ending, count, Integer::sum));
            violations.addAll(other.violations);
            killed += other.killed;
            failed += other.failed;
        }
    }

    private enum Ending {
        COMPLETED_EMPTY,
        COMPLETED_AT_DEADLINE,
        RAN_OUT
    }

    /** Each is a known mistake that must not pass here. */
    enum Mutant {
        NONE,
        COUNTS_RUNNING_TASKS_ONLY,
        LISTS_RUNNING_TASKS_ONLY,
        COMPLETES_ON_THE_EVENT,
        COMPLETES_YOUNG,
        NO_QUIET_TIME,
        NO_DEADLINE,
        NEVER_COMPLETES
    }

    private record Arrival(long at, DrainHint hint) {}

    int orders() {
        return Thoroughness.isWhole() ? ORDERS : FEW_ORDERS;
    }

    @Test
    void cutsNoLiveTaskAndReleasesEveryInstanceInWhateverOrder() {
        int orders = orders();
        Tally tally = new Tally();
        long start = System.nanoTime();
        IntStream.range(0, orders / BATCH)
                .parallel()
                .mapToObj(batch -> tallied(SEED + (long) batch * BATCH))
                .forEachOrdered(tally::add);
        System.out.printf(
                "%,d event orders from seed %d in %d ms: endings %s, steps %s, %,d invocations killed, %,d failed%n",
                orders,
                SEED,
                Duration.ofNanos(System.nanoTime() - start).toMillis(),
                tally.endings,
                tally.steps,
                tally.killed,
                tally.failed);
        assertThat(tally.violations).isEmpty();
        assertThat(tally.endings).containsOnlyKeys(Ending.values());
        assertThat(tally.steps)
                .containsKeys(
                        "StartDraining NOT_DRAINING",
                        "StartDraining NO_USABLE_MARK",
                        "RecordQuiet",
                        "StopTasks",
                        "Wait LIVE_TASKS",
                        "Wait TASKS_UNCERTAIN",
                        "Wait TOO_YOUNG",
                        "Wait JUST_QUIET",
                        "Wait AGENT_DISCONNECTED",
                        "Complete DRAINED",
                        "Complete DEADLINE",
                        "Complete NOT_REGISTERED",
                        "Ignore IN_SERVICE",
                        "Ignore PROCEEDING");
    }

    /** A bound that does not hold for every order shows itself here within some hundreds, and in the others once in millions. */
    @Test
    void keepsItsBoundsWhereEachFifthCallFails() {
        Tally tally = new Tally();
        int orders = Thoroughness.times(ORDERS_IN_TROUBLE);
        for (int order = 0; order < orders && tally.violations.size() < 5; order++) {
            new Run(SEED + order, Mutant.NONE, tally).inMuchTrouble().go();
        }
        System.out.printf("%,d event orders in much trouble from seed %d: endings %s%n", orders, SEED, tally.endings);
        assertThat(tally.violations).isEmpty();
        assertThat(tally.endings).containsKey(Ending.COMPLETED_EMPTY);
    }

    private static Tally tallied(long firstSeed) {
        Tally tally = new Tally();
        for (int order = 0; order < BATCH && tally.violations.size() < 5; order++) {
            new Run(firstSeed + order, Mutant.NONE, tally).go();
        }
        return tally;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void catchesMutant(Mutant mutant) {
        Tally tally = new Tally();
        int order = 0;
        while (tally.violations.isEmpty() && order < PATIENCE) {
            new Run(SEED + order, mutant, tally).go();
            order++;
        }
        assertThat(tally.violations).as("after %d orders", order).isNotEmpty();
        System.out.printf("%s is caught in order %d: %s%n", mutant, order, tally.violations.getFirst());
    }

    /** One drain, from the start of the wait until the instance is released. */
    private static final class Run {

        private final long seed;
        private final SplittableRandom random;
        private final Mutant mutant;
        private final Tally tally;
        private final DrainPolicy policy;
        private final World world;
        private final long budget;
        private final int few;
        private final PriorityQueue<Arrival> queue = new PriorityQueue<>(Comparator.comparingLong(Arrival::at));
        private boolean announced;
        private boolean calmSweepFailed;

        Run(long seed, Mutant mutant, Tally tally) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            this.mutant = mutant;
            this.tally = tally;
            boolean prolonged = random.nextInt(3) == 0;
            Hook hook = World.hookOf(Duration.ofSeconds(prolonged ? 200 : 300 + random.nextInt(600)));
            Optional<Duration> wanted = prolonged ? Optional.of(Duration.ofMinutes(8)) : Optional.empty();
            this.budget = wanted.orElse(hook.heartbeatTimeout()).toMillis();
            DrainPolicy.StandaloneTasks standalone = random.nextBoolean()
                    ? new DrainPolicy.StandaloneTasks.AwaitEnd()
                    : new DrainPolicy.StandaloneTasks.StopAfter(Duration.ofSeconds(60));
            this.policy = new DrainPolicy(
                    World.groups(),
                    random.nextBoolean() ? Optional.of(hook.name()) : Optional.empty(),
                    wanted,
                    standalone,
                    random.nextBoolean() ? LifecycleResult.ABANDON : LifecycleResult.CONTINUE,
                    DrainPolicy.MINIMUM_AGE,
                    DrainPolicy.SWEEP_INTERVAL);
            boolean registered = random.nextInt(20) > 0;
            this.world =
                    new World(random, hook, random.nextBoolean(), registered, registered ? someTasks() : List.of());
            world.listsStoppedTasks = mutant != Mutant.LISTS_RUNNING_TASKS_ONLY;
            world.longestLag = random.nextInt(4) == 0 ? 0 : LAG - 1;
            world.trouble = random.nextInt(3) == 0 ? 0 : 0.04;
            world.interleaving = random.nextInt(3) == 0 ? 0.05 : 0;
            few = random.nextBoolean() ? 0 : FleetReads.FEW;
            world.otherInvocation = () -> invoke(anyHint());
            if (random.nextInt(10) == 0) {
                world.disconnectedFrom = random.nextInt(100_000);
                world.disconnectedUntil =
                        random.nextInt(3) == 0 ? World.NEVER : world.disconnectedFrom + random.nextInt(200_000);
            }
            if (random.nextInt(8) == 0) {
                world.marks.add(new Written(-60_000, someMark()));
            }
            if (random.nextInt(8) == 0) {
                world.quiets.add(new Written(-60_000, someMark()));
            }
        }

        Run inMuchTrouble() {
            world.trouble = 0.2;
            world.interleaving = 0.3;
            return this;
        }

        private List<World.Task> someTasks() {
            List<World.Task> tasks = new ArrayList<>();
            int count = random.nextInt(5);
            for (int number = 0; number < count; number++) {
                boolean standalone = random.nextInt(4) == 0;
                // Some are placed while the notice is under way, so a read that lags does not show them.
                long placed = random.nextInt(3) == 0 ? random.nextInt(2_000) : -100_000;
                boolean hangs = random.nextInt(15) == 0;
                tasks.add(new World.Task(
                        number,
                        standalone,
                        placed,
                        random.nextInt(3_000),
                        hangs ? World.NEVER : random.nextInt(250_000)));
            }
            return tasks;
        }

        private String someMark() {
            return switch (random.nextInt(4)) {
                case 0 -> "yesterday";
                case 1 -> DrainMark.format(World.instantAt(-3_600_000L * 24));
                case 2 -> DrainMark.format(World.instantAt(3_600_000L));
                default -> DrainMark.format(World.instantAt(-200_000));
            };
        }

        private DrainHint anyHint() {
            return switch (random.nextInt(4)) {
                case 0 -> SWEEPING;
                case 1 -> notice();
                case 2 -> new DrainHint.InstanceDraining(world.name(), World.LEAVING_ARN, World.LEAVING);
                default ->
                    new DrainHint.TerminationNotice(World.BUSY, World.GROUP, world.hook.name(), Optional.empty());
            };
        }

        private DrainHint notice() {
            return new DrainHint.TerminationNotice(
                    World.LEAVING, World.GROUP, world.hook.name(), Optional.of(World.instantAt(0)));
        }

        void go() {
            send(notice(), random.nextInt(3_000));
            for (World.Task task : world.tasks) {
                if (task.standalone && policy.standalone() instanceof DrainPolicy.StandaloneTasks.AwaitEnd) {
                    // It ends by itself.
                    task.stopFrom(random.nextInt(100_000));
                    sendStopped(task);
                }
            }
            queue.add(new Arrival(random.nextLong(SWEEP), SWEEPING));
            while (!world.isReleased() && world.now < horizon()) {
                Arrival next = queue.remove();
                if (world.releasedAt() <= next.at()) {
                    world.now = world.releasedAt();
                    break;
                }
                world.now = Math.max(world.now, next.at());
                if (next.hint() instanceof DrainHint.Sweep) {
                    queue.add(new Arrival(next.at() + SWEEP, SWEEPING));
                    sweep();
                } else {
                    invoke(next.hint());
                }
                announce();
            }
            judge();
        }

        /**
         * A sweep that nothing disturbs, with nothing left to wait for, has to release the instance where quiet was written down
         * before, and else has to write that down.
         */
        private void sweep() {
            if (random.nextInt(20) == 0) {
                return;
            }
            boolean calm = world.now >= calmFrom();
            int marks = world.marks.size();
            int quiets = world.quiets.size();
            boolean mustWrite = world.registered && !isQuietWritten();
            boolean mustRelease = !mustWrite
                    && (!world.registered || world.now >= world.quiets.getLast().at() + 2 * LAG);
            boolean undisturbed = invoke(SWEEPING) && marks == world.marks.size();
            if (calm && undisturbed && !world.isReleased()) {
                calmSweepFailed |= mustRelease || (mustWrite && world.quiets.size() == quiets);
            }
        }

        /** Whether the last mark of quiet is of this drain, by when it was written and by what it says. */
        private boolean isQuietWritten() {
            if (world.quiets.isEmpty() || world.marks.isEmpty()) {
                return false;
            }
            Written mark = world.marks.getLast();
            Written quiet = world.quiets.getLast();
            return quiet.at() >= mark.at() + LAG
                    && DrainMark.parse(mark.value())
                            .since()
                            .flatMap(since -> DrainMark.parse(quiet.value())
                                    .since()
                                    .map(time -> !time.isBefore(since.plusMillis(LAG))))
                            .orElse(false);
        }

        private long calmFrom() {
            if (!world.registered) {
                // Without a container instance there is no agent either.
                return 2 * LAG;
            }
            long calm = Math.max(LAG, connectedFrom());
            for (World.Task task : world.tasks) {
                calm = Math.max(calm, task.stoppedAt);
            }
            // Only a mark of ours, which is what the drain has written last.
            if (world.drainingAt == World.NEVER
                    || world.marks.isEmpty()
                    || world.marks.getLast().at() < world.drainingAt) {
                return World.NEVER;
            }
            calm = Math.max(calm, world.marks.getLast().at() + LAG);
            return calm == World.NEVER ? calm : calm + LAG;
        }

        private long connectedFrom() {
            // A sweep takes a second at most, and the agent must not leave in the middle of it.
            return world.now + 1_000 < world.disconnectedFrom ? 0 : world.disconnectedUntil;
        }

        private boolean invoke(DrainHint hint) {
            try {
                new DrainEvaluation(world, world, policy, decision(), journal(), world.clock(), world.invocation(), few)
                        .evaluate(hint);
                return true;
            } catch (World.Killed e) {
                tally.killed++;
            } catch (RetryableFailure e) {
                tally.failed++;
                // Lambda tries again, later.
                if (!(hint instanceof DrainHint.Sweep)) {
                    queue.add(new Arrival(world.now + 60_000, hint));
                }
            }
            return false;
        }

        /** ECS tells of what DRAINING has set in motion. */
        private void announce() {
            if (!announced && world.drainingAt != World.NEVER) {
                announced = true;
                send(new DrainHint.InstanceDraining(world.name(), World.LEAVING_ARN, World.LEAVING), world.now);
                for (World.Task task : world.tasks) {
                    sendStopped(task);
                }
            }
        }

        private void sendStopped(World.Task task) {
            if (task.stoppedAt != World.NEVER) {
                send(new DrainHint.TaskStopped(world.name(), task.arn, World.LEAVING_ARN, 7), task.stoppedAt);
            }
        }

        private void send(DrainHint hint, long at) {
            int copies = random.nextInt(4) == 0 ? 0 : random.nextInt(5) == 0 ? 2 : 1;
            for (int copy = 0; copy < copies; copy++) {
                queue.add(new Arrival(at + 50 + random.nextInt(random.nextInt(6) == 0 ? 90_000 : 1_500), hint));
            }
        }

        /** The deadline moves with the mark, and starts may fail for a while before there is one. */
        private long horizon() {
            return markedAt() + budget + world.hook.heartbeatTimeout().toMillis() + 10 * SWEEP;
        }

        private long markedAt() {
            return world.marks.isEmpty() ? 0 : Math.max(0, world.marks.getLast().at());
        }

        private void judge() {
            world.violations.forEach(this::violation);
            long released = world.releasedAt();
            if (calmSweepFailed) {
                violation("An undisturbed sweep over an empty instance did not release it.");
            }
            if (world.completed > 1) {
                violation("Completed " + world.completed + " times.");
            }
            long timeout = world.hook.heartbeatTimeout().toMillis();
            long marked = markedAt();
            boolean prolonged = budget > timeout;
            // Heartbeats end with the budget, which the mark begins, and one evaluation takes a second at most.
            // Where no start has come as far as its mark, the sweep that tries it again prolongs the wait again.
            boolean neverStarted = world.trouble > 0 && world.marks.isEmpty();
            long last = neverStarted ? Math.max(budget, world.prolongedAt) : marked + budget;
            long latest = prolonged ? last + timeout + 1_000 : budget;
            if ((world.now >= horizon() && !(neverStarted && prolonged)) || released > latest) {
                violation("Released after " + released + " ms with a budget of " + budget + ", marked at " + marked
                        + ".");
            }
            if (world.trouble == 0 && marked > timeout + LAG + EVALUATION) {
                violation("Marked at " + marked + " ms though no invocation was killed or failed.");
            }
            replacedMark().ifPresent(mark -> violation("A mark of this drain was written anew: " + mark + "."));
            boolean ranOut = world.completedAt > world.waitEndsAt;
            if (!ranOut && released < budget && !world.liveAt(released).isEmpty()) {
                violation("Cut " + world.liveAt(released) + " after " + released + " ms of " + budget + ".");
            }
            if (world.result == LifecycleResult.ABANDON && (!world.retains || released < budget)) {
                violation("Abandoned after " + released + " ms.");
            }
            tally.endings.merge(
                    ranOut ? Ending.RAN_OUT : released < budget ? Ending.COMPLETED_EMPTY : Ending.COMPLETED_AT_DEADLINE,
                    1,
                    Integer::sum);
        }

        private void violation(String text) {
            tally.violations.add("Seed " + seed + ": " + text);
        }

        /**
         * A drain has its first mark within the wait that Auto Scaling itself bounds. Another one comes only while reads may still not
         * show the last, or where an invocation was killed and has left none: else nothing would bound the drain.
         */
        private Optional<Written> replacedMark() {
            for (int i = 1; i < world.marks.size(); i++) {
                Written before = world.marks.get(i - 1);
                if (before.at() >= 0
                        && DrainMark.parse(before.value()).since().isPresent()
                        && world.marks.get(i).at() > before.at() + LAG + EVALUATION) {
                    return Optional.of(world.marks.get(i));
                }
            }
            return Optional.empty();
        }

        private Journal journal() {
            return new Journal() {
                @Override
                public void evaluated(Evaluation evaluation) {
                    tally.steps.merge(Steps.name(evaluation.step()), 1, Integer::sum);
                }

                @Override
                public void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure) {
                    assertThat(failure).isInstanceOf(RetryableFailure.class);
                }

                @Override
                public void leftToSweep(DrainHint hint, RuntimeException failure) {
                    throw new AssertionError("Nothing is throttled here.", failure);
                }

                @Override
                public void leftOver(int left, int instances) {
                    violation(left + " of " + instances + " instances were left over.");
                }

                @Override
                public void ignored(DrainHint.Ignored hint) {
                    throw new AssertionError("No such hint was sent.");
                }
            };
        }

        private DrainDecision decision() {
            return new DrainDecision(policy) {
                @Override
                DrainStep decide(Observation seen, Instant now) {
                    return mutated(seen, now, super.decide(seen, now), super::decide);
                }
            };
        }

        private DrainStep mutated(Observation seen, Instant now, DrainStep right, Decide decide) {
            return switch (mutant) {
                case NONE, LISTS_RUNNING_TASKS_ONLY -> right;
                case COUNTS_RUNNING_TASKS_ONLY ->
                    seen.registration() instanceof Registration.Present present
                            ? decide.decide(withoutTasks(seen, present), now)
                            : right;
                case COMPLETES_ON_THE_EVENT ->
                    right instanceof DrainStep.Wait && seen.hint() instanceof DrainHint.TaskStopped
                            ? complete()
                            : right;
                case COMPLETES_YOUNG ->
                    right instanceof DrainStep.Wait wait && wait.reason() == DrainStep.WaitReason.TOO_YOUNG
                            ? complete()
                            : right;
                case NO_QUIET_TIME -> decide.decide(SimMutant.quietForLong(seen, now.minus(policy.minimumAge())), now);
                case NO_DEADLINE ->
                    right instanceof DrainStep.Complete complete
                                    && complete.reason() == DrainStep.CompleteReason.DEADLINE
                            ? new DrainStep.Wait(DrainStep.WaitReason.LIVE_TASKS, Optional.of(world.hook))
                            : right;
                case NEVER_COMPLETES ->
                    right instanceof DrainStep.Complete
                            ? new DrainStep.Wait(DrainStep.WaitReason.LIVE_TASKS, Optional.empty())
                            : right;
            };
        }

        private DrainStep complete() {
            return new DrainStep.Complete(world.hook, LifecycleResult.CONTINUE, DrainStep.CompleteReason.DRAINED);
        }

        private static Observation withoutTasks(Observation seen, Registration.Present present) {
            return new Observation(
                    seen.instanceId(),
                    seen.hint(),
                    seen.member(),
                    seen.hooks(),
                    seen.retainsAbandoned(),
                    new Registration.Present(present.instance(), Set.of(), List.of(), Set.of()));
        }
    }

    @FunctionalInterface
    private interface Decide {
        DrainStep decide(Observation seen, Instant now);
    }
}
