package dev.banhmi.drain.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.aws.AutoScalingFake;
import dev.banhmi.testkit.aws.EcsFront;
import dev.banhmi.testkit.aws.Events;
import dev.banhmi.testkit.aws.Fault;
import dev.banhmi.testkit.aws.LambdaProcess;
import dev.banhmi.testkit.aws.MotoServer;
import dev.banhmi.testkit.aws.RuntimeApi;
import dev.banhmi.testkit.aws.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/** Each call of a drain meets each fault: the invocation fails visibly, nothing is released early, the next sweep goes on. */
class DrainFaultsIT {

    private static final String INSTANCE = "i-0leaving";
    private static final String LAUNCHING = "i-0launching";

    /**
     * What Lambda leaves the faulty invocations: so little that three attempts of a call that lasts do not fit in. On a machine where not
     * even the calls before it do, it becomes more until they do.
     */
    private static final Duration SHORT = Duration.ofSeconds(2);

    /** Longer than a launch may take. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    private static final List<String> BEFORE_DRAINING = List.of(
            "ecs:ListContainerInstances",
            "ecs:DescribeContainerInstances",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeWarmPool",
            "autoscaling:DescribeLifecycleHooks",
            "ecs:UpdateContainerInstancesState",
            "ecs:PutAttributes");
    private static final List<String> WHILE_DRAINING =
            List.of("ecs:ListTasks", "ecs:DescribeTasks", "ecs:StopTask", "autoscaling:RecordLifecycleActionHeartbeat");

    /** Of an instance that a launch hook holds, and whose agent is gone at the end. */
    private static final List<String> OF_A_LAUNCH =
            List.of("autoscaling:DescribeScalingActivities", "ecs:DeregisterContainerInstance");

    /** Of a drain that is held for a task of a service. */
    private static final String OF_A_HELD_DRAIN = "ecs:DescribeServices";

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

    /** Two at a time: nearly all of a fault is waiting for what it withholds, and each has a world of its own. */
    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void everyCallMeetsTheFaultAndTheNextSweepGoesOn(Fault fault) {
        Map<String, String> settings = Map.of(
                "BANHMI_BUDGET", "PT24H", "BANHMI_STOP_STANDALONE_AFTER", "PT20M", "BANHMI_AT_DEADLINE", "ABANDON");
        try (DrainWorld world = new DrainWorld(moto, settings)) {
            world.autoScaling()
                    .add(
                            new AutoScalingFake.Group("gateways", Duration.ofHours(6), "ABANDON", true, true),
                            INSTANCE,
                            "i-0staying");
            world.register(INSTANCE);
            String task = world.runTask(INSTANCE, "family:batch");
            world.autoScaling().terminate(INSTANCE);

            BEFORE_DRAINING.forEach(action -> meets(world, INSTANCE, action, fault));
            world.sweepUntil(
                    "draining",
                    () -> world.status(INSTANCE).equals("DRAINING")
                            && world.mark(INSTANCE).startsWith("20"));
            world.pass(Duration.ofMinutes(20));
            WHILE_DRAINING.forEach(action -> meets(world, INSTANCE, action, fault));
            world.sweepUntil("stopped", () -> world.lastStatus(task).equals("STOPPED"));
            world.sweepUntil("quiet", () -> world.quiet(INSTANCE).startsWith("20"));
            world.pass(DrainWorld.MINIMUM_AGE);
            // A fault on the way in has left the task running or stopped it; in both cases nothing is released by it.
            meets(world, INSTANCE, COMPLETE, fault);
            world.sweepUntil(
                    "released", () -> !world.autoScaling().completions(INSTANCE).isEmpty());

            assertThat(world.autoScaling().completions(INSTANCE)).containsExactly("CONTINUE");
            assertThat(world.harmToBystander()).isEmpty();
            Set<String> rest = new HashSet<>(declaredActions());
            rest.removeAll(actionsSeen(world));
            assertThat(rest.remove(OF_A_HELD_DRAIN)).as(OF_A_HELD_DRAIN).isTrue();
            assertThat(rest).as("what only a launch calls").containsExactlyInAnyOrderElementsOf(OF_A_LAUNCH);
        }
    }

    /** What cannot be asked keeps nothing from being held. */
    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void theCallOfAHeldDrainMeetsTheFaultAndTheDrainIsHeld(Fault fault) {
        try (DrainWorld world = new DrainWorld(moto, Map.of("BANHMI_STOPPING", "PT5H55M"))) {
            world.autoScaling()
                    .add(new AutoScalingFake.Group("gateways", Duration.ofHours(6), "ABANDON", false, false), INSTANCE);
            world.register(INSTANCE);
            world.runTask(INSTANCE, "service:gateway");
            world.autoScaling().terminate(INSTANCE);
            world.sweepUntil("draining", () -> world.mark(INSTANCE).startsWith("20"));
            world.pass(Duration.ofMinutes(10));

            meets(world, INSTANCE, OF_A_HELD_DRAIN, fault);
            world.sweepUntil("held", () -> world.mark(INSTANCE).contains("/"));

            assertThat(world.sweep().succeeded()).isTrue();
            assertThat(world.autoScaling().completions(INSTANCE)).isEmpty();
            assertThat(world.harmToBystander()).isEmpty();
        }
    }

    /** One that registered, and whose agent was gone before it came into service: it is drained, taken out of the cluster and abandoned. */
    @ParameterizedTest
    @EnumSource
    @Execution(ExecutionMode.CONCURRENT)
    void everyCallOfALaunchMeetsTheFaultAndTheNextSweepGoesOn(Fault fault) {
        Map<String, String> settings = Map.of("BANHMI_LAUNCH_HOOK", AutoScalingFake.LAUNCH_HOOK);
        try (DrainWorld world = new DrainWorld(moto, settings)) {
            AutoScalingFake.Group group =
                    new AutoScalingFake.Group("gateways", Duration.ofHours(6), "ABANDON", false, false);
            world.autoScaling().add(group);
            world.autoScaling().launch(group.name(), LAUNCHING, Instant.now().minus(PATIENCE));
            world.registerWithoutAgent(LAUNCHING);

            meets(world, LAUNCHING, OF_A_LAUNCH.getFirst(), fault);
            world.sweepUntil("draining", () -> world.mark(LAUNCHING).startsWith("20"));
            world.pass(DrainWorld.MINIMUM_AGE);
            world.sweepUntil("quiet", () -> world.quiet(LAUNCHING).startsWith("20"));
            world.pass(DrainWorld.MINIMUM_AGE);
            meets(world, LAUNCHING, OF_A_LAUNCH.getLast(), fault);
            world.sweepUntil(
                    "abandoned",
                    () -> !world.autoScaling().completions(LAUNCHING).isEmpty());

            assertThat(world.autoScaling().completions(LAUNCHING)).containsExactly("ABANDON");
            assertThat(world.autoScaling().state(LAUNCHING)).isEqualTo("Terminated");
            assertThat(world.isRegistered(LAUNCHING)).isFalse();
            assertThat(world.harmToBystander()).isEmpty();
            assertThat(actionsSeen(world)).containsAll(OF_A_LAUNCH);
        }
    }

    private static void meets(DrainWorld world, String instance, String action, Fault fault) {
        int before = world.script().calls(action).size();
        world.script().fail(action, fault);
        Duration limit = SHORT;
        RuntimeApi.Outcome outcome = world.lambda().api().invoke(Events.sweep(), limit);
        // Too short for the call; or, after AWS had no tokens, for another try: then it is left to the next sweep,
        // which is no failure.
        while (isShort(limit)
                && (outcome.succeeded()
                        ? fault == Fault.THROTTLED
                        : world.script().calls(action).size() == before)) {
            limit = limit.multipliedBy(2);
            outcome = world.lambda().api().invoke(Events.sweep(), limit);
        }
        world.script().heal();
        assertThat(world.script().calls(action))
                .as("%s was called: %s", action, outcome)
                .hasSizeGreaterThan(before);
        assertThat(outcome.succeeded())
                .as("%s on %s is reported\n%s", fault, action, outcome.body())
                .isFalse();
        assertThat(outcome.body()).contains("Failure");
        assertThat(world.autoScaling().completions(instance))
                .as("%s on %s releases nothing", fault, action)
                .isEmpty();
    }

    private static boolean isShort(Duration limit) {
        return limit.compareTo(LambdaProcess.TIMEOUT) < 0;
    }

    private static Set<String> actionsSeen(DrainWorld world) {
        return world.script().calls().stream().map(Script.Call::action).collect(Collectors.toSet());
    }

    /** From the packaged jar, as the infrastructure reads it. */
    static Set<String> declaredActions() {
        try (JarFile jar = new JarFile(LambdaProcess.jar().toFile())) {
            JsonNode document =
                    JsonNode.parser().parse(jar.getInputStream(jar.getEntry("META-INF/banhmi/iam-actions.json")));
            return Set.copyOf(EcsFront.strings(document, "actions"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
