package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainSimulator;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the stacks replace instances, and that lambda-drain's simulator does it with the same numbers. */
class RefreshOfOurStacksTest {
    private static JsonNode dev;
    private static JsonNode prod;

    @BeforeAll
    static void read() throws IOException {
        dev = SynthesizedAssembly.shared("dev").service();
        prod = SynthesizedAssembly.shared("prod").service();
    }

    /** None is about a state that the rollback, which watches the same ones, has to end. */
    @Test
    void everyAlarmOfARefreshCountsEventsAndIsOverByItself() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(watched(template)).hasSize(4).allSatisfy(alarm -> {
                assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(4);
                assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(1);
                assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
                assertThat(alarm.path("ComparisonOperator").asText()).isEqualTo("GreaterThanThreshold");
                assertThat(alarm.path("Threshold").asInt(1)).isZero();
            });
            assertThat(watched(template))
                    .extracting(RefreshOfOurStacksTest::event)
                    .containsExactly(
                            "Sum of ReplacementsOverdue",
                            "Sum of LaunchesAbandoned",
                            "Sum of DeadlinesReached",
                            "IF(errors > 5, IF(errors - DIFF(errors) > 5, 0, 1), 0)");
        }
    }

    @Test
    void theSimulatorHasTheNumbersOfProd() {
        Map<String, Long> numbers = new TreeMap<>();
        JsonNode preferences = prod.findValue("AutoScalingInstanceRefresh").path("Preferences");
        numbers.put("warmUp", preferences.path("InstanceWarmup").asLong());
        numbers.put("pause", preferences.path("CheckpointDelay").asLong());
        for (int i = 0; i < preferences.path("CheckpointPercentages").size(); i++) {
            numbers.put(
                    "checkpoint." + i,
                    preferences.path("CheckpointPercentages").path(i).asLong());
        }
        numbers.put(
                "hookTimeout",
                Sandbox.onlyTerminationHook(prod).path("HeartbeatTimeout").asLong());
        numbers.put("launchTimeout", launchTimeout());
        numbers.put(
                "stopping",
                Duration.parse(prod.findValue("BANHMI_STOPPING").asText()).toSeconds());
        JsonNode overdue = watched(prod).get(0);
        long period = overdue.path("Period").asLong();
        numbers.put("period", period);
        numbers.put("periods", overdue.path("EvaluationPeriods").asLong());
        numbers.put(
                "errorPercent",
                Long.parseLong(event(watched(prod).get(3)).replaceAll("^IF\\(errors > (\\d+),.*", "$1")));
        long limit = waitThatPages();
        numbers.put("replacementLimit", limit);
        // The function reckons the same limit by itself, and counts for two periods, of which one is whole.
        numbers.put("event.first", limit + 1);
        numbers.put("event.last", limit + 2 * period);
        assertThat(new TreeMap<>(DrainSimulator.numbersOfRefreshes())).isEqualTo(numbers);
        // A pause ends when those two periods have.
        assertThat(preferences.path("CheckpointDelay").asLong()).isEqualTo(limit + 2 * period);
        assertThat(preferences.path("BakeTime").asLong()).isEqualTo(limit + 2 * period);
    }

    private static long launchTimeout() {
        return resources(prod, "AWS::AutoScaling::LifecycleHook").stream()
                .map(hook -> hook.path("Properties"))
                .filter(hook -> hook.path("LifecycleTransition").asText().endsWith("LAUNCHING"))
                .findFirst()
                .orElseThrow()
                .path("HeartbeatTimeout")
                .asLong();
    }

    private static long waitThatPages() {
        return resources(prod, "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("MetricName").asText().equals("ReplacementWait"))
                .findFirst()
                .orElseThrow()
                .path("Threshold")
                .asLong();
    }

    private static String event(JsonNode alarm) {
        return alarm.has("Metrics")
                ? alarm.path("Metrics").path(0).path("Expression").asText()
                : alarm.path("Statistic").asText() + " of "
                        + alarm.path("MetricName").asText();
    }

    /** The properties of the alarms that the update policy of the group names. */
    private static List<JsonNode> watched(JsonNode template) {
        List<JsonNode> alarms = new ArrayList<>();
        template.findValue("AlarmSpecification")
                .path("Alarms")
                .forEach(alarm -> alarms.add(template.path("Resources")
                        .path(alarm.path("Ref").asText())
                        .path("Properties")));
        return alarms;
    }
}
