package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What was due when a sweep looked, and is not when it comes to it. */
class SecondLookTest {

    private static final DrainHint.Sweep SWEEP = new DrainHint.Sweep();
    private static final Hook HOOK = World.hookOf(Duration.ofMinutes(30));
    private static final long MINUTE = 60_000;

    private final List<String> steps = new ArrayList<>();

    private static World drained() {
        World world = new World(new SplittableRandom(1), HOOK, false, true, List.of());
        world.longestLag = 0;
        world.drainingAt = 0;
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(0))));
        world.quiets.add(new Written(20_000, DrainMark.format(World.instantAt(20_000))));
        world.now = 5 * MINUTE;
        return world;
    }

    /** An instance that was seen drained at this time. */
    private static Look seenDrained(World world) {
        Member member = world.members(List.of(World.LEAVING)).getFirst();
        ContainerInstance instance = world.find(World.LEAVING_ARN).orElseThrow();
        Observation seen = new Observation(
                World.LEAVING,
                SWEEP,
                Optional.of(member),
                List.of(HOOK),
                false,
                new Registration.Present(instance, Set.of(), List.of(), Set.of()));
        return new Look(
                seen, World.instantAt(world.now), new Complete(HOOK, LifecycleResult.CONTINUE, CompleteReason.DRAINED));
    }

    private void take(World world, Look look) {
        take(world, look, DrainPolicy.standard());
    }

    private void take(World world, Look look, DrainPolicy policy) {
        Journal journal = new Journal() {
            @Override
            public void evaluated(Evaluation evaluation) {
                steps.add(Steps.name(evaluation.step()));
            }

            @Override
            public void failed(List<String> instanceIds, DrainHint hint, RuntimeException failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void leftToSweep(DrainHint hint, RuntimeException failure) {
                throw new AssertionError("Nothing is throttled here.", failure);
            }

            @Override
            public void leftOver(int left, int instances) {
                throw new AssertionError("There was time.");
            }

            @Override
            public void ignored(DrainHint.Ignored hint) {
                throw new AssertionError("No such hint was sent.");
            }
        };
        Invocation invocation = world.invocation();
        new SecondLook(
                        world,
                        world,
                        new DrainDecision(policy),
                        world.clock(),
                        invocation,
                        new SweepOutcome(journal, invocation, SWEEP))
                .take(List.of(look));
    }

    @Test
    void releasesWhatIsStillDrained() {
        World world = drained();
        Look look = seenDrained(world);
        world.now += 40_000;
        take(world, look);
        assertThat(world.completed).isEqualTo(1);
        assertThat(steps).containsExactly("Complete DRAINED");
    }

    /** The alarm counts lines: ten instances of one call that is refused would be more than it takes to ring. */
    @Test
    void countsACallThatFailsForManyInstancesOnce() {
        World world = drained();
        Groups refusing = new SimGroupsView(world) {
            @Override
            public List<Member> members(Collection<String> instanceIds) {
                throw new ThrottledFailure("Rate exceeded");
            }
        };
        List<String> lines = new ArrayList<>();
        Journal journal = new JournalLines(new ClusterName("c"), "r", lines::add, world.clock());
        Invocation invocation = world.invocation();
        new SecondLook(
                        world,
                        refusing,
                        new DrainDecision(DrainPolicy.standard()),
                        world.clock(),
                        invocation,
                        new SweepOutcome(journal, invocation, SWEEP))
                .take(Collections.nCopies(3, seenDrained(world)));
        assertThat(lines).singleElement().asString().contains("\"Failures\":1", "\"instance\":null", """
                "instances":"%1$s %1$s %1$s\"""".formatted(
                        World.LEAVING));
    }

    @Test
    void releasesNothingThatAnOperatorHasSetActiveAgain() {
        World world = drained();
        Look look = seenDrained(world);
        world.drainingAt = World.NEVER;
        world.now += 40_000;
        take(world, look);
        assertThat(world.completed).isZero();
        assertThat(steps).isEmpty();
    }

    /** The lists of tasks are from before the new drain began: however old that is by now, they say nothing of what was placed between. */
    @Test
    void releasesNothingWhoseDrainBeganAnewAfterTheTasksWereRead() {
        World world = drained();
        Look look = seenDrained(world);
        world.now += 40_000;
        world.marks.add(new Written(world.now - 35_000, DrainMark.format(World.instantAt(world.now - 35_000))));
        world.quiets.add(new Written(world.now - 15_000, DrainMark.format(World.instantAt(world.now - 15_000))));
        take(world, look);
        assertThat(world.completed).isZero();
    }

    @Test
    void releasesNothingOnWhichEcsCountsATaskNow() {
        World.Task placed = new World.Task(1, false, -MINUTE, 30 * MINUTE, MINUTE);
        World world = new World(new SplittableRandom(1), HOOK, false, true, List.of(placed));
        world.longestLag = 0;
        world.drainingAt = 0;
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(0))));
        world.quiets.add(new Written(20_000, DrainMark.format(World.instantAt(20_000))));
        world.now = 5 * MINUTE;
        take(world, seenDrained(world));
        assertThat(world.completed).isZero();
    }

    @Test
    void doesNothingForAnInstanceThatNoLongerWaits() {
        World world = drained();
        Look look = seenDrained(world);
        world.completedAt = world.now;
        world.now += 1_000;
        take(world, look);
        assertThat(world.completed).isZero();
        assertThat(steps).isEmpty();
    }

    /** Of what is later than the sweep, its lists of tasks say nothing, and the deadline needs none. */
    @Test
    void releasesAtTheDeadlineThatHasComeMeanwhile() {
        World.Task endless = new World.Task(1, false, -MINUTE, 0, World.NEVER);
        World world =
                new World(new SplittableRandom(1), World.hookOf(Duration.ofMinutes(30)), false, true, List.of(endless));
        world.longestLag = 0;
        world.drainingAt = 0;
        endless.stopFrom(1);
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(-MINUTE))));
        world.now = 29 * MINUTE - 20_000;
        Look look = seenDrained(world);
        Look waits = new Look(
                look.seen()
                        .with(new Registration.Present(
                                look.present().instance(), Set.of(), List.of(endless.at(world.now)), Set.of())),
                look.at(),
                new DrainStep.Wait(DrainStep.WaitReason.LIVE_TASKS, Optional.empty()));
        world.now += 21_000;
        take(world, waits);
        assertThat(steps).containsExactly("Complete DEADLINE");
        assertThat(world.completed).isEqualTo(1);
    }

    /** A task that nothing had replaced when the tasks were read, in a drain that is at its deadline 20 s after the sweep. */
    @Test
    void holdsBackAtTheDeadlineThatHasComeMeanwhileWhatNothingReplaces() {
        World world = serving();
        Look look = seenServing(world, new DrainStep.Wait(DrainStep.WaitReason.LIVE_TASKS, Optional.empty()));
        world.now += 21_000;
        take(world, look, holding());
        assertThat(steps).containsExactly("Hold overdue");
        assertThat(world.completed).isZero();
        assertThat(DrainMark.parse(world.marks.getLast().value()).heldAt()).isPresent();
        assertThat(world.waitEndsAt)
                .as("the end of the wait, after a heartbeat")
                .isGreaterThan(59 * MINUTE);
    }

    @Test
    void writesDownThatADrainIsHeldAndLeavesTheHeartbeatToTheSweepThatSentOne() {
        World world = serving();
        world.now += 12_000;
        Instant since = World.instantAt(-MINUTE);
        world.marks.add(new Written(1_000, DrainMark.format(since, World.instantAt(1_000))));
        take(
                world,
                seenServing(world, new DrainStep.Hold(World.LEAVING_ARN, since, false, false, Optional.empty())),
                holding());
        assertThat(steps).containsExactly("Hold late");
        assertThat(DrainMark.parse(world.marks.getLast().value()).since()).contains(since);
        assertThat(DrainMark.parse(world.marks.getLast().value()).heldAt().orElseThrow())
                .isAfter(World.instantAt(world.now - MINUTE));
        assertThat(world.waitEndsAt).as("the end of the wait").isEqualTo(30 * MINUTE);
    }

    @Test
    void holdsNothingBackWhoseAgentHasGoneMeanwhile() {
        World world = serving();
        Look look = seenServing(world, new DrainStep.Wait(DrainStep.WaitReason.LIVE_TASKS, Optional.empty()));
        world.now += 21_000;
        world.disconnectedFrom = world.now;
        world.disconnectedUntil = World.NEVER;
        take(world, look, holding());
        assertThat(steps).containsExactly("Release DEADLINE");
        assertThat(world.deregisteredAt).isLessThan(world.completedAt);
        assertThat(world.completed).isEqualTo(1);
    }

    /** 20 s before its deadline, with a task of a service that ECS still wants to run there. */
    private static World serving() {
        World world = new World(
                new SplittableRandom(1), HOOK, false, true, List.of(new World.Task(1, false, -MINUTE, 0, World.NEVER)));
        world.longestLag = 0;
        world.drainingAt = 0;
        world.marks.add(new Written(0, DrainMark.format(World.instantAt(-MINUTE))));
        world.now = 29 * MINUTE - 20_000;
        return world;
    }

    private static Look seenServing(World world, DrainStep step) {
        Look look = seenDrained(world);
        World.Task task = world.tasks.getFirst();
        Registration present = new Registration.Present(
                look.present().instance(), Set.of(task.arn), List.of(task.at(world.now)), Set.of());
        return new Look(look.seen().with(present), look.at(), step);
    }

    /** Tasks are given 10 s to stop, so that a drain is held from 10 s before its deadline on. */
    private static DrainPolicy holding() {
        DrainPolicy standard = DrainPolicy.standard();
        return new DrainPolicy(
                standard.groups(),
                standard.hook(),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                Optional.of(Duration.ofSeconds(10)),
                Optional.empty());
    }
}
