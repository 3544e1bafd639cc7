package dev.banhmi.drain.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.aws.AutoScalingFake;
import dev.banhmi.testkit.aws.EcsFront;
import dev.banhmi.testkit.aws.Events;
import dev.banhmi.testkit.aws.MotoServer;
import dev.banhmi.testkit.aws.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DrainEndToEndIT {

    private static final String INSTANCE = "i-0leaving";
    private static final String GROUP = "gateways";
    private static final String SERVICE = "service:gateway";
    private static final String COMPLETE = "autoscaling:CompleteLifecycleAction";

    private static MotoServer moto;

    @BeforeAll
    static void startMoto() {
        moto = MotoServer.start();
    }

    @AfterAll
    static void stopMoto() {
        moto.close();
    }

    private static DrainWorld world(Map<String, String> settings, AutoScalingFake.Group group) {
        DrainWorld world = new DrainWorld(moto, settings);
        world.autoScaling().add(group, INSTANCE);
        world.register(INSTANCE);
        return world;
    }

    private static AutoScalingFake.Group group(Duration heartbeatTimeout) {
        return new AutoScalingFake.Group(GROUP, heartbeatTimeout, "CONTINUE", false, false);
    }

    private static void settle(DrainWorld world) {
        world.pass(DrainWorld.MINIMUM_AGE);
        assertThat(world.autoScaling().completions(INSTANCE)).isEmpty();
    }

    @Test
    void drainsAndReleasesExactlyOnceWhenTheLastTaskHasStopped() {
        try (DrainWorld world = world(Map.of(), group(Duration.ofHours(1)))) {
            String first = world.runTask(INSTANCE, SERVICE);
            String second = world.runTask(INSTANCE, SERVICE);
            world.autoScaling().terminate(INSTANCE);

            assertThat(world.noticeOf(INSTANCE, GROUP).succeeded()).isTrue();
            assertThat(world.status(INSTANCE)).isEqualTo("DRAINING");
            assertThat(world.mark(INSTANCE)).startsWith("20");
            assertThat(world.draining(INSTANCE).succeeded()).isTrue();
            settle(world);

            world.stop(first);
            assertThat(world.stopped(first, INSTANCE).succeeded()).isTrue();
            world.deactivate(second);
            world.sweep();
            assertThat(world.quiet(INSTANCE)).startsWith("20");
            settle(world);
            world.sweep();
            assertThat(world.autoScaling().completions(INSTANCE))
                    .as("ECS counts no running task, and downloads go on")
                    .isEmpty();

            // The event is ahead of the reads, which still show the task on its way to stop.
            assertThat(world.stopped(second, INSTANCE).succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE)).containsExactly("CONTINUE");
            assertThat(world.autoScaling().state(INSTANCE)).isEqualTo("Terminating:Proceed");

            assertThat(world.stopped(second, INSTANCE).succeeded()).isTrue();
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.script().calls(COMPLETE)).hasSize(1);
            assertThat(world.harmToBystander()).isEmpty();
            assertThat(world.lambda().log())
                    .contains("\"reason\":\"DRAINED\"", "\"DrainDuration\"", "\"Namespace\":\"Banhmi/Drain\"");
        }
    }

    @Test
    void sweepsReleaseWhatEveryEventWasLostFor() {
        try (DrainWorld world = world(Map.of(), group(Duration.ofHours(1)))) {
            String task = world.runTask(INSTANCE, SERVICE);
            world.autoScaling().terminate(INSTANCE);
            world.sweepUntil("draining", () -> world.status(INSTANCE).equals("DRAINING"));
            world.ecs().show(task, EcsFront.View.NOT_LISTED_YET);
            settle(world);
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE))
                    .as("a task that no list shows yet is counted")
                    .isEmpty();
            world.ecs().showAsItIs(task);
            world.stop(task);
            world.sweepUntil(
                    "released", () -> !world.autoScaling().completions(INSTANCE).isEmpty());
            assertThat(world.script().calls(COMPLETE)).hasSize(1);
            assertThat(world.harmToBystander()).isEmpty();
        }
    }

    @Test
    void heartbeatsHoldAWaitAndWithoutThemItsTimeoutEndsIt() {
        Duration timeout = Duration.ofMinutes(60);
        try (DrainWorld world = world(Map.of("BANHMI_BUDGET", "PT24H"), group(timeout))) {
            world.runTask(INSTANCE, SERVICE);
            world.autoScaling().terminate(INSTANCE);
            for (int heartbeat = 1; heartbeat <= 4; heartbeat++) {
                assertThat(world.sweep().succeeded()).isTrue();
                assertThat(world.autoScaling().heartbeats(INSTANCE)).isEqualTo(heartbeat);
                world.pass(timeout.dividedBy(2));
                assertThat(world.autoScaling().state(INSTANCE)).isEqualTo("Terminating:Wait");
            }
            world.pass(timeout);
            assertThat(world.autoScaling().timedOut(INSTANCE)).isTrue();
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.script().calls(COMPLETE)).isEmpty();
            assertThat(world.lambda().log()).contains("\"reason\":\"PROCEEDING\"");
        }
    }

    @Test
    void abandonsAtTheDeadlineWhereTheGroupKeepsTheInstance() {
        AutoScalingFake.Group keeping =
                new AutoScalingFake.Group(GROUP, Duration.ofMinutes(40), "CONTINUE", true, false);
        // The wait itself is held by heartbeats until the budget, which is longer, is used up.
        try (DrainWorld world = world(Map.of("BANHMI_AT_DEADLINE", "ABANDON", "BANHMI_BUDGET", "PT50M"), keeping)) {
            world.runTask(INSTANCE, SERVICE);
            world.autoScaling().terminate(INSTANCE);
            assertThat(world.sweep().succeeded()).isTrue();
            world.pass(Duration.ofMinutes(30));
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE)).isEmpty();
            world.pass(Duration.ofMinutes(20));
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE)).containsExactly("ABANDON");
            assertThat(world.autoScaling().state(INSTANCE)).isEqualTo("Terminating:Retained");
            assertThat(world.lambda().log()).contains("\"reason\":\"DEADLINE\"", "\"TasksCut\":1");
        }
    }

    @Test
    void understandsTheHooksOwnMessageFromSns() {
        try (DrainWorld world = world(Map.of(), group(Duration.ofHours(1)))) {
            world.autoScaling().terminate(INSTANCE);
            assertThat(world.invoke(Events.snsOf(INSTANCE, GROUP)).succeeded()).isTrue();
            assertThat(world.status(INSTANCE)).isEqualTo("DRAINING");
        }
    }

    @Test
    void releasesAtOnceWhatTheClusterDoesNotKnowAndWhatLeavesAWarmPool() {
        try (DrainWorld world = new DrainWorld(moto, Map.of("BANHMI_GROUPS", GROUP))) {
            world.autoScaling()
                    .add(
                            new AutoScalingFake.Group(GROUP, Duration.ofHours(1), "CONTINUE", false, true),
                            INSTANCE,
                            "i-0warm",
                            "i-0staying");
            world.autoScaling().terminate(INSTANCE);
            assertThat(world.noticeOf(INSTANCE, GROUP).succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE)).containsExactly("CONTINUE");
            world.autoScaling().terminateWarmed("i-0warm");
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.autoScaling().completions("i-0warm")).containsExactly("CONTINUE");
            assertThat(world.autoScaling().state("i-0staying")).isEqualTo("InService");
            assertThat(world.harmToBystander()).isEmpty();
        }
    }

    @Test
    void leavesAnInstanceThatAnOperatorDrainsToTheOperator() {
        try (DrainWorld world = world(Map.of(), group(Duration.ofHours(1)))) {
            assertThat(world.draining(INSTANCE).succeeded()).isTrue();
            assertThat(world.invoke("{\"Event\":\"autoscaling:TEST_NOTIFICATION\"}")
                            .succeeded())
                    .isTrue();
            assertThat(world.status(INSTANCE)).isEqualTo("ACTIVE");
            assertThat(world.autoScaling().state(INSTANCE)).isEqualTo("InService");
            assertThat(world.script().calls().stream().map(Script.Call::action))
                    .containsOnly("autoscaling:DescribeAutoScalingInstances");
        }
    }

    @Test
    void primesForTheSnapshotWithoutAnyCall() {
        try (DrainWorld world =
                world(Map.of("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start"), group(Duration.ofHours(1)))) {
            world.lambda().api().awaitSnapshot();
            assertThat(world.lambda().log()).contains("Primed.");
            assertThat(world.script().calls()).isEmpty();
            world.lambda().api().restore();
            world.autoScaling().terminate(INSTANCE);
            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.status(INSTANCE)).isEqualTo("DRAINING");
        }
    }

    @Test
    void saysAtStartEverythingThatIsWrongInTheEnvironment() {
        try (DrainWorld world = new DrainWorld(moto, Map.of("BANHMI_BUDGET", "45", "BANHMI_HOOKS", "drain"))) {
            String error = world.lambda().api().initError();
            assertThat(List.of("BANHMI_BUDGET is '45'", "BANHMI_HOOKS is unknown"))
                    .allSatisfy(part -> assertThat(error).contains(part));
        }
    }
}
