package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Seeds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What went wrong in the drains of others, played through here; each is named after the report of it. */
class KnownFailuresTest {

    private static final DrainHint.Sweep SWEEP = new DrainHint.Sweep();
    private static final Hook HOOK = World.hookOf(Duration.ofMinutes(30));

    /** Of the milliseconds that a call takes. */
    private static final long SEED = Seeds.seed(KnownFailuresTest.class);

    private final List<String> steps = new ArrayList<>();

    private static World world(boolean registered, World.Task... tasks) {
        World world = new World(new SplittableRandom(SEED), HOOK, false, registered, List.of(tasks));
        world.longestLag = 0;
        return world;
    }

    private static World.Task gatewayTask(int number, long takesToStop) {
        return new World.Task(number, false, -60_000, 1_000, takesToStop);
    }

    private void evaluate(World world, DrainHint hint) {
        evaluate(world, hint, DrainPolicy.standard());
    }

    private void evaluate(World world, DrainHint hint, DrainPolicy policy) {
        Clock clock = world.clock();
        Journal journal = new Journal() {
            @Override
            public void evaluated(Evaluation evaluation) {
                steps.add(Steps.name(evaluation.step()));
            }

            @Override
            public void failed(List<String> instanceIds, DrainHint failing, RuntimeException failure) {
                throw new AssertionError(failure);
            }

            @Override
            public void leftToSweep(DrainHint hint, RuntimeException failure) {
                throw new AssertionError("Nothing is throttled here.", failure);
            }

            @Override
            public void leftOver(int left, int instances) {
                throw new AssertionError(left + " are left over.");
            }

            @Override
            public void ignored(DrainHint.Ignored ignored) {
                steps.add("Ignored");
            }
        };
        new DrainEvaluation(world, world, policy, new DrainDecision(policy), journal, clock, world.invocation())
                .evaluate(hint);
    }

    private static DrainHint notice(World world) {
        return new DrainHint.TerminationNotice(
                World.LEAVING, World.GROUP, HOOK.name(), Optional.of(World.instantAt(world.now)));
    }

    private static DrainHint stopped(World world, int task) {
        return new DrainHint.TaskStopped(world.name(), world.tasks.get(task).arn, World.LEAVING_ARN, 5);
    }

    /** aws-cdk#13506: with the task DEACTIVATING the count of running tasks is 0, and a download is still on its way. */
    @Test
    void waitsForTasksThatAreDeactivatingAsInAwsCdk13506() {
        World world = world(true, gatewayTask(0, 290_000));
        evaluate(world, notice(world));
        world.now += 60_000;
        assertThat(world.find(World.LEAVING_ARN).orElseThrow().runningTasks()).isZero();
        evaluate(world, SWEEP);
        assertThat(steps).containsExactly("StartDraining NOT_DRAINING", "RecordQuiet");
        assertThat(world.completed).isZero();
    }

    /** ecs-cid-sample#29: the list of tasks is empty by its default filter while tasks are still on their way to stop. */
    @Test
    void looksAtTheListOfStoppedTasksTooAsInEcsCidSample29() {
        World world = world(true, gatewayTask(0, 290_000));
        evaluate(world, notice(world));
        world.now += 60_000;
        assertThat(world.listTasks(World.LEAVING_ARN, Cluster.DesiredStatus.RUNNING))
                .isEmpty();
        evaluate(world, SWEEP);
        world.now += 60_000;
        evaluate(world, SWEEP);
        assertThat(steps).endsWith("RecordQuiet", "Wait LIVE_TASKS");
        assertThat(world.completed).isZero();
        world.now += 300_000;
        evaluate(world, stopped(world, 0));
        assertThat(steps).endsWith("Complete DRAINED");
    }

    /** ecs-cid-sample#8: the instance was never set to DRAINING at all. */
    @Test
    void setsDrainingFirstAsInEcsCidSample8() {
        World world = world(true, gatewayTask(0, 1_000));
        evaluate(world, notice(world));
        assertThat(world.drainingAt).isNotEqualTo(World.NEVER);
        assertThat(world.completed).isZero();
    }

    /** ecs-cid-sample#20: one notice made the function call itself several times a second. One here is one evaluation. */
    @Test
    void evaluatesOncePerHintAsInEcsCidSample20() {
        World world = world(true, gatewayTask(0, World.NEVER));
        evaluate(world, notice(world));
        evaluate(world, notice(world));
        assertThat(steps).hasSize(2);
        assertThat(world.now).isLessThan(1_000);
    }

    /** CDK's own drain returns without completing the hook then, which holds the instance until it runs out. */
    @Test
    void releasesAnInstanceThatNeverRegistered() {
        World world = world(false);
        evaluate(world, notice(world));
        assertThat(steps).containsExactly("Complete NOT_REGISTERED");
        assertThat(world.completed).isOne();
    }

    @Test
    void believesTheEventOfTheLastTaskOverAReadThatLags() {
        World world = world(true, gatewayTask(0, 60_000));
        evaluate(world, notice(world));
        world.now += 30_000;
        evaluate(world, SWEEP);
        world.now = world.tasks.getFirst().stoppedAt - 500;
        evaluate(world, stopped(world, 0));
        assertThat(steps).endsWith("Complete DRAINED");
    }

    /** The list for RUNNING is new, the one for STOPPED old: a task that was told to stop in between is in neither. */
    @Test
    void doesNotReleaseWhenATaskIsInNeitherListForAWhile() {
        World world = world(true, gatewayTask(0, 290_000));
        evaluate(world, notice(world));
        world.now += 60_000;
        world.listsStoppedTasks = false;
        evaluate(world, SWEEP);
        world.now += 5_000;
        evaluate(world, SWEEP);
        world.listsStoppedTasks = true;
        world.now += 5_000;
        evaluate(world, SWEEP);
        assertThat(steps)
                .containsExactly("StartDraining NOT_DRAINING", "RecordQuiet", "Wait JUST_QUIET", "Wait LIVE_TASKS");
    }

    /** A mark of quiet from before this drain says nothing of it. */
    @Test
    void writesQuietAnewInANewDrain() {
        World world = world(true, gatewayTask(0, 290_000));
        world.quiets.add(new Written(-60_000, DrainMark.format(World.instantAt(-60_000))));
        evaluate(world, notice(world));
        world.now += 60_000;
        evaluate(world, SWEEP);
        assertThat(steps).endsWith("RecordQuiet");
        assertThat(world.quiets).hasSize(2);
    }

    /** Else a hook's timeout of less than two sweeps ends the wait before the first heartbeat of the sweep. */
    @Test
    void sendsAHeartbeatWithTheFirstMarkWhenTheBudgetIsLonger() {
        World world = world(true, gatewayTask(0, 290_000));
        long timeout = HOOK.heartbeatTimeout().toMillis();
        world.now = timeout - 10_000;
        evaluate(world, notice(world), prolonged());
        assertThat(world.waitEndsAt).isGreaterThan(2 * timeout - 10_000);
        World old = world(true, gatewayTask(0, 290_000));
        old.marks.add(new Written(-60_000, "garbled"));
        evaluate(old, notice(old), prolonged());
        assertThat(old.waitEndsAt).isEqualTo(timeout);
    }

    private static DrainPolicy prolonged() {
        return new DrainPolicy(
                World.groups(),
                Optional.empty(),
                Optional.of(Duration.ofHours(2)),
                new DrainPolicy.StandaloneTasks.AwaitEnd(),
                LifecycleResult.CONTINUE,
                DrainPolicy.MINIMUM_AGE,
                DrainPolicy.SWEEP_INTERVAL);
    }

    @Test
    void leavesABusyInstanceAndEventsOfAnotherClusterAlone() {
        World world = world(true, gatewayTask(0, 60_000));
        evaluate(world, new DrainHint.TerminationNotice(World.BUSY, World.GROUP, HOOK.name(), Optional.empty()));
        evaluate(world, new DrainHint.InstanceDraining(new ClusterName("elsewhere"), World.LEAVING_ARN, World.LEAVING));
        assertThat(steps).containsExactly("Ignore IN_SERVICE", "Ignore ANOTHER_CLUSTER");
        assertThat(world.violations).isEmpty();
        assertThat(world.drainingAt).isEqualTo(World.NEVER);
    }
}
