package dev.banhmi.cdk.constructs.service;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static dev.banhmi.cdk.constructs.service.ServiceSandbox.association;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.HostPorts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.AvailabilityZoneRebalancing;
import software.amazon.awscdk.services.ecs.CapacityProviderStrategy;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.elasticloadbalancingv2.AddApplicationTargetsProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.elasticloadbalancingv2.IListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCertificate;

/**
 * What CDK 2.263 does with the fewest options, each time beside ours. A test that fails in its first half says that CDK has changed, and
 * that the code around it may be taken away.
 */
class ServiceTrapsTest {
    private static final Map<String, String> ONE_ORDER = inOrder("A", "B");
    private static final Map<String, String> OTHER_ORDER = inOrder("B", "A");

    private static JsonNode plain;
    private static JsonNode ours;

    @BeforeAll
    static void synthesize() {
        Sandbox sandbox = Sandbox.plain();
        Stack stack = sandbox.stack();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Service service = Ec2Service.Builder.create(stack, "Service")
                .cluster(world.fleet().getCluster())
                .taskDefinition(task(stack, "Task", ONE_ORDER))
                .capacityProviderStrategies(List.of(CapacityProviderStrategy.builder()
                        .capacityProvider(world.fleet().getCapacityProvider().getCapacityProviderName())
                        .weight(1)
                        .build()))
                .build();
        ApplicationListener listener = ApplicationLoadBalancer.Builder.create(stack, "LoadBalancer")
                .vpc(world.vpc())
                .build()
                .addListener(
                        "Https",
                        BaseApplicationListenerProps.builder()
                                .port(443)
                                .certificates(List.<IListenerCertificate>of(
                                        ListenerCertificate.fromCertificateManager(world.certificate())))
                                .build());
        listener.addTargets(
                "Targets",
                AddApplicationTargetsProps.builder()
                        .port(8080)
                        .targets(List.of(service))
                        .healthCheck(HealthCheck.builder().path("/").build())
                        .build());
        plain = sandbox.template();
        ours = ServiceSandbox.template(one -> one);
    }

    /** CDK takes it, and Elastic Load Balancing refuses it when everything else is there already. */
    @Test
    void opensHalfOfAllPortsToTheLoadBalancerAndTellsTheAgentNothing() {
        JsonNode rule = only(plain, "AWS::EC2::SecurityGroupIngress");
        assertThat(rule.path("FromPort").asInt()).isEqualTo(HostPorts.LEAST);
        assertThat(rule.path("ToPort").asInt()).isEqualTo(HostPorts.MOST);

        JsonNode ourRule = only(ours, "AWS::EC2::SecurityGroupIngress");
        assertThat(only(ours, "AWS::EC2::LaunchTemplate").toString())
                .contains("ECS_DYNAMIC_HOST_PORT_RANGE=" + ourRule.path("FromPort") + "-" + ourRule.path("ToPort"));
        // What the agent gives is within reach of a service that CDK makes on the same fleet.
        assertThat(ourRule.path("FromPort").asInt()).isBetween(HostPorts.LEAST, HostPorts.MOST);
        assertThat(ourRule.path("ToPort").asInt()).isBetween(HostPorts.LEAST, HostPorts.MOST);
    }

    /** The listener would forward to the new, empty group before the service has started a task for it. */
    @Test
    void anotherPortReplacesTheTargetGroupOfCdkAndNotOurs() {
        assertThat(targetGroupOfCdk(8080)).isNotEqualTo(targetGroupOfCdk(9000));
        assertThat(ServiceSandbox.template(one -> one.containerPort(9000)).path("Resources"))
                .anySatisfy(resource -> assertThat(resource.toString()).contains("\"ContainerPort\":9000"));
        assertThat(only(
                        ServiceSandbox.template(one -> one.containerPort(9000)),
                        "AWS::ElasticLoadBalancingV2::TargetGroup"))
                .isEqualTo(only(ours, "AWS::ElasticLoadBalancingV2::TargetGroup"));
    }

    private static JsonNode targetGroupOfCdk(int port) {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        ApplicationTargetGroup.Builder.create(world.stack(), "Targets")
                .vpc(world.vpc())
                .port(port)
                .protocol(ApplicationProtocol.HTTP)
                .build();
        return only(world.sandbox().template(), "AWS::ElasticLoadBalancingV2::TargetGroup");
    }

    @Test
    void aCertificateOfAnotherRegionSynthesizes() {
        String elsewhere = "arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555";
        ServiceSandbox plain = ServiceSandbox.in(Sandbox.plain());
        ApplicationLoadBalancer.Builder.create(plain.stack(), "Balancer")
                .vpc(plain.vpc())
                .build()
                .addListener(
                        "Https",
                        BaseApplicationListenerProps.builder()
                                .certificates(List.of(ListenerCertificate.fromArn(elsewhere)))
                                .port(443)
                                .defaultAction(ListenerAction.fixedResponse(404))
                                .build());
        assertThat(plain.sandbox().template().toString()).contains(elsewhere);

        ServiceSandbox ours = ServiceSandbox.in(Sandbox.plain());
        assertThatThrownBy(
                        ours.bare().certificate(Certificate.fromCertificateArn(ours.stack(), "Elsewhere", elsewhere))
                                ::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Gateway.certificate is " + elsewhere)
                .hasMessageContaining("allowed is one of the region us-east-1");
    }

    /** The cluster would name the fleet's capacity provider, and the fleet its cluster. */
    @Test
    void aFleetBesideAClusterOfAnotherStackIsACycle() {
        ServiceSandbox world = ServiceSandbox.in(Sandbox.plain());
        Ec2Fleet.Builder fleet = Ec2Fleet.Builder.create(world.anotherStack(), "Fleet")
                .vpc(world.vpc())
                .cluster(world.fleet().getCluster())
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .drain(DrainStrategy.managed());
        assertThatThrownBy(fleet::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another/Fleet: cluster is sandbox/Fleet/Cluster, of the stack sandbox")
                .hasMessageContaining("build the fleet beside its cluster");
    }

    @Test
    void halfOfTheTasksMayBeMissingUnlessSaidOtherwise() {
        assertThat(minimumHealthyPercent(plain)).isEqualTo(50);
        assertThat(minimumHealthyPercent(ours)).isEqualTo(100);
    }

    @Test
    void aDeploymentThatNeverWorksGoesOnUnlessSaidOtherwise() {
        assertThat(breaker(plain).isMissingNode()).isTrue();
        assertThat(breaker(ours).path("Enable").asBoolean()).isTrue();
        assertThat(breaker(ours).path("Rollback").asBoolean()).isTrue();
    }

    @Test
    void noAlarmTakesADeploymentBackUnlessSaidOtherwise() {
        assertThat(alarms(plain).path("Enable").asBoolean(true)).isFalse();
        assertThat(alarms(ours).path("Enable").asBoolean()).isTrue();
    }

    /** cfn-lint's E3049 covers it: a fixed or missing health check port with a dynamic host port. */
    @Test
    void theHealthCheckOfADynamicHostPortNamesNoPortUnlessSaidOtherwise() {
        assertThat(only(plain, "AWS::ECS::TaskDefinition")
                        .at("/ContainerDefinitions/0/PortMappings/0/HostPort")
                        .asInt(-1))
                .isZero();
        assertThat(only(plain, "AWS::ElasticLoadBalancingV2::TargetGroup").has("HealthCheckPort"))
                .isFalse();
        assertThat(only(ours, "AWS::ElasticLoadBalancingV2::TargetGroup")
                        .path("HealthCheckPort")
                        .asText())
                .isEqualTo("traffic-port");
    }

    @Test
    void theEnvironmentStandsInTheOrderOfTheCallersMap() {
        assertThat(plainEnvironment(ONE_ORDER)).isNotEqualTo(plainEnvironment(OTHER_ORDER));
        assertThat(environment(ServiceSandbox.template(one -> one.environment(ONE_ORDER))))
                .isEqualTo(environment(ServiceSandbox.template(one -> one.environment(OTHER_ORDER))))
                .isSorted();
    }

    /** Each deployment would set back what autoscaling has set; CDK lets both stand side by side. */
    @Test
    void theDesiredCountStaysInTheTemplateBesideAutoscaling() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Service.Builder.create(sandbox.stack(), "Service")
                .cluster(world.fleet().getCluster())
                .taskDefinition(task(sandbox.stack(), "Task", ONE_ORDER))
                .desiredCount(2)
                .build()
                .autoScaleTaskCount(EnableScalingProps.builder()
                        .minCapacity(2)
                        .maxCapacity(4)
                        .build());
        JsonNode both = sandbox.template();
        assertThat(resources(both, "AWS::ApplicationAutoScaling::ScalableTarget"))
                .hasSize(1);
        assertThat(only(both, "AWS::ECS::Service").path("DesiredCount").asInt()).isEqualTo(2);
        assertThat(resources(ours, "AWS::ApplicationAutoScaling::ScalableTarget"))
                .hasSize(1);
        assertThat(only(ours, "AWS::ECS::Service").has("DesiredCount")).isFalse();
    }

    /** https://github.com/aws/aws-cdk/issues/18179: then the service's removal waits for tasks that nothing can stop any more. */
    @Test
    void theCapacityIsTakenAwayBeforeTheServiceThatRunsOnIt() {
        assertThat(resources(plain, "AWS::ECS::Service")
                        .get(0)
                        .path("DependsOn")
                        .toString())
                .doesNotContain(association(plain));
        assertThat(resources(ours, "AWS::ECS::Service").get(0).path("DependsOn").toString())
                .contains(association(ours));
    }

    @Test
    void aListenerIsOpenToEverybodyUnlessSaidOtherwise() {
        assertThat(plain.toString())
                .contains("\"CidrIp\":\"0.0.0.0/0\",\"Description\":\"Allow from anyone on port 443\"");
        assertThat(ours.toString()).doesNotContain("Allow from anyone");
    }

    /** CloudFormation's own default is ELBSecurityPolicy-2016-08, which still speaks TLS 1.0. */
    @Test
    void noTlsPolicyIsNamedUnlessSaidOtherwise() {
        assertThat(policies(plain)).isEmpty();
        assertThat(policies(ours)).containsExactly("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09");
    }

    @Test
    void percentagesThatCannotRollAreAcceptedByCdk() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Service.Builder.create(sandbox.stack(), "Service")
                .cluster(world.fleet().getCluster())
                .taskDefinition(task(sandbox.stack(), "Task", ONE_ORDER))
                .desiredCount(3)
                .minHealthyPercent(100)
                .maxHealthyPercent(133)
                .build();
        assertThat(only(sandbox.template(), "AWS::ECS::Service")
                        .at("/DeploymentConfiguration/MaximumPercent")
                        .asInt())
                .isEqualTo(133);
        assertThatThrownBy(() -> ServiceSandbox.template(one -> one.budget(
                        ServiceSandbox.budget().tasks(3).maximumPercent(133).build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("⌊")
                .hasMessageContaining("133");
    }

    @Test
    void zonesAreRebalancedOnlyWhereATaskMoreMayRun() {
        Sandbox sandbox = Sandbox.plain();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Ec2Service.Builder rebalanced = Ec2Service.Builder.create(sandbox.stack(), "Rebalanced")
                .cluster(world.fleet().getCluster())
                .taskDefinition(task(sandbox.stack(), "RebalancedTask", ONE_ORDER))
                .minHealthyPercent(50)
                .maxHealthyPercent(100)
                .availabilityZoneRebalancing(AvailabilityZoneRebalancing.ENABLED);
        assertThatThrownBy(rebalanced::build)
                .as("the trap: what the budget allows is refused without a word about it")
                .hasMessageContaining("AvailabilityZoneRebalancing.ENABLED requires maxHealthyPercent > 100");

        assertThat(rebalancing(ours)).isEqualTo("ENABLED");
        assertThat(rebalancing(ServiceSandbox.template(one -> one.maxTasks(2)
                        .budget(ServiceSandbox.budget()
                                .minimumHealthyPercent(50)
                                .maximumPercent(100)
                                .build()))))
                .isEqualTo("DISABLED");
    }

    private static String rebalancing(JsonNode template) {
        return only(template, "AWS::ECS::Service")
                .path("AvailabilityZoneRebalancing")
                .asText();
    }

    private static int minimumHealthyPercent(JsonNode template) {
        return only(template, "AWS::ECS::Service")
                .at("/DeploymentConfiguration/MinimumHealthyPercent")
                .asInt();
    }

    private static JsonNode breaker(JsonNode template) {
        return only(template, "AWS::ECS::Service").at("/DeploymentConfiguration/DeploymentCircuitBreaker");
    }

    private static JsonNode alarms(JsonNode template) {
        return only(template, "AWS::ECS::Service").at("/DeploymentConfiguration/Alarms");
    }

    private static List<String> policies(JsonNode template) {
        return resources(template, "AWS::ElasticLoadBalancingV2::Listener").stream()
                .map(listener -> listener.at("/Properties/SslPolicy").asText())
                .filter(policy -> !policy.isEmpty())
                .toList();
    }

    private static List<String> environment(JsonNode template) {
        return ServiceSandbox.container(template).path("Environment").findValuesAsText("Name");
    }

    private static List<String> plainEnvironment(Map<String, String> variables) {
        Sandbox sandbox = Sandbox.plain();
        task(sandbox.stack(), "Task", variables);
        return environment(sandbox.template());
    }

    private static Ec2TaskDefinition task(Stack stack, String id, Map<String, String> variables) {
        Ec2TaskDefinition task = Ec2TaskDefinition.Builder.create(stack, id).build();
        task.addContainer(
                "service",
                ContainerDefinitionOptions.builder()
                        .image(ContainerImage.fromRegistry("nginx"))
                        .memoryLimitMiB(512)
                        .environment(variables)
                        .portMappings(List.of(
                                PortMapping.builder().containerPort(8080).build()))
                        .build());
        return task;
    }

    private static Map<String, String> inOrder(String first, String second) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put(first, "1");
        variables.put(second, "2");
        return variables;
    }
}
