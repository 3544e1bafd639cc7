package dev.banhmi.cdk.constructs.service;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.attribute;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.container;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;

class ZeroDowntimeServiceOptionsTest {
    /** For what is refused before anything is built. */
    private static ServiceSandbox world;

    /** With every option that goes together. */
    private static JsonNode template;

    private static String listenerId;
    private static String url;

    @BeforeAll
    static void synthesize() {
        world = ServiceSandbox.in(Sandbox.plain());
        ServiceSandbox other = ServiceSandbox.in(Sandbox.plain());
        Bucket bucket = Bucket.Builder.create(other.stack(), "AccessLogs")
                .encryption(BucketEncryption.S3_MANAGED)
                .build();
        ZeroDowntimeService service = other.bare()
                .plainHttp("the only client is on the same host")
                .internetFacing(true)
                .loadBalancerSubnets(SubnetSelection.builder()
                        .subnetType(SubnetType.PUBLIC)
                        .onePerAz(true)
                        .build())
                .clients(Peer.ipv4("10.0.0.0/8"))
                .clients(Peer.ipv4("192.168.0.0/16"), Peer.ipv4("172.16.0.0/12"))
                .environment(Map.of("SPRING_PROFILES_ACTIVE", "aws"))
                .environment(Map.of("REGION", "us-east-1"))
                .budgetVariables(ZeroDowntimeServiceOptionsTest::variables)
                .taskRole(Role.Builder.create(other.stack(), "OwnRole")
                        .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
                        .build())
                .cpuUnits(1024)
                .memoryLimitMiB(2048)
                .containerPort(9000)
                .healthCheckPath("/readyz")
                .minTasks(3)
                .maxTasks(6)
                .cpuTargetPercent(50)
                .memoryTargetPercent(90)
                .requestsPerTarget(500)
                .accessLogs(bucket)
                .deletionProtection(true)
                .logRetention(RetentionDays.ONE_WEEK)
                .logRemovalPolicy(RemovalPolicy.DESTROY)
                .build();
        listenerId = service.getListener().getNode().getId();
        url = service.getUrl();
        template = other.sandbox().template();
    }

    @Test
    void speaksPlainHttpWhereAReasonIsGiven() {
        JsonNode listener = only(template, "AWS::ElasticLoadBalancingV2::Listener");
        assertThat(listener.path("Port").asInt()).isEqualTo(80);
        assertThat(listener.path("Protocol").asText()).isEqualTo("HTTP");
        assertThat(listener.at("/DefaultActions/0/Type").asText()).isEqualTo("forward");
        assertThat(listenerId).isEqualTo("Http");
        assertThat(url).startsWith("http://");
    }

    @Test
    void standsWhereItIsTold() {
        JsonNode balancer = only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer");
        assertThat(balancer.path("Scheme").asText()).isEqualTo("internet-facing");
        assertThat(balancer.path("Subnets").toString()).contains("PublicSubnet").doesNotContain("PrivateSubnet");
        assertThat(attribute(balancer.path("LoadBalancerAttributes"), "deletion_protection.enabled"))
                .isEqualTo("true");
    }

    @Test
    void letsInThoseWhoAreNamedOnTheListenersPortOnly() {
        List<JsonNode> rules = resources(template, "AWS::EC2::SecurityGroup").stream()
                .flatMap(group -> StreamSupport.stream(
                        group.at("/Properties/SecurityGroupIngress").spliterator(), false))
                .toList();
        assertThat(rules)
                .hasSize(3)
                .allSatisfy(rule -> assertThat(rule.path("FromPort").asInt())
                        .isEqualTo(rule.path("ToPort").asInt())
                        .isEqualTo(80));
        assertThat(rules.stream().map(rule -> rule.path("CidrIp").asText()))
                .containsExactlyInAnyOrder("10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12");
    }

    @Test
    void letsClientsInOnThePortThatSendsThemToTls() {
        JsonNode tls = ServiceSandbox.template(service -> service.clients(Peer.ipv4("10.0.0.0/8")));
        assertThat(resources(tls, "AWS::EC2::SecurityGroup").stream()
                        .flatMap(group -> StreamSupport.stream(
                                group.at("/Properties/SecurityGroupIngress").spliterator(), false))
                        .map(rule -> rule.path("CidrIp").asText() + " "
                                + rule.path("FromPort").asInt()))
                .containsExactlyInAnyOrder("10.0.0.0/8 443", "10.0.0.0/8 80");
    }

    @Test
    void tellsTheContainerWhatTheCallerAddsBesideTheBudget() {
        assertThat(container(template).path("Environment").findValuesAsText("Name"))
                .isSorted()
                .contains("SPRING_PROFILES_ACTIVE", "REGION")
                .contains("KEEP_ALIVE");
        assertThat(container(template).path("Environment").findValuesAsText("Value"))
                .contains("310s");
    }

    @Test
    void usesTheRoleThatItIsGiven() {
        assertThat(only(template, "AWS::ECS::TaskDefinition")
                        .at("/TaskRoleArn/Fn::GetAtt/0")
                        .asText())
                .startsWith("OwnRole");
        assertThat(ServiceSandbox.own(template, "GatewayTaskRole")).isEmpty();
    }

    @Test
    void makesTasksOfTheSizeAndPortThatAreSaid() {
        JsonNode container = container(template);
        assertThat(container.path("Cpu").asInt()).isEqualTo(1024);
        assertThat(container.path("Memory").asInt()).isEqualTo(2048);
        assertThat(container.at("/PortMappings/0/ContainerPort").asInt()).isEqualTo(9000);
        JsonNode targets = only(template, "AWS::ElasticLoadBalancingV2::TargetGroup");
        // A placeholder: another one would replace the group.
        assertThat(targets.path("Port").asInt()).isEqualTo(8080);
        assertThat(targets.path("HealthCheckPath").asText()).isEqualTo("/readyz");
        assertThat(only(template, "AWS::ECS::Service")
                        .at("/LoadBalancers/0/ContainerPort")
                        .asInt())
                .isEqualTo(9000);
    }

    @Test
    void scalesWithinWhatIsSaid() {
        JsonNode target = only(template, "AWS::ApplicationAutoScaling::ScalableTarget");
        assertThat(target.path("MinCapacity").asInt()).isEqualTo(3);
        assertThat(target.path("MaxCapacity").asInt()).isEqualTo(6);
        assertThat(resources(template, "AWS::ApplicationAutoScaling::ScalingPolicy").stream()
                        .map(policy -> policy.at("/Properties/TargetTrackingScalingPolicyConfiguration/TargetValue")
                                .asInt()))
                .containsExactlyInAnyOrder(50, 90, 500);
    }

    @Test
    void raisesTheMostTasksWhereTheLeastAreMore() {
        JsonNode many = ServiceSandbox.template(service -> service.cpuUnits(128)
                .memoryLimitMiB(256)
                .budget(ServiceSandbox.budget()
                        .tasks(30)
                        .fleetGrows(Duration.ofMinutes(3))
                        .build()));
        assertThat(only(many, "AWS::ApplicationAutoScaling::ScalableTarget")
                        .path("MaxCapacity")
                        .asInt())
                .isEqualTo(30);
    }

    @Test
    void writesAccessLogsToTheBucketOnceItMayBeWrittenTo() {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer").path("LoadBalancerAttributes");
        assertThat(attribute(attributes, "access_logs.s3.enabled")).isEqualTo("true");
        assertThat(resources(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
                        .get(0)
                        .path("DependsOn")
                        .toString())
                .contains("AccessLogsPolicy");
    }

    @Test
    void keepsLogsAsLongAsIsSaid() {
        JsonNode logs = resources(template, "AWS::Logs::LogGroup").get(0);
        assertThat(logs.at("/Properties/RetentionInDays").asInt()).isEqualTo(7);
        assertThat(logs.path("DeletionPolicy").asText()).isEqualTo("Delete");
    }

    @Test
    void takesThePercentagesOfTheBudget() {
        JsonNode slow = ServiceSandbox.template(service -> service.budget(ServiceSandbox.budget()
                .tasks(4)
                .minimumHealthyPercent(75)
                .maximumPercent(150)
                .build()));
        JsonNode deployment = only(slow, "AWS::ECS::Service").path("DeploymentConfiguration");
        assertThat(deployment.path("MinimumHealthyPercent").asInt()).isEqualTo(75);
        assertThat(deployment.path("MaximumPercent").asInt()).isEqualTo(150);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refuses(String message, UnaryOperator<ZeroDowntimeService.Builder> options) {
        ZeroDowntimeService.Builder service = options.apply(plain(world.bare()));
        assertThatThrownBy(service::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sandbox: Gateway.")
                .hasMessageContaining(message);
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refusal(
                        "certificate and plainHttp is both, allowed is exactly one of them. Set certificate(…)",
                        service -> service.certificate(world.certificate())),
                refusal("plainHttp is blank, allowed is a reason", service -> service.plainHttp(" ")),
                refusal(
                        "image is for arm64, allowed is one for amd64, as the fleet's instances",
                        service -> service.image(ServiceImage.repository(
                                Repository.fromRepositoryName(world.stack(), "ArmImages", "gateway"),
                                "sha256:" + "1".repeat(64),
                                ImageArchitecture.ARM64))),
                refusal("cpuUnits is 127, allowed is 128 to 196608", service -> service.cpuUnits(127)),
                refusal("cpuUnits is 196609", service -> service.cpuUnits(196_609)),
                refusal("memoryLimitMiB is 5, allowed is 6 or more", service -> service.memoryLimitMiB(5)),
                refusal("containerPort is 0, allowed is 1 to 65535", service -> service.containerPort(0)),
                refusal("containerPort is 65536", service -> service.containerPort(65_536)),
                refusal(
                        "healthCheckPath is \"readyz\", allowed is an absolute path",
                        service -> service.healthCheckPath("readyz")),
                refusal(
                        "minTasks is 1, allowed is 2 to 5000. The budget assumes 2 tasks",
                        service -> service.minTasks(1)),
                refusal("minTasks is 5001", service -> service.minTasks(5001)),
                refusal(
                        "maxTasks is 1, allowed is 2 to 5000. It is the upper bound, and 2 the lower",
                        service -> service.maxTasks(1)),
                refusal("maxTasks is 5001", service -> service.maxTasks(5001)),
                refusal("cpuTargetPercent is 9, allowed is 10 to 90", service -> service.cpuTargetPercent(9)),
                refusal("cpuTargetPercent is 91", service -> service.cpuTargetPercent(91)),
                refusal("memoryTargetPercent is 9, allowed is 10 to 95", service -> service.memoryTargetPercent(9)),
                refusal("memoryTargetPercent is 96", service -> service.memoryTargetPercent(96)),
                refusal("requestsPerTarget is 0, allowed is 1 or more", service -> service.requestsPerTarget(0)));
    }

    @Test
    void refusesToBuildWithoutWhatItNeeds() {
        assertThatThrownBy(ZeroDowntimeService.Builder.create(world.stack(), "A")::build)
                .hasMessageContaining("A.fleet is missing, allowed is any. Set fleet(…)");
        assertThatThrownBy(
                        ZeroDowntimeService.Builder.create(world.stack(), "A").fleet(world.fleet())::build)
                .hasMessageContaining("A.image is missing");
        assertThatThrownBy(ZeroDowntimeService.Builder.create(world.stack(), "A")
                        .fleet(world.fleet())
                        .image(world.image())::build)
                .hasMessageContaining("A.budget is missing");
        assertThatThrownBy(world.bare()::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sandbox: Gateway.certificate and plainHttp is neither");
    }

    @Test
    void refusesToLeaveNothingRunning() {
        assertThatThrownBy(plain(world.bare())
                        .budget(ServiceSandbox.budget().minimumHealthyPercent(0).build())::build)
                .hasMessageContaining("all 2 tasks may be stopped at once");
    }

    @Test
    void refusesAVariableThatContradictsTheBudget() {
        assertThatThrownBy(plain(ServiceSandbox.in(Sandbox.plain()).bare())
                        .budgetVariables(ZeroDowntimeServiceOptionsTest::variables)
                        .environment(Map.of("keep.alive", "60s"))::build)
                .hasMessageContaining("environment variable keep.alive is 60s, allowed is 310s");
    }

    private static Map<String, String> variables(DrainBudget budget) {
        return Map.of("KEEP_ALIVE", budget.keepAlive().toSeconds() + "s");
    }

    private static Arguments refusal(String message, UnaryOperator<ZeroDowntimeService.Builder> options) {
        return Arguments.of(message, options);
    }

    private static ZeroDowntimeService.Builder plain(ZeroDowntimeService.Builder service) {
        return service.plainHttp("a test");
    }
}
