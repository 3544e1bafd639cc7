package dev.banhmi.cdk.constructs.service;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.association;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.attribute;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.container;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.meaning;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.own;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The template with only the required options, with a certificate. */
class ZeroDowntimeServiceTest {
    private static final DrainBudget BUDGET = ServiceSandbox.budget().build();

    private static JsonNode template;

    @BeforeAll
    static void synthesize() {
        template = ServiceSandbox.template(service -> service);
    }

    @Test
    void hasTheSameResourcesInABareAppAndWithAllRecommendedFlags() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.recommended());
        world.bare().certificate(world.certificate()).build();
        assertThat(meaning(own(world.sandbox().template(), ServiceSandbox.ID)))
                .isEqualTo(meaning(own(template, ServiceSandbox.ID)));
    }

    @Test
    void keepsTheLogicalIdsOfItsResources() {
        assertThat(own(template, ServiceSandbox.ID).entrySet().stream()
                        .map(resource -> resource.getKey() + " "
                                + resource.getValue().path("Type").asText())
                        // Rules between two groups are named after both.
                        .filter(resource -> !resource.endsWith("gress"))
                        .map(resource -> resource.replaceFirst("AWS::.*::", ""))
                        .toList())
                .containsExactly(
                        "GatewayDeploymentErrorsF76C2D1B Alarm",
                        "GatewayDeploymentUnhealthyTasks5D93B827 Alarm",
                        "GatewayExecutionRole8A9A5BCC Role",
                        "GatewayExecutionRoleDefaultPolicy94D12FCD Policy",
                        "GatewayLoadBalancer0F44D590 LoadBalancer",
                        "GatewayLoadBalancerHttp51A789E3 Listener",
                        "GatewayLoadBalancerHttps2B26703F Listener",
                        "GatewayLoadBalancerSecurityGroup93AB4C5C SecurityGroup",
                        "GatewayLogs34792D0F LogGroup",
                        "GatewayRefreshErrors02A9A5D8 Alarm",
                        "GatewayService5E8511BF Service",
                        "GatewayServiceTaskCountTargetCpu883C641D ScalingPolicy",
                        "GatewayServiceTaskCountTargetDDE9F5A7 ScalableTarget",
                        "GatewayServiceTaskCountTargetMemory475B0F73 ScalingPolicy",
                        "GatewayServiceTaskCountTargetRequests77DD5E5B ScalingPolicy",
                        "GatewayTargets6382C086 TargetGroup",
                        "GatewayTask143A99F6 TaskDefinition",
                        "GatewayTaskRole2822BEB9 Role");
    }

    /** Under another id, CloudFormation would make the new one while the old one has the port, and fail. */
    @Test
    void keepsTheListenerOfPort80WhenACertificateComesOrGoes() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        world.bare().plainHttp("a test").build();
        JsonNode without = world.sandbox().template();
        assertThat(listenerOfPort80(without)).isEqualTo(listenerOfPort80(template));
        assertThat(whatPort80Does(without)).isEqualTo("forward");
        assertThat(whatPort80Does(template)).isEqualTo("redirect");
    }

    /** A target group that no listener has checks its targets anew before it serves. */
    @Test
    void port80LetsGoOfTheTargetsWhenPort443HasThem() {
        JsonNode before =
                template.path("Resources").path(listenerOf(80, template)).path("DependsOn");
        assertThat(before).extracting(JsonNode::asText).contains(listenerOf(443, template));
        assertThat(References.cycle(template)).isEmpty();
    }

    private static String whatPort80Does(JsonNode template) {
        return template.path("Resources")
                .path(listenerOfPort80(template))
                .at("/Properties/DefaultActions/0/Type")
                .asText();
    }

    private static String listenerOfPort80(JsonNode template) {
        return listenerOf(80, template);
    }

    private static String listenerOf(int port, JsonNode template) {
        return own(template, ServiceSandbox.ID).entrySet().stream()
                .filter(resource -> resource.getValue().at("/Properties/Port").asInt() == port
                        && resource.getValue().path("Type").asText().endsWith("::Listener"))
                .map(Map.Entry::getKey)
                .reduce((one, other) -> one + " and " + other)
                .orElseThrow();
    }

    @Test
    void runsTheContainerAsNobodyWithNothingToGain() {
        JsonNode container = container(template);
        assertThat(container.path("User").asText()).isEqualTo("10001");
        assertThat(container.path("Privileged").asBoolean(true)).isFalse();
        assertThat(container.path("ReadonlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.at("/LinuxParameters/Capabilities/Drop")).hasSize(1);
        assertThat(container.at("/LinuxParameters/Capabilities/Drop/0").asText())
                .isEqualTo("ALL");
        assertThat(container.at("/LinuxParameters/Capabilities/Add").isMissingNode())
                .isTrue();
        assertThat(container.path("DockerSecurityOptions")).hasSize(1);
        assertThat(container.at("/DockerSecurityOptions/0").asText()).isEqualTo("no-new-privileges");
    }

    @Test
    void mapsOnePortOfTheContainerToAnyOfTheHost() {
        assertThat(only(template, "AWS::ECS::TaskDefinition")
                        .path("NetworkMode")
                        .asText())
                .isEqualTo("bridge");
        JsonNode ports = container(template).path("PortMappings");
        assertThat(ports).hasSize(1);
        assertThat(ports.at("/0/ContainerPort").asInt()).isEqualTo(8080);
        assertThat(ports.at("/0/HostPort").asInt(-1)).isZero();
    }

    @Test
    void givesATaskTheTimesOfTheBudget() {
        assertThat(container(template).path("StopTimeout").asLong())
                .isEqualTo(BUDGET.stopTimeout().toSeconds());
        assertThat(environment(template)).isEmpty();
    }

    @Test
    void writesLogsWithoutMakingTheContainerWait() {
        JsonNode logging = container(template).path("LogConfiguration");
        assertThat(logging.path("LogDriver").asText()).isEqualTo("awslogs");
        assertThat(logging.at("/Options/mode").asText()).isEqualTo("non-blocking");
        assertThat(logging.at("/Options/max-buffer-size").asText()).isEqualTo("4194304b");
        assertThat(logging.at("/Options/awslogs-group/Ref").asText()).startsWith("GatewayLogs");
    }

    @Test
    void letsATaskWriteItsOwnLogOnlyAndPullItsImage() {
        JsonNode roles = template.path("Resources");
        String execution = only(template, "AWS::ECS::TaskDefinition")
                .at("/ExecutionRoleArn/Fn::GetAtt/0")
                .asText();
        assertThat(roles.path(execution).path("Type").asText()).isEqualTo("AWS::IAM::Role");
        List<String> wide = resources(template, "AWS::IAM::Policy").stream()
                .filter(policy -> policy.at("/Properties/Roles").toString().contains(execution))
                .flatMap(policy -> StreamSupport.stream(
                        policy.at("/Properties/PolicyDocument/Statement").spliterator(), false))
                .filter(statement -> statement.path("Resource").asText().equals("*"))
                .map(statement -> statement.path("Action").asText())
                .toList();
        assertThat(wide).containsExactly("ecr:GetAuthorizationToken");
    }

    @Test
    void givesTheCodeInATaskNoRightOfItsOwn() {
        String role = only(template, "AWS::ECS::TaskDefinition")
                .at("/TaskRoleArn/Fn::GetAtt/0")
                .asText();
        assertThat(template.path("Resources")
                        .path(role)
                        .at("/Properties/Policies")
                        .isMissingNode())
                .isTrue();
        assertThat(resources(template, "AWS::IAM::Policy").stream()
                        .filter(policy ->
                                policy.at("/Properties/Roles").toString().contains(role)))
                .isEmpty();
    }

    @Test
    void speaksTlsByThePolicyThatAwsRecommends() {
        JsonNode https = listener(443);
        assertThat(https.path("Protocol").asText()).isEqualTo("HTTPS");
        assertThat(https.path("SslPolicy").asText()).isEqualTo("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09");
        assertThat(https.at("/Certificates/0/CertificateArn").asText()).contains(":certificate/");
        assertThat(https.at("/DefaultActions/0/Type").asText()).isEqualTo("forward");
    }

    @Test
    void sendsPlainHttpToTlsAndNowhereElse() {
        JsonNode actions = listener(80).path("DefaultActions");
        assertThat(actions).hasSize(1);
        assertThat(actions.at("/0/Type").asText()).isEqualTo("redirect");
        assertThat(actions.at("/0/RedirectConfig/Protocol").asText()).isEqualTo("HTTPS");
        assertThat(actions.at("/0/RedirectConfig/Port").asText()).isEqualTo("443");
        assertThat(actions.at("/0/RedirectConfig/StatusCode").asText()).isEqualTo("HTTP_301");
    }

    @Test
    void isInternalAndLetsNobodyIn() {
        assertThat(only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
                        .path("Scheme")
                        .asText())
                .isEqualTo("internal");
        assertThat(resources(template, "AWS::EC2::SecurityGroup").stream()
                        .filter(group ->
                                group.at("/Properties/SecurityGroupIngress").size() > 0))
                .isEmpty();
    }

    @Test
    void reachesTheInstancesOnThePortsThatTheAgentGivesAndOnNoOthers() {
        JsonNode ingress = only(template, "AWS::EC2::SecurityGroupIngress");
        assertThat(ingress.path("SourceSecurityGroupId").toString()).contains("GatewayLoadBalancer");
        assertThat(ingress.path("GroupId").toString()).contains("Fleet");
        JsonNode egress = only(template, "AWS::EC2::SecurityGroupEgress");
        assertThat(egress.path("GroupId").toString()).contains("GatewayLoadBalancer");
        for (JsonNode rule : List.of(ingress, egress)) {
            assertThat(rule.path("FromPort").asInt()).isEqualTo(61_000);
            assertThat(rule.path("ToPort").asInt()).isEqualTo(65_535);
        }
        assertThat(only(template, "AWS::EC2::LaunchTemplate").toString())
                .contains("echo ECS_DYNAMIC_HOST_PORT_RANGE=61000-65535 >> /etc/ecs/ecs.config");
    }

    @Test
    void takesTheLoadBalancersTimesFromTheBudget() {
        JsonNode balancer =
                only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer").path("LoadBalancerAttributes");
        assertThat(attribute(balancer, "idle_timeout.timeout_seconds"))
                .isEqualTo(Long.toString(BUDGET.albIdleTimeout().toSeconds()));
        JsonNode targets =
                only(template, "AWS::ElasticLoadBalancingV2::TargetGroup").path("TargetGroupAttributes");
        assertThat(attribute(targets, "deregistration_delay.timeout_seconds"))
                .isEqualTo(Long.toString(BUDGET.deregistrationDelay().toSeconds()));
    }

    @Test
    void dropsHeadersThatAreNoneAndCanBeDeletedAndWritesNoAccessLog() {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer").path("LoadBalancerAttributes");
        assertThat(attribute(attributes, "routing.http.drop_invalid_header_fields.enabled"))
                .isEqualTo("true");
        assertThat(attribute(attributes, "deletion_protection.enabled")).isEqualTo("false");
        assertThat(attribute(attributes, "access_logs.s3.enabled")).isEmpty();
    }

    @Test
    void prefersTheTaskWithTheFewestTransfers() {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::TargetGroup").path("TargetGroupAttributes");
        assertThat(attribute(attributes, "load_balancing.algorithm.type")).isEqualTo("least_outstanding_requests");
    }

    @Test
    void checksHealthWhereTheTaskIsAndAsOftenAsTheBudgetCounts() {
        JsonNode targets = only(template, "AWS::ElasticLoadBalancingV2::TargetGroup");
        assertThat(targets.path("TargetType").asText()).isEqualTo("instance");
        assertThat(targets.path("HealthCheckPort").asText()).isEqualTo("traffic-port");
        assertThat(targets.path("HealthCheckPath").asText()).isEqualTo("/healthz");
        assertThat(targets.path("HealthCheckIntervalSeconds").asInt()
                                * targets.path("HealthyThresholdCount").asInt()
                        + targets.path("HealthCheckTimeoutSeconds").asInt())
                .isEqualTo(25);
        assertThat(targets.path("UnhealthyThresholdCount").asInt()).isEqualTo(3);
        assertThat(targets.at("/Matcher/HttpCode").asText()).isEqualTo("200");
    }

    @Test
    void startsNewTasksBeforeItStopsOldOnesAndTakesAFailureBack() {
        JsonNode deployment = only(template, "AWS::ECS::Service").path("DeploymentConfiguration");
        assertThat(deployment.path("MinimumHealthyPercent").asInt()).isEqualTo(100);
        assertThat(deployment.path("MaximumPercent").asInt()).isEqualTo(200);
        assertThat(deployment.at("/DeploymentCircuitBreaker/Enable").asBoolean())
                .isTrue();
        assertThat(deployment.at("/DeploymentCircuitBreaker/Rollback").asBoolean())
                .isTrue();
        assertThat(deployment.at("/Alarms/Enable").asBoolean()).isTrue();
        assertThat(deployment.at("/Alarms/Rollback").asBoolean()).isTrue();
        assertThat(deployment.at("/Alarms/AlarmNames").findValuesAsText("Ref"))
                .containsExactlyInAnyOrderElementsOf(
                        own(template, "GatewayDeployment").keySet());
    }

    @Test
    void watchesDeploymentsThroughTheLoadBalancerSoThatAlarmAndServiceDoNotWaitForEachOther() {
        Map<String, JsonNode> alarms = own(template, "GatewayDeployment");
        assertThat(alarms).hasSize(2).allSatisfy((id, alarm) -> {
            assertThat(alarm.toString()).doesNotContain("GatewayService");
            assertThat(alarm.at("/Properties/TreatMissingData").asText()).isEqualTo("notBreaching");
            assertThat(alarm.at("/Properties/AlarmDescription").asText()).contains("rolled back");
        });
        assertThat(own(template, "GatewayDeploymentErrors").values())
                .singleElement()
                .satisfies(alarm -> assertThat(alarm.at("/Properties/Metrics").findValuesAsText("MetricName"))
                        .containsExactlyInAnyOrder(
                                "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count", "RequestCount"));
    }

    @Test
    void spreadsOverZonesAndPacksWithinThem() {
        JsonNode service = only(template, "AWS::ECS::Service");
        assertThat(service.path("PlacementStrategies").toString())
                .isEqualTo("[{\"Field\":\"attribute:ecs.availability-zone\",\"Type\":\"spread\"},"
                        + "{\"Field\":\"MEMORY\",\"Type\":\"binpack\"}]");
        assertThat(service.path("AvailabilityZoneRebalancing").asText()).isEqualTo("ENABLED");
    }

    @Test
    void runsOnTheFleetsCapacityWithItsTagsAndWithoutAShell() {
        JsonNode service = only(template, "AWS::ECS::Service");
        assertThat(service.path("CapacityProviderStrategy")).hasSize(1);
        assertThat(service.path("LaunchType").isMissingNode()).isTrue();
        assertThat(service.path("PropagateTags").asText()).isEqualTo("SERVICE");
        assertThat(service.path("EnableECSManagedTags").asBoolean()).isTrue();
        assertThat(service.path("EnableExecuteCommand").asBoolean(true)).isFalse();
        assertThat(service.at("/DeploymentController/Type").asText()).isEqualTo("ECS");
        assertThat(service.path("HealthCheckGracePeriodSeconds").asInt()).isEqualTo(120);
    }

    @Test
    void waitsForTheListenerTheRolesAndTheCapacity() {
        List<String> dependencies = resources(template, "AWS::ECS::Service").stream()
                .flatMap(service ->
                        StreamSupport.stream(service.path("DependsOn").spliterator(), false))
                .map(JsonNode::asText)
                .toList();
        assertThat(dependencies)
                .anyMatch(id -> id.startsWith("GatewayLoadBalancerHttps"))
                .anyMatch(id -> id.startsWith("GatewayTaskRole"))
                .anyMatch(id -> id.startsWith("GatewayExecutionRoleDefaultPolicy"))
                .contains(association(template));
    }

    @Test
    void scalesOnCpuMemoryAndRequestsFromTheBudgetsTasksOn() {
        JsonNode target = only(template, "AWS::ApplicationAutoScaling::ScalableTarget");
        assertThat(target.path("MinCapacity").asInt()).isEqualTo(2);
        assertThat(target.path("MaxCapacity").asInt())
                .as("half of four instances with four places")
                .isEqualTo(8);
        assertThat(target.path("RoleARN").toString()).contains("AWSServiceRoleForApplicationAutoScaling_ECSService");
        Map<String, Integer> targets = resources(template, "AWS::ApplicationAutoScaling::ScalingPolicy").stream()
                .map(policy -> policy.at("/Properties/TargetTrackingScalingPolicyConfiguration"))
                .collect(Collectors.toMap(
                        policy -> policy.at("/PredefinedMetricSpecification/PredefinedMetricType")
                                .asText(),
                        policy -> policy.path("TargetValue").asInt()));
        assertThat(targets)
                .containsOnly(
                        Map.entry("ECSServiceAverageCPUUtilization", 60),
                        Map.entry("ECSServiceAverageMemoryUtilization", 85),
                        Map.entry("ALBRequestCountPerTarget", 30_000));
    }

    @Test
    void keepsLogsForAMonthAndAfterItself() {
        JsonNode logs = resources(template, "AWS::Logs::LogGroup").stream()
                .filter(group -> group.at("/Properties/RetentionInDays").asInt() == 30)
                .findFirst()
                .orElseThrow();
        assertThat(logs.path("DeletionPolicy").asText()).isEqualTo("Retain");
    }

    @Test
    void handsOutWhatItIsMadeOf() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        ZeroDowntimeService service =
                world.bare().certificate(world.certificate()).build();
        assertThat(service.getTaskDefinition().getTaskRole().getNode().getPath())
                .isEqualTo(service.getTaskRole().getNode().getPath());
        assertThat(service.getListener().getNode().getId()).isEqualTo("Https");
        assertThat(service.getTargetGroup().getNode().getId()).isEqualTo("Targets");
        assertThat(service.getLogGroup().getNode().getId()).isEqualTo("Logs");
        assertThat(service.getService().getNode().getId()).isEqualTo("Service");
        assertThat(service.getLoadBalancer().getNode().getId()).isEqualTo("LoadBalancer");
        assertThat(service.getBudget().tasks()).isEqualTo(2);
        assertThat(service.getUrl()).startsWith("https://");
        assertThat(service.metricCpuUtilization().getMetricName()).isEqualTo("CPUUtilization");
        assertThat(service.metricMemoryUtilization().getMetricName()).isEqualTo("MemoryUtilization");
        assertThat(Objects.requireNonNull(
                                service.metricUnhealthyTasks().toMetricConfig().getMetricStat())
                        .getMetricName())
                .isEqualTo("UnHealthyHostCount");
        assertThat(Objects.requireNonNull(
                                service.metricErrorPercent().toMetricConfig().getMathExpression())
                        .getPeriod())
                .isEqualTo(300);
    }

    private static Map<String, String> environment(JsonNode template) {
        return StreamSupport.stream(container(template).path("Environment").spliterator(), false)
                .collect(Collectors.toMap(
                        variable -> variable.path("Name").asText(),
                        variable -> variable.path("Value").asText()));
    }

    private static JsonNode listener(int port) {
        return resources(template, "AWS::ElasticLoadBalancingV2::Listener").stream()
                .map(listener -> listener.path("Properties"))
                .filter(listener -> listener.path("Port").asInt() == port)
                .findFirst()
                .orElseThrow();
    }
}
