package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.InstanceRefreshOptions;
import software.amazon.awscdk.services.autoscaling.InstanceRefreshStrategy;
import software.amazon.awscdk.services.autoscaling.UpdatePolicy;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;

/** What a deployment with another image or launch template does to the instances. */
class FleetRefreshTest {
    private final Sandbox sandbox = Sandbox.plain();

    @Test
    void plainCdkWatchesNothingAndPausesNowhere() {
        AutoScalingGroup.Builder.create(sandbox.stack(), "Group")
                .vpc(TestVpc.in(sandbox.stack()))
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .updatePolicy(UpdatePolicy.instanceRefresh(InstanceRefreshOptions.builder()
                        .strategy(InstanceRefreshStrategy.ROLLING)
                        .build()))
                .build();
        assertThat(preferences().has("AlarmSpecification")).isFalse();
        assertThat(preferences().has("CheckpointPercentages")).isFalse();
        assertThat(preferences().path("BakeTime").asInt()).isZero();
        // Then it waits an hour for an instance in Standby, and fails.
        assertThat(preferences().has("StandbyInstances")).isFalse();
    }

    @Test
    void leavesAnInstanceInStandbyToWhomeverSetItAside() {
        drained();
        assertThat(preferences().path("StandbyInstances").asText()).isEqualTo("Ignore");
    }

    @Test
    void replacesATenthAtATimeAndFirstOfAllOne() {
        drained();
        assertThat(preferences().path("MinHealthyPercentage").asInt()).isEqualTo(100);
        assertThat(preferences().path("MaxHealthyPercentage").asInt()).isEqualTo(110);
        assertThat(preferences().path("CheckpointPercentages").toString()).isEqualTo("[1,25,50,75,100]");
        assertThat(preferences().path("InstanceWarmup").asInt()).isEqualTo(180);
        assertThat(preferences().path("SkipMatching").asBoolean()).isTrue();
        assertThat(preferences().path("ScaleInProtectedInstances").asText()).isEqualTo("Refresh");
    }

    /** From the start of a drain: the limit, and then two periods, one to be measured and one to be seen. */
    @Test
    void pausesUntilTheAlarmOfMissingReplacementsWouldHaveRung() {
        Ec2Fleet fleet = drained();
        JsonNode alarm = watched().get(0);
        assertThat(alarm.path("MetricName").asText()).isEqualTo("ReplacementsOverdue");
        long limit = fleet.getDrain().orElseThrow().getReplacementLimit().toSeconds();
        long rings = limit
                + 2L
                        * alarm.path("DatapointsToAlarm").asInt()
                        * alarm.path("Period").asInt();
        assertThat(preferences().path("CheckpointDelay").asLong()).isGreaterThanOrEqualTo(rings);
        assertThat(preferences().path("BakeTime").asLong()).isGreaterThanOrEqualTo(rings);
    }

    @Test
    void failsAtTheAlarmsOfTheDrainWithoutACircle() {
        drained();
        assertThat(preferences().path("AlarmSpecification").path("Alarms"))
                .extracting(alarm -> alarm.path("Ref").asText().replaceAll("[0-9A-F]{8}$", ""))
                .containsExactly(
                        "FleetDrainRefreshReplacementAlarm",
                        "FleetDrainLaunchesAbandonedAlarm",
                        "FleetDrainDeadlinesReachedAlarm");
        assertThat(References.cycle(sandbox.template())).isEmpty();
    }

    /**
     * A rollback is a refresh, too, and watches what has failed the first one. RefreshOfOurStacksTest has the same of whole stacks, and compares the
     * numbers with those of lambda-drain's RefreshSimTest.
     */
    @Test
    void watchesNoAlarmThatRingsUntilTheRollbackHasHelped() {
        drained();
        assertThat(watched()).hasSize(3).allSatisfy(alarm -> {
            assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(4);
            assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(1);
            assertThat(alarm.path("TreatMissingData").asText()).isEqualTo("notBreaching");
            assertThat(alarm.path("Statistic").asText()).isEqualTo("Sum");
        });
        assertThat(watched())
                .extracting(alarm -> alarm.path("MetricName").asText())
                .containsExactly("ReplacementsOverdue", "LaunchesAbandoned", "DeadlinesReached");
    }

    @Test
    void watchesNoAlarmWhereThereIsNone() {
        Ec2FleetTest.usual(sandbox).build();
        assertThat(preferences().has("AlarmSpecification")).isFalse();
        assertThat(preferences().path("CheckpointDelay").asInt()).isEqualTo(900);
    }

    @Test
    void watchesAsManyAlarmsAsARefreshTakesAndNamesTheOneThatIsLeftOut() {
        Ec2Fleet fleet = drained();
        for (int i = 0; i < 8; i++) {
            fleet.addRefreshAlarm(Alarm.Builder.create(sandbox.stack(), "More" + i)
                    .metric(Metric.Builder.create()
                            .namespace("test")
                            .metricName("m")
                            .dimensionsMap(Map.of("d", "v"))
                            .build())
                    .threshold(1)
                    .evaluationPeriods(1)
                    .build());
        }
        assertThat(preferences().path("AlarmSpecification").path("Alarms")).hasSize(FleetRefresh.MOST_ALARMS);
        Annotations.fromStack(sandbox.stack())
                .hasWarning("/sandbox/Fleet", Match.stringLikeRegexp(".*watches 10 alarms, and sandbox/More7 .*"));
    }

    /** A stack that needs the fleet's comes after it. What is named by a text can be in any. */
    @Test
    void watchesAnAlarmOfAnotherStackOnlyByAName() {
        Ec2Fleet fleet = drained();
        Stack another = new Stack(sandbox.app(), "another");
        fleet.addRefreshAlarm(Alarm.Builder.create(another, "Unknown")
                .metric(Metric.Builder.create()
                        .namespace("test")
                        .metricName("m")
                        .build())
                .threshold(1)
                .evaluationPeriods(1)
                .build());
        fleet.addRefreshAlarm(Alarm.fromAlarmName(another, "Known", "known"));

        JsonNode alarms = preferences().path("AlarmSpecification").path("Alarms");
        assertThat(alarms).hasSize(4);
        assertThat(alarms.path(3).asText()).isEqualTo("known");
        Annotations.fromStack(sandbox.stack())
                .hasWarning(
                        "/sandbox/Fleet",
                        Match.stringLikeRegexp("another/Unknown is in the stack another, .*does not stop a refresh.*"));
    }

    /** Nothing would stop a refresh whose new instances carry no tasks. */
    @Test
    void refusesASharedDrainWhoseAlarmsAreInAnotherStack() {
        Cluster cluster = Cluster.Builder.create(sandbox.stack(), "Cluster")
                .vpc(TestVpc.in(sandbox.stack()))
                .build();
        InstanceDrain drain = InstanceDrain.Builder.create(new Stack(sandbox.app(), "another"), "Drain")
                .cluster(cluster)
                .budget(budget())
                .jar(StandInDrainJar.usual())
                .build();
        Ec2Fleet.Builder fleet = Ec2Fleet.Builder.create(sandbox.stack(), "Fleet")
                .vpc(cluster.getVpc())
                .cluster(cluster)
                .architecture(ImageArchitecture.ARM64)
                .instanceTypes(new InstanceType("m7g.large"))
                .drain(DrainStrategy.lifecycleHook(drain));

        assertThatIllegalArgumentException()
                .isThrownBy(fleet::build)
                .withMessage("sandbox/Fleet: drain is another/Drain, of the stack another, allowed is a drain of the"
                        + " fleet's own stack, sandbox. A refresh of the fleet stops at the alarms of its drain, which its"
                        + " group can name only in its own stack: build the InstanceDrain there.");
    }

    private Ec2Fleet drained() {
        return Ec2FleetTest.usual(sandbox)
                .drain(DrainStrategy.lifecycleHook(budget(), StandInDrainJar.usual()))
                .build();
    }

    private static DrainBudget budget() {
        return DrainBudget.Builder.create()
                .maxRequestDuration(Duration.ofMinutes(15))
                .tasks(2)
                .instances(2)
                .build();
    }

    /** The properties of the alarms that the update policy names. */
    private List<JsonNode> watched() {
        JsonNode resources = sandbox.template().path("Resources");
        List<JsonNode> watched = new ArrayList<>();
        preferences()
                .path("AlarmSpecification")
                .path("Alarms")
                .forEach(alarm ->
                        watched.add(resources.path(alarm.path("Ref").asText()).path("Properties")));
        return watched;
    }

    private JsonNode preferences() {
        List<JsonNode> groups = Sandbox.resources(sandbox.template(), "AWS::AutoScaling::AutoScalingGroup");
        return groups.get(0).at("/UpdatePolicy/AutoScalingInstanceRefresh/Preferences");
    }
}
