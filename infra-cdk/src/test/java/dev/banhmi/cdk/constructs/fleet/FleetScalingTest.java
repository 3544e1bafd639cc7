package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FleetScalingTest {
    private static final Pattern SHARE = Pattern.compile("(\\w+)/(\\d+)");

    @Test
    void oneInstanceMoreComesWithAnyHighMeasure() {
        JsonNode template = fleet(FleetScaling.steps());
        Map<String, Integer> high = high(template);
        assertThat(high)
                .isEqualTo(Map.of(
                        "CPUUtilization", 70, "MemoryUtilization", 85, "CPUReservation", 75, "MemoryReservation", 75));
        for (JsonNode alarm : alarms(template, "GreaterThanOrEqualToThreshold")) {
            assertThat(alarm.path("AlarmActions").path(0).path("Ref").asText()).startsWith("FleetScaleOut");
            assertThat(alarm.path("Period").asInt()).isEqualTo(60);
            assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(2);
            assertThat(alarm.path("Namespace").asText()).isEqualTo("AWS/ECS");
            assertThat(alarm.path("Dimensions").path(0).path("Name").asText()).isEqualTo("ClusterName");
            assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
            assertThat(alarm.path("AlarmDescription").asText()).contains("one instance is added");
        }
        assertThat(steps(template).path(0).path("ScalingAdjustment").asInt()).isEqualTo(1);
        assertThat(steps(template).path(0).path("MetricIntervalLowerBound").asInt(-1))
                .isZero();
    }

    @Test
    void oneInstanceLessGoesWhenAllMeasuresAreLowAndOneAlarmDecides() {
        JsonNode template = fleet(FleetScaling.steps());
        List<JsonNode> low = alarms(template, "LessThanThreshold");
        assertThat(low).hasSize(1);
        JsonNode alarm = low.get(0);
        assertThat(expression(template)).isEqualTo("MAX([cpu/35, memory/55, cpuReserved/37, memoryReserved/37])");
        assertThat(alarm.path("Threshold").asInt()).isEqualTo(1);
        assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(15);
        assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
        assertThat(alarm.path("AlarmActions").path(0).path("Ref").asText()).startsWith("FleetScaleIn");
        assertThat(alarm.path("Metrics"))
                .filteredOn(metric -> metric.has("MetricStat"))
                .extracting(metric -> metric.path("Id").asText() + " "
                        + metric.path("MetricStat")
                                .path("Metric")
                                .path("MetricName")
                                .asText() + " "
                        + metric.path("MetricStat").path("Period").asInt())
                .containsExactly(
                        "cpu CPUUtilization 60",
                        "memory MemoryUtilization 60",
                        "cpuReserved CPUReservation 60",
                        "memoryReserved MemoryReservation 60");
    }

    @Test
    void lowThresholdsSideBySideSendAFleetBothWaysAtOnceAndOursNever() {
        JsonNode template = fleet(FleetScaling.steps());
        Map<String, Integer> high = high(template);
        Map<String, Integer> low = low(template);
        int sideBySide = 0;
        for (int cpu = 0; cpu <= 100; cpu += 5) {
            for (int memory = 0; memory <= 100; memory += 5) {
                for (int reserved = 0; reserved <= 100; reserved += 5) {
                    Map<String, Integer> load = Map.of(
                            "CPUUtilization", cpu,
                            "MemoryUtilization", memory,
                            "CPUReservation", reserved,
                            "MemoryReservation", 20);
                    boolean out = load.entrySet().stream()
                            .anyMatch(measure -> measure.getValue() >= threshold(high, measure.getKey()));
                    boolean in = load.entrySet().stream()
                            .allMatch(measure -> measure.getValue() < threshold(low, measure.getKey()));
                    assertThat(out && in).as("%s", load).isFalse();
                    sideBySide += out && (cpu < 35 || memory < 55) ? 1 : 0;
                }
            }
        }
        assertThat(sideBySide)
                .as("loads for which the alarms of 2018 scale both ways")
                .isPositive();
    }

    @Test
    void theLastOfTwoInstancesHasRoomForTheReservationsOfBoth() {
        JsonNode template = fleet(FleetScaling.steps());
        for (String reservation : List.of("CPUReservation", "MemoryReservation")) {
            assertThat(2 * threshold(low(template), reservation)).isLessThan(threshold(high(template), reservation));
        }
    }

    @Test
    void withStepsEcsItselfScalesNothing() {
        JsonNode provider = provider(fleet(FleetScaling.steps()));
        assertThat(provider.has("ManagedScaling")).isFalse();
    }

    @Test
    void managedScalingKeepsTheFleetAsFullAsItIsTold() {
        JsonNode template = fleet(FleetScaling.managed(80));
        assertThat(provider(template).path("ManagedScaling").path("Status").asText())
                .isEqualTo("ENABLED");
        assertThat(provider(template)
                        .path("ManagedScaling")
                        .path("TargetCapacity")
                        .asInt())
                .isEqualTo(80);
        assertThat(Sandbox.resources(template, "AWS::AutoScaling::ScalingPolicy"))
                .isEmpty();
        assertThat(Sandbox.resources(template, "AWS::CloudWatch::Alarm")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 101, -1})
    void refusesATargetThatIsNoShareOfTheFleet(int target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FleetScaling.managed(target))
                .withMessage("FleetScaling: targetPercent is " + target
                        + ", allowed is 1 to 100. Write 100 for a fleet that is kept full.");
    }

    private static JsonNode fleet(FleetScaling scaling) {
        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox).scaling(scaling).build();
        return sandbox.template();
    }

    private static JsonNode provider(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
    }

    private static List<JsonNode> alarms(JsonNode template, String comparison) {
        return Sandbox.resources(template, "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("ComparisonOperator").asText().equals(comparison))
                .toList();
    }

    private static JsonNode steps(JsonNode template) {
        return Sandbox.resources(template, "AWS::AutoScaling::ScalingPolicy").stream()
                .map(policy -> policy.path("Properties").path("StepAdjustments"))
                .filter(adjustments ->
                        adjustments.path(0).path("ScalingAdjustment").asInt() > 0)
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Integer> high(JsonNode template) {
        Map<String, Integer> thresholds = new HashMap<>();
        for (JsonNode alarm : alarms(template, "GreaterThanOrEqualToThreshold")) {
            thresholds.put(
                    alarm.path("MetricName").asText(), alarm.path("Threshold").asInt());
        }
        return thresholds;
    }

    private static Map<String, Integer> low(JsonNode template) {
        Map<String, String> names = new HashMap<>();
        for (JsonNode metric : alarms(template, "LessThanThreshold").get(0).path("Metrics")) {
            names.put(
                    metric.path("Id").asText(),
                    metric.path("MetricStat").path("Metric").path("MetricName").asText());
        }
        Map<String, Integer> thresholds = new HashMap<>();
        Matcher share = SHARE.matcher(expression(template));
        while (share.find()) {
            thresholds.put(Objects.requireNonNull(names.get(share.group(1))), Integer.parseInt(share.group(2)));
        }
        return thresholds;
    }

    private static String expression(JsonNode template) {
        for (JsonNode metric : alarms(template, "LessThanThreshold").get(0).path("Metrics")) {
            if (metric.has("Expression")) {
                return metric.path("Expression").asText();
            }
        }
        throw new AssertionError("No expression");
    }

    private static int threshold(Map<String, Integer> thresholds, String measure) {
        return Objects.requireNonNull(thresholds.get(measure));
    }
}
