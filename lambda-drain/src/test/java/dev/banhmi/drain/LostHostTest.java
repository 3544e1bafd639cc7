package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the function counts of an instance whose agent is gone, sweep by sweep until it is released, with tasks that ECS still lists. The alarms of the
 * stack are played with it (infra-cdk's AlarmReplayTest), which therefore finds it in a file.
 */
class LostHostTest {

    /** The two numbers below; then, by line, the minute, the metric and its value. */
    private static final Path FILE = Path.of("src/test/resources/lost-host.txt");

    private static final Pattern METRIC = Pattern.compile("\"Name\":\"(?!Evaluations)(\\w+)\"");
    private static final long MINUTE = 60_000;

    /** The hook's timeout and what tasks have to stop, in seconds, of both configurations. */
    private static final int HOOK = 1_855;

    private static final int STOPPING = 1_470;

    @Test
    void countsTheHostAndNeitherItsAgeNorADeadlineNorATaskThatItsReleaseHasNotCut() {
        List<String> metrics = metrics(true);
        assertThat(metrics).anyMatch(line -> line.endsWith(" HostsLost 1"));
        assertThat(metrics).noneMatch(line -> line.matches(".* (DrainAge|DeadlinesReached|TasksCut|DrainsHeld) .*"));
    }

    /** A dead agent on a host that serves, which somebody or a refresh removes: its tasks are cut at the deadline. */
    @Test
    void anAgentThatIsGoneOnAHostThatServesStillRings() {
        List<String> metrics = metrics(false);
        assertThat(metrics)
                .anyMatch(line -> line.endsWith(" DeadlinesReached 1"))
                .anyMatch(line -> line.endsWith(" TasksCut 2"))
                .anyMatch(line -> line.contains(" DrainAge 16"))
                .noneMatch(line -> line.contains("HostsLost"));
    }

    @Test
    void theFileOfTheAlarmsIsWhatIsCounted() throws IOException {
        assertThat(Files.readString(FILE, StandardCharsets.UTF_8))
                .isEqualTo(HOOK + " " + STOPPING + "\n" + String.join("\n", metrics(true)) + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Unhealthy", "UNHEALTHY", "Healthy", "HEALTHY"})
    void readsTheHealthOfAnInstanceWhoeverReportsIt(String health) {
        boolean unhealthy = health.equalsIgnoreCase("unhealthy");
        assertThat(AutoScalingGroups.isUnhealthy(health)).isEqualTo(unhealthy);
        assertThat(AutoScalingGroups.isUnhealthy(null)).isFalse();
    }

    private static List<String> metrics(boolean unhealthy) {
        List<World.Task> tasks = List.of(
                new World.Task(1, false, -MINUTE, 20_000, World.NEVER),
                new World.Task(2, false, -MINUTE, 20_000, World.NEVER));
        World world = new World(new SplittableRandom(1), World.hookOf(Duration.ofSeconds(HOOK)), false, true, tasks);
        world.longestLag = 0;
        world.disconnectedFrom = 0;
        world.unhealthy = unhealthy;
        DrainPolicy policy = DrainSettings.from(Map.of(
                        DrainSettings.CLUSTER,
                        world.name().shortName(),
                        DrainSettings.HOOK,
                        world.hook.name(),
                        DrainSettings.STOPPING,
                        Duration.ofSeconds(STOPPING).toString()))
                .policy();
        List<String> metrics = new ArrayList<>();
        for (int minute = 0; !world.isReleased(); minute++) {
            world.now = Math.max(world.now, minute * MINUTE);
            String at = minute + " ";
            new DrainEvaluation(
                            world,
                            world,
                            policy,
                            new DrainDecision(policy),
                            new JournalLines(
                                    world.name(), "request", line -> metrics(line, at, metrics), world.clock()),
                            world.clock(),
                            world.invocation())
                    .evaluate(new DrainHint.Sweep());
        }
        assertThat(world.completedAt).as("released by the function").isLessThan(World.NEVER);
        return metrics;
    }

    private static void metrics(String line, String at, List<String> metrics) {
        Matcher names = METRIC.matcher(line);
        while (names.find()) {
            String name = names.group(1);
            Matcher value = Pattern.compile("\"" + name + "\":(\\d+)").matcher(line);
            Optional.of(value).filter(Matcher::find).ifPresent(found -> metrics.add(at + name + " " + found.group(1)));
        }
    }
}
