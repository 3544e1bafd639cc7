package dev.banhmi.cdk.constructs.observe;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.meaning;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.own;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import dev.banhmi.cdk.constructs.service.ServiceSandbox;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.sns.Topic;

class ServiceObservabilityTest {
    private static final String ID = "Watch";

    private static JsonNode template;
    private static ServiceObservability watch;

    @BeforeAll
    static void synthesize() {
        Sandbox sandbox = Sandbox.plain();
        watch = in(sandbox);
        template = sandbox.template();
    }

    @Test
    void hasTheSameResourcesInABareAppAndWithAllRecommendedFlags() {
        Sandbox recommended = Sandbox.recommended();
        in(recommended);
        assertThat(meaning(own(recommended.template(), ID))).isEqualTo(meaning(own(template, ID)));
    }

    @Test
    void keepsTheLogicalIdsOfItsResources() {
        assertThat(own(template, ID).keySet())
                .containsExactly(
                        "WatchBalancerErrors5175C053",
                        "WatchCapacityMissingDB531ADF",
                        "WatchDashboard77C0F6EE",
                        "WatchNoHealthyTask1CC49DD9",
                        "WatchRefusedByTasks04EC6EFA",
                        "WatchRejectedConnectionsC3DF904B",
                        "WatchSlowAnswers09FE179D",
                        "WatchTargetErrors44C7C476",
                        "WatchTaskCpu0E08BC00",
                        "WatchTaskMemoryF5BCE8F9",
                        "WatchTopicE125D5FE",
                        "WatchTopicKey92834EA1",
                        "WatchTopicPolicy67E6AC5C",
                        "WatchUnhealthyTasks16F6549F");
    }

    @Test
    void everyAlarmNotifiesAndSaysWhatToDo() {
        List<JsonNode> notifying = resources(template, "AWS::CloudWatch::Alarm").stream()
                .filter(alarm -> alarm.at("/Properties").has("AlarmActions"))
                .toList();
        assertThat(notifying).hasSize(10).allSatisfy(alarm -> {
            assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1);
            assertThat(alarm.at("/Properties/OKActions")).isEqualTo(alarm.at("/Properties/AlarmActions"));
            boolean silenceRings =
                    alarm.at("/Properties/TreatMissingData").asText().equals("missing");
            assertThat(alarm.at("/Properties/InsufficientDataActions"))
                    .isEqualTo(alarm.at(silenceRings ? "/Properties/AlarmActions" : "/nothing"));
            assertThat(alarm.at("/Properties/AlarmActions/0/Ref").asText()).startsWith("WatchTopic");
            String description = alarm.at("/Properties/AlarmDescription").asText();
            assertThat(description.length()).isBetween(120, 1024);
            assertThat(description).containsAnyOf("Read ", "Raise ", "add tasks", "find the client", "deploy again");
        });
        assertThat(watch.getAlarms()).hasSize(10);
        assertThat(watch.getTopics()).hasSize(1);
    }

    /** They act by themselves, and without a deployment they mean nothing that another alarm does not say. */
    @Test
    void whatOnlyRollsBackNotifiesNobody() {
        Map<String, JsonNode> service = own(template, "Gateway");
        for (String id : List.of("DeploymentErrors", "DeploymentUnhealthyTasks", "RefreshErrors")) {
            assertThat(service.entrySet())
                    .filteredOn(resource -> resource.getKey().startsWith("Gateway" + id))
                    .singleElement()
                    .satisfies(resource -> {
                        assertThat(resource.getValue().path("Properties").has("AlarmActions"))
                                .as(id)
                                .isFalse();
                        assertThat(resource.getValue()
                                        .at("/Properties/AlarmDescription")
                                        .asText())
                                .contains("nothing", "nobody is notified");
                    });
        }
        // On the dashboard one sees them.
        assertThat(only(template, "AWS::CloudWatch::Dashboard")
                        .path("DashboardBody")
                        .toString())
                .contains("GatewayDeploymentErrors", "GatewayDeploymentUnhealthyTasks", "GatewayRefreshErrors");
    }

    @ParameterizedTest
    @CsvSource({
        "TargetErrors,        GreaterThanThreshold,          1,  2, 3,  notBreaching",
        "BalancerErrors,      GreaterThanOrEqualToThreshold, 5,  3, 3,  notBreaching",
        "SlowAnswers,         GreaterThanThreshold,          2,  3, 3,  notBreaching",
        "UnhealthyTasks,      GreaterThanOrEqualToThreshold, 1, 10, 10, notBreaching",
        "NoHealthyTask,       LessThanThreshold,             1,  3, 3,  missing",
        "RejectedConnections, GreaterThanThreshold,          0,  1, 1,  notBreaching",
        "RefusedByTasks,      GreaterThanOrEqualToThreshold, 10, 3, 3,  notBreaching",
        "CapacityMissing,     GreaterThanThreshold,          100, 5, 5, notBreaching",
        "TaskCpu,             GreaterThanThreshold,          90, 3, 3,  notBreaching",
        "TaskMemory,          GreaterThanThreshold,          95, 3, 3,  notBreaching"
    })
    void alarms(String id, String comparison, int threshold, int points, int periods, String missing) {
        JsonNode alarm = alarm(id);
        assertThat(alarm.path("ComparisonOperator").asText()).isEqualTo(comparison);
        assertThat(alarm.path("Threshold").asInt()).isEqualTo(threshold);
        assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(points);
        assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(periods);
        assertThat(alarm.path("TreatMissingData").asText()).isEqualTo(missing);
    }

    @ParameterizedTest
    @CsvSource({
        "BalancerErrors,      HTTPCode_ELB_5XX_Count,     Sum",
        "UnhealthyTasks,      UnHealthyHostCount,         Maximum",
        "NoHealthyTask,       HealthyHostCount,           Minimum",
        "RejectedConnections, RejectedConnectionCount,    Sum",
        "RefusedByTasks,      TargetConnectionErrorCount, Sum",
        "CapacityMissing,     CapacityProviderReservation, Minimum",
        "TaskCpu,             CPUUtilization,             Average",
        "TaskMemory,          MemoryUtilization,          Maximum"
    })
    void looksAt(String id, String metric, String statistic) {
        assertThat(alarm(id).path("MetricName").asText()).isEqualTo(metric);
        assertThat(alarm(id).path("Statistic").asText()).isEqualTo(statistic);
    }

    /**
     * Eight tasks of an instance's half on five instances: two places are free, so a deployment takes four rounds, and tasks wait for three
     * of them.
     */
    @Test
    void waitsForTheRoundsOfADeploymentThatHasNoRoomForAllTasksAtOnce() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        java.time.Duration round = java.time.Duration.ofSeconds(60 + 25)
                .plus(world.bare().plainHttp("a test").build().getBudget().stoppingTime())
                .minusSeconds(420);
        assertThat(capacityPeriods(5)).isEqualTo(3 + (3 * (round.toSeconds() + 10) + 299) / 300);
    }

    /** All eight new tasks have room at once, on four more instances: nothing is said of how long one takes, so ten minutes each. */
    @Test
    void waitsForInstancesThatComeOneByOne() {
        assertThat(capacityPeriods(8)).isEqualTo(3 + 3 * 10 / 5);
    }

    /** Eight tasks fill four instances: half of them stop first, and the other half in the second of two rounds. */
    @Test
    void waitsForADeploymentThatStopsTasksFirst() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        DrainBudget halves = DrainBudget.Builder.create()
                .tasks(2)
                .instances(2)
                .minimumHealthyPercent(50)
                .fleetGrows(java.time.Duration.ofMinutes(4))
                .build();
        java.time.Duration round = java.time.Duration.ofSeconds(240 + 60 + 25)
                .plus(halves.stoppingTime())
                .minusSeconds(420);
        ZeroDowntimeService service = world.bare()
                .budget(halves)
                .plainHttp("a test")
                .cpuUnits(1024)
                .maxTasks(8)
                .build();

        assertThat(service.getDeploymentWait()).isEqualTo(round.plusSeconds(10).multipliedBy(2));
    }

    /** Whatever the order: of sixteen places the first service's deployment finds four instead of eight, some of them on a second instance. */
    @Test
    void waitsAlsoForTheRoomThatAServiceTakesLater() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        ServiceObservability.Builder.create(world.stack(), ID)
                .service(world.bare().plainHttp("a test").build())
                .fleet(world.fleet())
                .build();
        ZeroDowntimeService.Builder.create(world.stack(), "Later")
                .fleet(world.fleet())
                .image(world.image())
                .budget(DrainBudget.Builder.create().tasks(2).instances(2).build())
                .healthCheckPath("/healthz")
                .plainHttp("a test")
                .maxTasks(4)
                .build();

        JsonNode alarm = own(sandbox.template(), "WatchCapacityMissing").values().stream()
                .findFirst()
                .orElseThrow()
                .path("Properties");
        assertThat(alarm.path("EvaluationPeriods").asInt()).isEqualTo(3 + (600 + 1145 + 299) / 300);
        assertThat(alarm.path("DatapointsToAlarm").asInt()).isEqualTo(3 + (600 + 1145 + 299) / 300);
        assertThat(alarm.path("AlarmDescription").asText()).contains("for an instance for 45 minutes:");
    }

    /** What it looks at is the fleet's, and does not say whose tasks wait. */
    @Test
    void hasAsMuchPatienceAsTheSlowestDeploymentOnTheFleetNeeds() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Fleet fleet = Ec2Fleet.Builder.create(world.stack(), "Shared")
                .vpc(world.vpc())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .drain(DrainStrategy.managed())
                .minInstances(4)
                .maxInstances(30)
                .build();
        ZeroDowntimeService small =
                onFleet(world, fleet, "Small").minTasks(2).maxTasks(3).build();
        ZeroDowntimeService large =
                onFleet(world, fleet, "Large").minTasks(2).maxTasks(25).build();
        assertThat(small.getDeploymentWait()).isLessThan(large.getDeploymentWait());
        assertThat(small.getLongestDeploymentWait()).isEqualTo(large.getDeploymentWait());
        for (ZeroDowntimeService service : List.of(small, large)) {
            ServiceObservability.Builder.create(
                            world.stack(), "Watch" + service.getNode().getId())
                    .service(service)
                    .fleet(fleet)
                    .build();
        }
        JsonNode both = sandbox.template();
        int periods = 3 + (int) ((large.getDeploymentWait().toSeconds() + 299) / 300);
        for (String id : List.of("WatchSmallCapacityMissing", "WatchLargeCapacityMissing")) {
            assertThat(own(both, id).values())
                    .singleElement()
                    .satisfies(alarm -> assertThat(
                                    alarm.at("/Properties/EvaluationPeriods").asInt())
                            .isEqualTo(periods));
        }
    }

    private static ZeroDowntimeService.Builder onFleet(ServiceSandbox world, Ec2Fleet fleet, String id) {
        return ZeroDowntimeService.Builder.create(world.stack(), id)
                .fleet(fleet)
                .image(world.image())
                .budget(DrainBudget.Builder.create().tasks(2).instances(2).build())
                .healthCheckPath("/healthz")
                .plainHttp("a test")
                .cpuUnits(1024)
                .memoryLimitMiB(1024);
    }

    private static int capacityPeriods(int maxInstances) {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Fleet fleet = Ec2Fleet.Builder.create(world.stack(), "Small")
                .vpc(world.vpc())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .drain(DrainStrategy.managed())
                .minInstances(2)
                .maxInstances(maxInstances)
                .build();
        ServiceObservability.Builder.create(world.stack(), ID)
                .service(world.bare()
                        .fleet(fleet)
                        .plainHttp("a test")
                        .cpuUnits(1024)
                        .memoryLimitMiB(1024)
                        .maxTasks(8)
                        .build())
                .fleet(fleet)
                .build();
        return own(sandbox.template(), "WatchCapacityMissing").values().stream()
                .map(alarm -> alarm.at("/Properties/EvaluationPeriods").asInt())
                .findFirst()
                .orElseThrow();
    }

    /** A fleet with steps has no capacity provider's metric, and grows by one instance in five minutes. */
    @Test
    void watchesReservationWhereEcsDoesNotScale() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Fleet fleet = Ec2Fleet.Builder.create(world.stack(), "Steps")
                .vpc(world.vpc())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .scaling(FleetScaling.steps())
                .drain(DrainStrategy.managed())
                .minInstances(world.fleet().getCapacity().minInstances())
                .build();
        ServiceObservability.Builder.create(world.stack(), ID)
                .service(world.bare().fleet(fleet).plainHttp("a test").build())
                .fleet(fleet)
                .build();
        Map<String, JsonNode> alarms = own(sandbox.template(), ID);
        for (String id : List.of("WatchCpuReserved", "WatchMemoryReserved")) {
            assertThat(alarms.entrySet())
                    .filteredOn(alarm -> alarm.getKey().startsWith(id))
                    .singleElement()
                    .satisfies(alarm -> assertThat(alarm.getValue()
                                            .at("/Properties/EvaluationPeriods")
                                            .asInt()
                                    * alarm.getValue().at("/Properties/Period").asInt())
                            .isEqualTo(1800));
        }
        assertThat(alarms.keySet()).noneMatch(id -> id.startsWith("WatchCapacityMissing"));
    }

    @Test
    void countsErrorsAmongRequestsAndForgivesAFew() {
        assertThat(alarm("TargetErrors").path("Metrics").findValuesAsText("MetricName"))
                .containsExactlyInAnyOrder("HTTPCode_Target_5XX_Count", "RequestCount");
        assertThat(alarm("TargetErrors").path("Metrics").findValuesAsText("Expression"))
                .containsExactly("IF(FILL(errors,0) >= 5, 100*FILL(errors,0)/FILL(requests,1), 0)");
    }

    @Test
    void judgesLatencyByThoseThatDoNotUploadForMinutes() {
        JsonNode slow = alarm("SlowAnswers");
        assertThat(slow.path("MetricName").asText()).isEqualTo("TargetResponseTime");
        assertThat(slow.path("ExtendedStatistic").asText()).isEqualTo("p25");
        assertThat(slow.path("EvaluateLowSampleCountPercentile").asText()).isEqualTo("ignore");
    }

    @Test
    void takesAnotherBoundForSlowResponses() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        builder(world).slowResponses(Duration.millis(1500)).build();
        assertThat(own(sandbox.template(), "WatchSlowAnswers").values())
                .singleElement()
                .satisfies(alarm ->
                        assertThat(alarm.at("/Properties/Threshold").asDouble()).isEqualTo(1.5));
    }

    @Test
    void hasATopicThatAlarmsCanReachAlthoughItIsEncryptedAndTakesTlsOnly() {
        assertThat(only(template, "AWS::SNS::Topic")
                        .at("/KmsMasterKeyId/Fn::GetAtt/0")
                        .asText())
                .startsWith("WatchTopicKey");
        JsonNode topic = only(template, "AWS::SNS::TopicPolicy").at("/PolicyDocument/Statement");
        assertThat(topic).hasSize(2);
        assertThat(statement(topic, "Deny")
                        .at("/Condition/Bool/aws:SecureTransport")
                        .asText())
                .isEqualTo("false");
        assertThat(statement(topic, "Allow").path("Action").asText()).isEqualTo("sns:Publish");
        assertOnlyAlarmsOfThisAccount(statement(topic, "Allow"));
        JsonNode key = only(template, "AWS::KMS::Key");
        assertThat(key.path("EnableKeyRotation").asBoolean()).isTrue();
        JsonNode forAlarms = key.at("/KeyPolicy/Statement/1");
        assertThat(forAlarms.path("Action").toString()).isEqualTo("[\"kms:Decrypt\",\"kms:GenerateDataKey*\"]");
        assertOnlyAlarmsOfThisAccount(forAlarms);
    }

    /** What CDK makes of a topic that is encrypted by CDK's own means and asks for TLS: nothing lets an alarm in. */
    @Test
    void aPlainTopicThatTakesTlsOnlyLetsNoAlarmIn() {
        Sandbox sandbox = Sandbox.plain();
        Topic.Builder.create(sandbox.stack(), "Topic").enforceSsl(true).build();
        JsonNode statements = only(sandbox.template(), "AWS::SNS::TopicPolicy").at("/PolicyDocument/Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.at("/0/Effect").asText()).isEqualTo("Deny");
    }

    @Test
    void notifiesTheTopicsThatItIsGivenAndMakesNone() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Topic pager = new Topic(sandbox.stack(), "Pager");
        Topic chat = new Topic(sandbox.stack(), "Chat");
        ServiceObservability given = builder(world).notify(pager).notify(chat).build();
        JsonNode both = sandbox.template();
        assertThat(given.getTopics()).containsExactly(pager, chat);
        assertThat(resources(both, "AWS::SNS::Topic")).hasSize(2);
        assertThat(resources(both, "AWS::KMS::Key")).isEmpty();
        assertThat(resources(both, "AWS::CloudWatch::Alarm"))
                .filteredOn(alarm -> alarm.at("/Properties").has("AlarmActions"))
                .hasSize(10)
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties/AlarmActions")).hasSize(2));
    }

    @Test
    void showsAlarmsFirstAndThenWhatTheyAreAbout() {
        String body = only(template, "AWS::CloudWatch::Dashboard")
                .path("DashboardBody")
                .toString();
        assertThat(List.of(
                        "Alarms",
                        "Requests",
                        "Errors",
                        "Seconds to the first byte of the response",
                        "Bytes",
                        "Connections",
                        "Tasks, percent of what they reserve",
                        "Cluster, percent reserved"))
                .allSatisfy(title -> assertThat(body).contains("\\\"title\\\":\\\"" + title + "\\\""));
        assertThat(body.indexOf("\\\"title\\\":\\\"Alarms")).isLessThan(body.indexOf("\\\"title\\\":\\\"Requests"));
        assertThat(body).contains("p25", "p99", "ECS reports nothing about its managed draining");
        assertThat(watch.getDashboard().getNode().getId()).isEqualTo("Dashboard");
    }

    @Test
    void leavesTheManagementPortToThoseBesideTheTask() {
        assertThat(ServiceSandbox.container(template).path("PortMappings")).hasSize(1);
        assertThat(template.toString()).doesNotContain("8081");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 3_600_001})
    void rejectsMeaninglessBoundForSlowResponses(long millis) {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        assertThatThrownBy(builder(world).slowResponses(Duration.millis(millis))::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Watch.slowResponses is " + millis + " ms, allowed is 1 ms to an hour");
    }

    @Test
    void refusesToBuildWithoutServiceAndFleetOrWithAnotherFleet() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        ZeroDowntimeService service = world.bare().plainHttp("a test").build();
        assertThatThrownBy(ServiceObservability.Builder.create(world.stack(), ID)::build)
                .hasMessageContaining("Watch.service is missing");
        assertThatThrownBy(
                        ServiceObservability.Builder.create(world.stack(), ID).service(service)::build)
                .hasMessageContaining("Watch.fleet is missing");
        Ec2Fleet other = Ec2Fleet.Builder.create(world.stack(), "Other")
                .vpc(world.vpc())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .drain(DrainStrategy.managed())
                .build();
        assertThatThrownBy(ServiceObservability.Builder.create(world.stack(), ID)
                        .service(service)
                        .fleet(other)::build)
                .hasMessageContaining("Watch.fleet is sandbox/Other, allowed is the service's own");
    }

    private static ServiceObservability in(Sandbox sandbox) {
        return builder(ServiceSandbox.in(sandbox)).build();
    }

    private static ServiceObservability.Builder builder(ServiceSandbox world) {
        return ServiceObservability.Builder.create(world.stack(), ID)
                .service(world.bare().certificate(world.certificate()).build())
                .fleet(world.fleet());
    }

    private static JsonNode alarm(String id) {
        Map<String, JsonNode> found = new TreeMap<>(own(template, ID + id));
        assertThat(found).hasSize(1);
        return new ArrayList<>(found.values()).get(0).path("Properties");
    }

    private static JsonNode statement(JsonNode statements, String effect) {
        for (JsonNode statement : statements) {
            if (statement.path("Effect").asText().equals(effect)) {
                return statement;
            }
        }
        throw new AssertionError("No statement with effect " + effect);
    }

    private static void assertOnlyAlarmsOfThisAccount(JsonNode statement) {
        assertThat(statement.at("/Principal/Service").asText()).isEqualTo("cloudwatch.amazonaws.com");
        assertThat(statement.at("/Condition/StringEquals/aws:SourceAccount/Ref").asText())
                .isEqualTo("AWS::AccountId");
        assertThat(statement.at("/Condition/ArnLike/aws:SourceArn").toString())
                .contains(":cloudwatch:us-east-1:", ":alarm:*");
    }
}
