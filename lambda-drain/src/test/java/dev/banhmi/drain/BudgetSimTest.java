package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A deployment that keeps every promise, and with one number changed each that breaks one. */
class BudgetSimTest {

    /** Start and health checks, deregistration delay and stop timeout. */
    private static final long ROUND = 85 + 960 + 90;

    /** Two rounds for an instance with two of four tasks, and 420 s for looks, release and margin. */
    private static final long HOOK = 2 * ROUND + 420;

    private final BudgetSim simulator = new BudgetSim();

    @Test
    void findsNoHarmWhereEverythingFits() {
        assertThat(simulator.apply(numbers())).isEmpty();
    }

    @Test
    void repeatsARunFromItsSeed() {
        Map<String, Long> numbers = numbers();
        numbers.put("fleet.hookTimeout", 1_500L);
        numbers.put("fleet.heartbeat", 1_500L);
        numbers.put("seed", 7L);

        assertThat(simulator.apply(numbers)).isEqualTo(simulator.apply(numbers)).isNotEmpty();
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("cut: NONE", "service.0.deregistration", 959),
                change("cut: FUNCTION_IS_GONE", "fleet.hookTimeout", HOOK - 600, "fleet.heartbeat", HOOK - 600),
                change("cut: SWEEPS_ARE_LOST", "fleet.heartbeat", 240),
                change("cut: LATE_REPLACEMENT", "fleet.stopping", 700, "fleet.replacementAlarm", 10_000),
                change("cut: a silence", "service.0.albIdle", 299),
                change("cut: a silence", "service.0.maxIdle", 301, "service.0.deregistration", 1_201),
                change("cut: a connection that both sides close", "service.0.keepAlive", 300),
                change("short: NONE", "service.0.stop", 84),
                change("short: a deployment", "service.0.maximumPercent", 124),
                change("short: a deployment", "service.0.minimumPercent", 0),
                change("short: tasks at the peak", "service.0.most", 7),
                change("short: tasks at the peak", "service.0.cpu", 1_200, "fleet.most", 6),
                change("short: a deployment at the peak", "service.0.deregistration", 3_500),
                change("short: a deployment at the peak", "service.0.most", 9, "fleet.instanceStart", 240),
                change("short: the deployment fails", "service.0.deregistration", 3_601),
                change("short: the deployment fails", "service.0.stop", 121),
                change("short: the deployment fails", "service.0.albIdle", 4_001),
                change("short: the deployment fails", "service.0.longest", 59),
                change("short: the deployment fails", "fleet.heartbeat", 29),
                change("short: the deployment fails", "fleet.heartbeat", 7_200, "fleet.hookTimeout", 172_801),
                change("short: NONE", "service.0.memory", 5_000, "fleet.most", 6),
                change("stranded: NONE", "fleet.instances", 2),
                change("stranded: FUNCTION_IS_GONE", "fleet.heartbeat", HOOK + 400),
                change("stranded: ENDLESS_TASK", "fleet.heartbeat", 300, "fleet.hookTimeout", 30_000),
                change("page: NONE", "fleet.ageAlarm", HOOK - 600),
                change("rollback: NONE", "fleet.stopping", HOOK - 85, "fleet.replacementAlarm", 685));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void findsTheHarmOfOneNumber(String harm, Map<String, Long> changes) {
        Map<String, Long> numbers = numbers();
        numbers.putAll(changes);

        assertThat(simulator.apply(numbers)).containsKey(harm);
    }

    /** One task of another service needs a whole instance, which is free only where two small ones share another. */
    @Test
    void packsTasksWithinAZone() {
        Map<String, Long> numbers = besideALargeOne();
        numbers.put("fleet.zones", 1L);

        assertThat(simulator.apply(numbers)).isEmpty();
    }

    @Test
    void spreadsTasksOverZonesBeforeItPacks() {
        Map<String, Long> numbers = besideALargeOne();
        numbers.put("fleet.zones", 2L);

        assertThat(simulator.apply(numbers)).containsKey("stranded: NONE");
    }

    /** Two of four tasks are on the instance. Where half may stop it is empty after one round, where a quarter may, after two. */
    @Test
    void stopsTasksFirstWhereNoReplacementMayStartBefore() {
        Map<String, Long> numbers = numbers();
        numbers.put("service.0.maximumPercent", 100L);
        numbers.put("service.0.minimumPercent", 50L);
        numbers.put("fleet.hookTimeout", HOOK - ROUND);
        numbers.put("fleet.heartbeat", HOOK - ROUND);
        assertThat(simulator.apply(numbers)).isEmpty();

        numbers.put("service.0.minimumPercent", 75L);
        assertThat(simulator.apply(numbers)).containsKey("stranded: NONE");

        numbers.put("fleet.hookTimeout", HOOK);
        numbers.put("fleet.heartbeat", HOOK);
        assertThat(simulator.apply(numbers)).isEmpty();
    }

    /** Nine tasks fill three instances of a fleet that grows no further: one in nine stops first, and nine rounds are within three hours. */
    @Test
    void deploysByStoppingTasksFirstWhereNothingIsFree() {
        BudgetCase full = deployed(9, 88, 200);
        BudgetDeployment deployment =
                new BudgetDeployment(full.fleet(), full.services().get(0), List.of());

        assertThat(deployment.seconds(9)).hasValue(9 * (ROUND + 10));
        BudgetCase stuck = deployed(9, 100, 200);
        assertThat(new BudgetDeployment(stuck.fleet(), stuck.services().get(0), List.of()).seconds(9))
                .isEmpty();
    }

    @Test
    void deploysAllTasksAtOnceWhereAllHaveRoom() {
        BudgetCase roomy = deployed(4, 100, 200);

        assertThat(new BudgetDeployment(roomy.fleet(), roomy.services().get(0), List.of()).seconds(4))
                .hasValue(ROUND + 10);
    }

    private static BudgetCase deployed(long tasks, long minimum, long maximum) {
        Map<String, Long> numbers = numbers();
        numbers.put("service.0.most", tasks);
        numbers.put("service.0.minimumPercent", minimum);
        numbers.put("service.0.maximumPercent", maximum);
        return BudgetCase.of(numbers);
    }

    /** All four tasks may be on an instance that is larger than the others, and one after the other they take four rounds. */
    @Test
    void packsTheInstanceThatIsRemovedByItsOwnSize() {
        Map<String, Long> numbers = numbers();
        numbers.put("service.0.onInstance", 4L);
        numbers.put("fleet.removedMemory", 4_000L);
        assertThat(simulator.apply(numbers)).isEmpty();

        numbers.put("fleet.removedMemory", 8_000L);
        assertThat(simulator.apply(numbers)).containsKey("stranded: NONE");
    }

    private static Map<String, Long> besideALargeOne() {
        Map<String, Long> numbers = numbers();
        numbers.keySet().stream()
                .filter(name -> name.startsWith("service.0."))
                .toList()
                .forEach(name -> numbers.put(name.replace(".0.", ".1."), numbers.get(name)));
        numbers.put("service.0.tasks", 2L);
        numbers.put("service.0.least", 2L);
        numbers.put("service.0.most", 2L);
        numbers.put("service.0.onInstance", 0L);
        numbers.put("service.0.maximumPercent", 200L);
        numbers.put("service.1.tasks", 1L);
        numbers.put("service.1.least", 1L);
        numbers.put("service.1.most", 1L);
        numbers.put("service.1.onInstance", 1L);
        numbers.put("service.1.maximumPercent", 200L);
        numbers.put("service.1.memory", numbers.get("fleet.memory"));
        return numbers;
    }

    private static Arguments change(String harm, String name, long number) {
        return Arguments.of(harm, Map.of(name, number));
    }

    private static Arguments change(String harm, String name, long number, String other, long another) {
        return Arguments.of(harm, Map.of(name, number, other, another));
    }

    /** Four tasks on three instances that carry three each, and one more at a time. */
    private static Map<String, Long> numbers() {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("fleet.instances", 3L);
        numbers.put("fleet.zones", 2L);
        numbers.put("fleet.least", 3L);
        numbers.put("fleet.most", 3L);
        numbers.put("fleet.instanceStart", 0L);
        numbers.put("fleet.stepStart", 240L);
        numbers.put("fleet.cpu", 2_048L);
        numbers.put("fleet.memory", 6_000L);
        numbers.put("fleet.mostMemory", 6_600L);
        numbers.put("fleet.removedCpu", 2_048L);
        numbers.put("fleet.removedMemory", 6_000L);
        numbers.put("fleet.hookTimeout", HOOK);
        numbers.put("fleet.heartbeat", HOOK);
        numbers.put("fleet.stopping", 960L + 90 + 420);
        numbers.put("fleet.ageAlarm", HOOK - 240);
        numbers.put("fleet.replacementAlarm", HOOK - 1_470 + 600);
        numbers.put("service.0.tasks", 4L);
        numbers.put("service.0.onInstance", 2L);
        numbers.put("service.0.least", 4L);
        numbers.put("service.0.most", 4L);
        numbers.put("service.0.minimumPercent", 100L);
        numbers.put("service.0.maximumPercent", 125L);
        numbers.put("service.0.cpu", 512L);
        numbers.put("service.0.memory", 2_000L);
        numbers.put("service.0.longest", 900L);
        numbers.put("service.0.maxIdle", 60L);
        numbers.put("service.0.silence", 300L);
        numbers.put("service.0.taskStart", 60L);
        numbers.put("service.0.healthChecks", 25L);
        numbers.put("service.0.deregistration", 960L);
        numbers.put("service.0.shutdown", 65L);
        numbers.put("service.0.aborts", 10L);
        numbers.put("service.0.stop", 90L);
        numbers.put("service.0.albIdle", 300L);
        numbers.put("service.0.keepAlive", 310L);
        return numbers;
    }
}
