package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Longer than 300 lines: two tables, of every rule and of every bound. */
class DrainBudgetTest {
    @Test
    void derivesEveryNumberByDefault() {
        DrainBudget budget = usual().build();

        assertThat(budget.maxRequestDuration()).isEqualTo(seconds(900));
        assertThat(budget.deregistrationDelay()).isEqualTo(seconds(960));
        assertThat(budget.serviceShutdown()).isEqualTo(seconds(65));
        assertThat(budget.abortTimeout()).isEqualTo(seconds(10));
        assertThat(budget.stopTimeout()).isEqualTo(seconds(90));
        assertThat(budget.albIdleTimeout()).isEqualTo(seconds(300));
        assertThat(budget.keepAlive()).isEqualTo(seconds(310));
        assertThat(budget.hookTimeout()).isEqualTo(seconds(60 + 25 + 960 + 90 + 5 * 60 + 120));
        assertThat(budget.heartbeatTimeout()).isEqualTo(budget.hookTimeout());
        assertThat(budget.rounds()).isEqualTo(1);
        assertThat(budget.tasks()).isEqualTo(2);
        assertThat(budget.instances()).isEqualTo(2);
        assertThat(budget.minimumHealthyPercent()).isEqualTo(100);
        assertThat(budget.maximumPercent()).isEqualTo(200);
    }

    @Test
    void dividesTheShutdownAndKeepsWhatItWasTold() {
        DrainBudget budget = usual().maxRequestDuration(seconds(1200))
                .maxIdle(seconds(45))
                .longestSilence(seconds(400))
                .serviceShutdown(seconds(35))
                .build();

        assertThat(budget.maxRequestDuration()).isEqualTo(seconds(1200));
        assertThat(budget.maxIdle()).isEqualTo(seconds(45));
        assertThat(budget.preStopDelay()).isEqualTo(seconds(5));
        assertThat(budget.inFlightTimeout()).isEqualTo(seconds(30));
        assertThat(budget.keepAlive()).isEqualTo(seconds(410));
    }

    @Test
    void writesEveryRuleOut() {
        assertThat(usual().taskCpuUnits(512)
                        .taskMemoryMiB(1024)
                        .instanceCpuUnits(2048)
                        .instanceMemoryMiB(3884)
                        .build()
                        .arithmetic())
                .isEqualTo("""
                        replacements at once ⌊tasks 2 × (maximumPercent 200 − 100) ÷ 100⌋ = 2 ≥ 1
                        tasks that fit on an instance 3 ≥ 1, by ⌊min(instanceCpuUnits 2048 ÷ taskCpuUnits 512, instanceMemoryMiB 3884 ÷ taskMemoryMiB 1024)⌋ = 3
                        room (instances 2 − 1) × ⌊min(instanceCpuUnits 2048 ÷ taskCpuUnits 512, instanceMemoryMiB 3884 ÷ taskMemoryMiB 1024)⌋ = 3, together 3 ≥ tasks 2
                        rounds ⌈tasks per instance 2 ÷ replacements at once 2⌉ = 1
                        deregistrationDelay 960 s ≥ maxRequestDuration 900 s + maxIdle 60 s = 960 s
                        serviceShutdown 65 s − pre-stop 5 s = 60 s ≤ maxRequestDuration 900 s
                        stopTimeout 90 s ≥ serviceShutdown 65 s + abortTimeout 10 s + exit 10 s = 85 s
                        albIdleTimeout 300 s ≥ longestSilence 300 s
                        keepAlive 310 s ≥ albIdleTimeout 300 s + 1 s = 301 s
                        hookTimeout 1555 s ≥ rounds 1 × (taskStart 60 s + healthChecks 25 s + deregistrationDelay 960 s + stopTimeout 90 s) + sweeps 5 × 60 s + margin 120 s = 1555 s
                        hookTimeout 1555 s ≤ min(48 h, 100 × heartbeatTimeout 1555 s) − sweeps 5 × 60 s = 155200 s
                        heartbeatTimeout 1555 s ≤ hookTimeout 1555 s""");
    }

    @Test
    void saysThatTheRoomIsNotCheckedWithoutSizes() {
        assertThat(usual().build().arithmetic()).contains("room for the replacements: not checked");
    }

    @Test
    void givesTheExitAsMuchOfItsUsualTimeAsEcsAllows() {
        assertThat(usual().serviceShutdown(seconds(97)).build().stopTimeout()).isEqualTo(seconds(120));
        assertThat(usual().serviceShutdown(seconds(100)).build().stopTimeout()).isEqualTo(seconds(120));
        assertThat(usual().abortTimeout(seconds(20)).build().stopTimeout()).isEqualTo(seconds(100));
        assertThat(usual().abortTimeout(seconds(0)).build().stopTimeout()).isEqualTo(seconds(80));
    }

    @Test
    void livesOnHeartbeatsWhereOneHookTimeoutIsTooShort() {
        DrainBudget budget = usual().tasks(4)
                .maximumPercent(125)
                .maxRequestDuration(seconds(3000))
                .build();

        assertThat(budget.rounds()).isEqualTo(4);
        assertThat(budget.hookTimeout()).isEqualTo(seconds(4 * (60 + 25 + 3060 + 90) + 3 * 10 + 420));
        assertThat(budget.arithmetic()).contains(" + stopTimeout 90 s) + deprovisioning 3 × 10 s + sweeps 5 × 60 s");
        assertThat(budget.heartbeatTimeout()).isEqualTo(seconds(7200));
    }

    @Test
    void needsFewerRoundsForFewerTasksOnAnInstance() {
        assertThat(usual().tasks(8).maximumPercent(125).build().rounds()).isEqualTo(4);
        assertThat(usual().tasks(8)
                        .maximumPercent(125)
                        .tasksPerInstance(4)
                        .build()
                        .rounds())
                .isEqualTo(2);
        assertThat(sized().tasks(8).instances(4).maximumPercent(125).build().rounds())
                .as("no more than three fit")
                .isEqualTo(2);
    }

    @Test
    void stopsTasksFirstWhereNoReplacementMayStartBefore() {
        DrainBudget budget =
                usual().tasks(4).minimumHealthyPercent(50).maximumPercent(100).build();

        assertThat(budget.rounds()).as("two of four at a time").isEqualTo(2);
        assertThat(budget.arithmetic())
                .contains("so tasks stop first, at once ⌊tasks 4 × (100 − minimumHealthyPercent 50) ÷ 100⌋ = 2");
    }

    /** A transfer of the longest kind, whose drain has every right to be that old, pages nobody. */
    @Test
    void isLateOnlyWhenEverythingShouldHaveEnded() {
        DrainBudget longTransfers =
                usual().maxRequestDuration(seconds(3540)).maxIdle(seconds(60)).build();

        assertThat(longTransfers.hookTimeout()).isEqualTo(seconds(4195));
        assertThat(longTransfers.lateAge()).isEqualTo(seconds(3955));
        assertThat(longTransfers.lateAge()).isGreaterThan(seconds(60 + 25 + 3600 + 90 + 2 * 60));
        assertThat(usual().maxRequestDuration(seconds(31))
                        .serviceShutdown(seconds(10))
                        .build()
                        .lateAge())
                .as("of a short one")
                .isEqualTo(seconds(631 * 8 / 10));
    }

    @Test
    void keepsConnectionsOpenForTheLongerOfTheTwoSilences() {
        assertThat(usual().maxIdle(seconds(600)).build().albIdleTimeout()).isEqualTo(seconds(600));
        assertThat(usual().maxIdle(seconds(200)).build().albIdleTimeout()).isEqualTo(seconds(300));
    }

    @Test
    void takesLongestWithANumberOfTasksThatRoundingMakesWorse() {
        DrainBudget budget = usual().tasks(4).maximumPercent(150).build();

        assertThat(budget.rounds()).isEqualTo(2);
        Optional<FleetOffer.Instance> offered = Optional.of(new FleetOffer.Instance(9 * 256, 16_384, 14_745));
        DrainLength length =
                new DrainLength(new FleetOffer(2, 2, false, offered, offered, List.of(), Optional.empty()));
        ServiceDemand service = new ServiceDemand(budget, 256, 512, 4, 6);
        assertThat(length.slowest(service, List.of()))
                .as("two of five at a time")
                .isEqualTo(5);
        assertThat(length.longest(service, List.of())).isEqualTo(seconds(3 * 1135 + 2 * 10 + 420));
        assertThat(length.drain(service, List.of(), 4)).isEqualTo(budget.hookTimeout());
    }

    @Test
    void waitsForAnInstanceInEachRoundWhereTheFleetGrows() {
        DrainBudget budget =
                sized().tasks(1).instances(1).fleetGrows(seconds(240)).build();

        assertThat(budget.hookTimeout()).isEqualTo(seconds(1555 + 240));
        assertThat(budget.arithmetic()).contains("rounds 1 × (instanceStart 240 s + taskStart 60 s + ");
    }

    @Test
    void takesTheTimesThatAreSaid() {
        DrainBudget budget = usual().deregistrationDelay(seconds(1000))
                .stopTimeout(seconds(85))
                .hookTimeout(seconds(3600))
                .heartbeatTimeout(seconds(300))
                .albIdleTimeout(seconds(4000))
                .keepAlive(seconds(4001))
                .minimumHealthyPercent(50)
                .build();

        assertThat(budget.deregistrationDelay()).isEqualTo(seconds(1000));
        assertThat(budget.stopTimeout()).isEqualTo(seconds(85));
        assertThat(budget.hookTimeout()).isEqualTo(seconds(3600));
        assertThat(budget.heartbeatTimeout()).isEqualTo(seconds(300));
        assertThat(budget.albIdleTimeout()).isEqualTo(seconds(4000));
        assertThat(budget.keepAlive()).isEqualTo(seconds(4001));
        assertThat(budget.minimumHealthyPercent()).isEqualTo(50);
    }

    static Stream<Arguments> brokenRules() {
        return Stream.of(
                rule(
                        b -> b.deregistrationDelay(seconds(959)),
                        "deregistrationDelay 959 s ≥ maxRequestDuration 900 s + maxIdle 60 s = 960 s does not hold,"
                                + " 1 s short"),
                rule(
                        b -> b.maxRequestDuration(seconds(3541)),
                        "deregistrationDelay maxRequestDuration 3541 s + maxIdle 60 s = 3601 s ≤ 3600 s, the"
                                + " maximum of a target group does not hold, 1 s too much"),
                rule(
                        b -> b.stopTimeout(seconds(84)),
                        "stopTimeout 84 s ≥ serviceShutdown 65 s + abortTimeout 10 s + exit 10 s = 85 s does not hold, 1 s"
                                + " short"),
                rule(
                        b -> b.serviceShutdown(seconds(101)),
                        "stopTimeout serviceShutdown 101 s + abortTimeout 10 s + exit 10 s = 121 s ≤ 120 s, the maximum"
                                + " of ECS does not hold, 1 s too much"),
                rule(
                        b -> b.abortTimeout(seconds(46)),
                        "stopTimeout serviceShutdown 65 s + abortTimeout 46 s + exit 10 s = 121 s ≤ 120 s, the maximum"
                                + " of ECS does not hold, 1 s too much"),
                rule(
                        b -> b.maxRequestDuration(seconds(59)),
                        "serviceShutdown 65 s − pre-stop 5 s = 60 s ≤ maxRequestDuration 59 s does not"
                                + " hold, 1 s too much"),
                rule(
                        b -> b.hookTimeout(seconds(1554)),
                        "hookTimeout 1554 s ≥ rounds 1 × (taskStart 60 s + healthChecks 25 s + deregistrationDelay"
                                + " 960 s +"
                                + " stopTimeout 90 s) + sweeps 5 × 60 s + margin 120 s = 1555 s does not hold, 1 s"
                                + " short"),
                rule(
                        b -> b.hookTimeout(seconds(29_701)).heartbeatTimeout(seconds(300)),
                        "hookTimeout 29701 s ≤ min(48 h, 100 × heartbeatTimeout 300 s) − sweeps 5 × 60 s = 29700 s does"
                                + " not hold, 1 s too much"),
                rule(
                        b -> b.tasks(60).maximumPercent(102).maxRequestDuration(seconds(3540)),
                        "hookTimeout 227510 s ≤ min(48 h, 100 × heartbeatTimeout 7200 s) − sweeps 5 × 60 s = 172500 s"
                                + " does not hold, 55010 s too much"),
                rule(
                        b -> b.maxIdle(seconds(301)).albIdleTimeout(seconds(300)),
                        "albIdleTimeout 300 s ≥ maxIdle 301 s does not hold, 1 s short"),
                rule(
                        b -> b.heartbeatTimeout(seconds(1556)),
                        "heartbeatTimeout 1556 s ≤ hookTimeout 1555 s does not hold, 1 s too much"),
                rule(
                        b -> b.heartbeatTimeout(seconds(299)),
                        "heartbeatTimeout 299 s ≥ sweeps 5 × 60 s = 300 s does not hold, 1 s short"),
                rule(
                        b -> b.albIdleTimeout(seconds(299)),
                        "albIdleTimeout 299 s ≥ longestSilence 300 s does not hold, 1 s short"),
                rule(
                        b -> b.keepAlive(seconds(300)),
                        "keepAlive 300 s ≥ albIdleTimeout 300 s + 1 s = 301 s does not hold, 1 s short"),
                rule(
                        b -> b.tasks(3).maximumPercent(133),
                        "replacements at once ⌊tasks 3 × (maximumPercent 133 − 100) ÷ 100⌋ = 0 ≥ 1 does not hold, 1"
                                + " short"),
                rule(
                        b -> b.tasks(5).tasksPerInstance(2),
                        "tasksPerInstance 2 ≥ ⌈tasks 5 ÷ instances 2⌉ = 3 does not hold, 1 short"),
                rule(
                        b -> sizes(b).tasks(4),
                        "room (instances 2 − 1) × ⌊min(instanceCpuUnits 2048 ÷ taskCpuUnits 512, instanceMemoryMiB"
                                + " 3884 ÷"
                                + " taskMemoryMiB 1024)⌋ = 3, together 3 ≥ tasks 4 does not hold, 1 short"),
                rule(
                        b -> sizes(b).tasks(7).fleetGrows(seconds(240)),
                        "room instances 2 × ⌊min(instanceCpuUnits 2048 ÷ taskCpuUnits 512, instanceMemoryMiB 3884 ÷"
                                + " taskMemoryMiB 1024)⌋ = 3, together 6 ≥ tasks 7 does not hold, 1 short"),
                rule(b -> sizes(b).instanceMemoryMiB(1023), "tasks that fit on an instance 0 ≥ 1, by "));
    }

    @ParameterizedTest
    @MethodSource("brokenRules")
    void refusesWhatBreaksARuleAndWritesTheSumOut(UnaryOperator<DrainBudget.Builder> change, String arithmetic) {
        DrainBudget.Builder broken = change.apply(usual());

        assertThatThrownBy(broken::build)
                .isInstanceOf(DrainBudgetException.class)
                .hasMessageStartingWith("The drain budget does not fit:\n  - ")
                .hasMessageContaining(arithmetic);
    }

    static Stream<Arguments> outOfBounds() {
        return Stream.of(
                rule(b -> b.maxRequestDuration(seconds(30)), "maxRequestDuration is 30 s, allowed is 31 to 3600 s"),
                rule(b -> b.maxRequestDuration(seconds(3601)), "maxRequestDuration is 3601 s, allowed is 31 to 3600 s"),
                rule(b -> b.maxIdle(seconds(0)), "maxIdle is 0 s, allowed is 1 to 3600 s"),
                rule(b -> b.longestSilence(seconds(0)), "longestSilence is 0 s, allowed is 1 to 4000 s"),
                rule(b -> b.longestSilence(seconds(4001)), "longestSilence is 4001 s, allowed is 1 to 4000 s"),
                rule(b -> b.serviceShutdown(seconds(4)), "serviceShutdown is 4 s, allowed is 5 to 120 s"),
                rule(b -> b.abortTimeout(seconds(121)), "abortTimeout is 121 s, allowed is 0 to 120 s"),
                rule(b -> b.taskStart(seconds(0)), "taskStart is 0 s, allowed is 1 to 7200 s"),
                rule(b -> b.healthChecks(seconds(7201)), "healthChecks is 7201 s, allowed is 1 to 7200 s"),
                rule(b -> b.fleetGrows(seconds(0)), "instanceStart is 0 s, allowed is 1 to 7200 s"),
                rule(
                        b -> b.deregistrationDelay(seconds(3601)),
                        "deregistrationDelay is 3601 s, allowed is 0 to 3600 s"),
                rule(b -> b.stopTimeout(seconds(121)), "stopTimeout is 121 s, allowed is 2 to 120 s"),
                rule(b -> b.hookTimeout(seconds(172_801)), "hookTimeout is 172801 s, allowed is 30 to 172800 s"),
                rule(b -> b.heartbeatTimeout(seconds(29)), "heartbeatTimeout is 29 s, allowed is 30 to 7200 s"),
                rule(b -> b.heartbeatTimeout(seconds(7201)), "heartbeatTimeout is 7201 s, allowed is 30 to 7200 s"),
                rule(b -> b.albIdleTimeout(seconds(4001)), "albIdleTimeout is 4001 s, allowed is 1 to 4000 s"),
                rule(b -> b.keepAlive(seconds(86_401)), "keepAlive is 86401 s, allowed is 1 to 86400 s"),
                rule(b -> b.maxIdle(Duration.ofMillis(1500)), "maxIdle is PT1.5S, allowed are whole seconds"),
                rule(b -> b.tasks(0), "tasks is 0, allowed is 1 to 5000. It is the service's desired count"),
                rule(b -> b.instances(0), "instances is 0, allowed is 1 to 5000. It is the size of the fleet"),
                rule(b -> b.tasksPerInstance(0), "tasksPerInstance is 0, allowed is 1 to 5000"),
                rule(b -> b.minimumHealthyPercent(101), "minimumHealthyPercent is 101, allowed is 0 to 100"),
                rule(b -> b.maximumPercent(99), "maximumPercent is 99, allowed is 100 to 1000"),
                rule(b -> sizes(b).taskCpuUnits(0), "taskCpuUnits is 0, allowed is 1 to 2147483647"),
                rule(b -> sizes(b).taskMemoryMiB(0), "taskMemoryMiB is 0, allowed is 1 to 2147483647"),
                rule(b -> sizes(b).instanceCpuUnits(0), "instanceCpuUnits is 0, allowed is 1 to 2147483647"),
                rule(b -> sizes(b).instanceMemoryMiB(0), "instanceMemoryMiB is 0, allowed is 1 to 2147483647"),
                rule(
                        b -> b.taskCpuUnits(256).instanceCpuUnits(2048),
                        "Some of the sizes are missing: set taskMemoryMiB, instanceMemoryMiB as well"));
    }

    @ParameterizedTest
    @MethodSource("outOfBounds")
    void refusesWhatIsOutOfBounds(UnaryOperator<DrainBudget.Builder> change, String message) {
        DrainBudget.Builder wrong = change.apply(usual());

        assertThatThrownBy(wrong::build)
                .isInstanceOf(DrainBudgetException.class)
                .hasMessageContaining(message);
    }

    @Test
    void listsEverythingThatDoesNotFit() {
        DrainBudgetException refused = catchThrowableOfType(
                DrainBudgetException.class,
                () -> usual().stopTimeout(seconds(84))
                        .keepAlive(seconds(1))
                        .deregistrationDelay(seconds(1))
                        .build());

        assertThat(refused.getBroken())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("stopTimeout 84 s"))
                .anySatisfy(line -> assertThat(line).startsWith("keepAlive 1 s"))
                .anySatisfy(line -> assertThat(line).startsWith("deregistrationDelay 1 s"));
        assertThat(List.copyOf(refused.getBroken()))
                .allSatisfy(line -> assertThat(refused).hasMessageContaining(line));
    }

    @Test
    void wantsTheTasksAndTheInstancesToBeSaid() {
        assertThatThrownBy(() -> DrainBudget.Builder.create().build())
                .hasMessageContaining("set tasks(…)")
                .hasMessageContaining("set instances(…)");
    }

    private static Arguments rule(UnaryOperator<DrainBudget.Builder> change, String message) {
        return Arguments.of(change, message);
    }

    private static DrainBudget.Builder usual() {
        return DrainBudget.Builder.create().tasks(2).instances(2);
    }

    private static DrainBudget.Builder sized() {
        return sizes(usual());
    }

    private static DrainBudget.Builder sizes(DrainBudget.Builder builder) {
        return builder.taskCpuUnits(512)
                .taskMemoryMiB(1024)
                .instanceCpuUnits(2048)
                .instanceMemoryMiB(3884);
    }

    private static Duration seconds(long count) {
        return Duration.ofSeconds(count);
    }
}
