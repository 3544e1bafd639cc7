package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.attribute;
import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static dev.banhmi.cdk.Synthesis.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** How the constructs are put together; what each of them does by itself is tested beside it. */
class ServiceStackTest {
    private static JsonNode dev;
    private static JsonNode prod;

    @BeforeAll
    static void read() throws IOException {
        dev = SynthesizedAssembly.shared("dev").service();
        prod = SynthesizedAssembly.shared("prod").service();
    }

    @Test
    void givesEveryClockTheNumberOfOneBudget() {
        DrainBudget budget = DeploymentConfig.read(Path.of("config"), "prod", Purpose.EXAMPLE, Synthesis.TODAY)
                .budget();
        JsonNode balancer = only(prod, "AWS::ElasticLoadBalancingV2::LoadBalancer");
        assertThat(attribute(balancer.path("LoadBalancerAttributes"), "idle_timeout.timeout_seconds"))
                .isEqualTo(Long.toString(budget.albIdleTimeout().toSeconds()));
        JsonNode targets = only(prod, "AWS::ElasticLoadBalancingV2::TargetGroup");
        assertThat(attribute(targets.path("TargetGroupAttributes"), "deregistration_delay.timeout_seconds"))
                .isEqualTo(Long.toString(budget.deregistrationDelay().toSeconds()));
        assertThat(container(prod).path("StopTimeout").asLong())
                .isEqualTo(budget.stopTimeout().toSeconds());
        assertThat(Sandbox.onlyTerminationHook(prod).path("HeartbeatTimeout").asLong())
                .isEqualTo(budget.heartbeatTimeout().toSeconds());
        assertThat(environment(prod))
                .containsEntry(
                        "BANHMI_TRANSFER_MAX_REQUEST_DURATION",
                        budget.maxRequestDuration().toSeconds() + "s")
                .containsEntry("BANHMI_TRANSFER_MAX_IDLE", budget.maxIdle().toSeconds() + "s")
                .containsEntry(
                        "BANHMI_SHUTDOWN_PRE_STOP_DELAY", budget.preStopDelay().toSeconds() + "s")
                .containsEntry(
                        "BANHMI_SHUTDOWN_IN_FLIGHT_TIMEOUT",
                        budget.inFlightTimeout().toSeconds() + "s")
                .containsEntry(
                        "BANHMI_SHUTDOWN_ABORT_TIMEOUT", budget.abortTimeout().toSeconds() + "s")
                .containsEntry(
                        "SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT", budget.keepAlive().toSeconds() + "s");
    }

    @Test
    void isReachableFromTheVpcOnlyWhileAccessIsOpen() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(environment(template)).containsEntry("BANHMI_ACCESS_ALLOW_OPEN", "true");
            assertThat(template.path("Description").asText()).contains("no access control yet");
            assertThat(only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
                            .path("Scheme")
                            .asText())
                    .isEqualTo("internal");
            Set<String> allowed = new TreeSet<>();
            for (JsonNode group : resources(template, "AWS::EC2::SecurityGroup")) {
                stream(group.path("Properties").path("SecurityGroupIngress"))
                        .forEach(rule -> allowed.add(rule.path("CidrIp").asText(rule.toString())));
            }
            assertThat(allowed).containsExactly(template.equals(prod) ? "10.1.0.0/16" : "10.2.0.0/16");
            assertThat(resources(template, "AWS::EC2::SecurityGroupIngress"))
                    .isNotEmpty()
                    .allMatch(rule -> rule.path("Properties").has("SourceSecurityGroupId"));
        }
    }

    @Test
    void standsInThePrivateSubnetsOfTheFoundation() {
        JsonNode balancer = only(prod, "AWS::ElasticLoadBalancingV2::LoadBalancer");
        JsonNode group = only(prod, "AWS::AutoScaling::AutoScalingGroup");
        for (JsonNode subnets : List.of(balancer.path("Subnets"), group.path("VPCZoneIdentifier"))) {
            assertThat(subnets)
                    .hasSize(3)
                    .allSatisfy(subnet -> assertThat(subnet.path("Fn::GetStackOutput")
                                    .path("OutputName")
                                    .asText())
                            .contains("privateSubnet"));
        }
    }

    @Test
    void speaksHttpsWhereThereIsACertificate() {
        assertThat(ports(prod)).containsExactly("443 HTTPS", "80 HTTP");
        assertThat(ports(dev)).containsExactly("80 HTTP");
        assertThat(url(prod)).contains("https://");
        assertThat(url(dev)).contains("http://");
    }

    @Test
    void drainsInstancesByOneHookAndOneFunctionOfOurs() {
        for (JsonNode template : List.of(dev, prod)) {
            JsonNode provider = only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
            assertThat(provider.path("ManagedDraining").asText()).isEqualTo("DISABLED");
            assertThat(provider.path("ManagedTerminationProtection").asText()).isEqualTo("ENABLED");
            assertThat(Sandbox.onlyTerminationHook(template)
                            .path("LifecycleHookName")
                            .asText())
                    .isEqualTo("banhmi-drain");
            assertThat(resources(template, "AWS::Lambda::Function"))
                    .extracting(function -> function.at("/Properties/Handler").asText())
                    .containsExactlyInAnyOrder("dev.banhmi.drain.DrainHandler::handleRequest", "index.handler");
        }
    }

    @Test
    void dependsOnItselfNowhereAlthoughTheUpdateOfTheGroupWatchesAlarms() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(References.cycle(template)).isEmpty();
            assertThat(References.of(template, "FleetInstancesASG"))
                    .anyMatch(id -> id.startsWith("GatewayRefreshErrors"))
                    .anyMatch(id -> id.startsWith("FleetDrainRefreshReplacementAlarm"));
        }
    }

    /**
     * Why operations.md wants a changed budget in deployments of its own: the deregistration delay cannot wait for the refresh, nor the refresh
     * for hook and function, because each would be a circle.
     */
    @Test
    void changesTheDelayThenTheInstancesThenHookAndFunction() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(References.before(template, "FleetInstancesASG"))
                    .anyMatch(id -> id.startsWith("GatewayTargets"))
                    .noneMatch(id ->
                            id.startsWith("FleetInstancesBanhmiDrainHook") || id.startsWith("FleetDrainFunction"));
            for (String later : List.of("FleetInstancesBanhmiDrainHook", "FleetDrainLiveA", "GatewayService5")) {
                assertThat(References.before(template, later)).anyMatch(id -> id.startsWith("FleetInstancesASG"));
            }
        }
    }

    /** CloudFormation gives the stack's tags to whatever it makes itself, and those are not among it. */
    @Test
    void tagsInstancesAndTheirVolumesWithTheEnvironment() {
        Map.of("dev", dev, "prod", prod).forEach((environment, template) -> {
            JsonNode launch = only(template, "AWS::EC2::LaunchTemplate").path("LaunchTemplateData");
            assertThat(launch.path("TagSpecifications"))
                    .extracting(tagged -> tagged.path("ResourceType").asText())
                    .containsExactly("instance", "volume");
            assertThat(launch.path("TagSpecifications"))
                    .allSatisfy(tagged -> assertThat(tagged.toString())
                            .contains("{\"Key\":\"banhmi:environment\",\"Value\":\"" + environment + "\"}"));
            assertThat(only(template, "AWS::ECS::Service").path("PropagateTags").asText())
                    .isEqualTo("SERVICE");
        });
    }

    @Test
    void leavesTheNumbersOfTasksAndInstancesToAutoScaling() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(only(template, "AWS::AutoScaling::AutoScalingGroup").has("DesiredCapacity"))
                    .isFalse();
            assertThat(only(template, "AWS::ECS::Service").has("DesiredCount")).isFalse();
        }
        JsonNode target = only(prod, "AWS::ApplicationAutoScaling::ScalableTarget");
        assertThat(target.path("MinCapacity").asInt()).isEqualTo(3);
        assertThat(target.path("MaxCapacity").asInt()).isEqualTo(20);
        JsonNode group = only(prod, "AWS::AutoScaling::AutoScalingGroup");
        assertThat(group.path("MinSize").asText()).isEqualTo("3");
        assertThat(group.path("MaxSize").asText()).isEqualTo("20");
    }

    @Test
    void servesTheBucketOfTheFoundationUnderHashedKeys() {
        assertThat(environment(dev))
                .containsEntry("SPRING_PROFILES_ACTIVE", "aws")
                .containsEntry("BANHMI_S3_REGION", "us-east-1");
        JsonNode pieces = stream(container(dev).path("Environment"))
                .filter(variable -> variable.path("Name").asText().equals("SPRING_APPLICATION_JSON"))
                .map(variable -> variable.path("Value").path("Fn::Join").path(1))
                .findFirst()
                .orElseThrow();
        assertThat(pieces.path(0).asText()).isEqualTo("{\"banhmi\":{\"buckets\":{\"");
        assertThat(pieces.path(1).path("Fn::GetStackOutput").path("StackName").asText())
                .isEqualTo("banhmi-dev-foundation");
        assertThat(pieces.path(2).asText()).isEqualTo("\":{\"key-layout\":\"hashed\"}}}}");
    }

    @Test
    void writesTheEnvironmentInAnOrderThatEveryJvmRepeats() {
        assertThat(container(dev).path("Environment").findValuesAsText("Name"))
                .isSorted()
                .contains("BANHMI_TRANSFER_MAX_REQUEST_DURATION", "SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT");
    }

    @Test
    void grantsTheTaskTheObjectsOfItsBucketOnly() {
        Set<String> actions = new TreeSet<>();
        for (JsonNode policy : resources(prod, "AWS::IAM::Policy")) {
            for (JsonNode statement :
                    policy.path("Properties").path("PolicyDocument").path("Statement")) {
                List<String> named = actions(statement);
                if (named.stream().anyMatch(action -> action.startsWith("s3:"))) {
                    assertThat(policy.path("Properties").path("Roles"))
                            .hasSize(1)
                            .allMatch(role -> role.path("Ref").asText().startsWith("GatewayTaskRole"));
                    assertThat(statement.path("Resource").toString()).contains("banhmi-prod-foundation");
                    actions.addAll(named);
                }
            }
        }
        assertThat(actions)
                .containsExactly(
                        "s3:AbortMultipartUpload",
                        "s3:DeleteObject",
                        "s3:GetObject",
                        "s3:ListBucket",
                        "s3:ListBucketMultipartUploads",
                        "s3:ListMultipartUploadParts",
                        "s3:PutObject");
    }

    @Test
    void logsRequestsToTheBucketOfTheFoundation() {
        JsonNode attributes =
                only(prod, "AWS::ElasticLoadBalancingV2::LoadBalancer").path("LoadBalancerAttributes");
        assertThat(attribute(attributes, "access_logs.s3.enabled")).isEqualTo("true");
        assertThat(attributes.toString()).contains("ObjectsAccessLogs");
    }

    @Test
    void mailsTheAlarmsOfProduction() {
        JsonNode subscription = only(prod, "AWS::SNS::Subscription");
        assertThat(subscription.path("Protocol").asText()).isEqualTo("email");
        assertThat(subscription.path("Endpoint").asText()).isEqualTo("whoever-is-on-call@example.com");
        String topic = subscription.path("TopicArn").path("Ref").asText();
        assertThat(resources(prod, "AWS::CloudWatch::Alarm"))
                .filteredOn(alarm ->
                        alarm.path("Properties").path("AlarmActions").toString().contains(topic))
                .hasSizeGreaterThan(5);
        assertThat(resources(dev, "AWS::SNS::Subscription")).isEmpty();
    }

    @Test
    void keepsTheRecordsOfProduction() {
        assertThat(prod.path("Resources").properties())
                .filteredOn(
                        resource -> resource.getValue().path("Type").asText().equals("AWS::Logs::LogGroup"))
                // Of the function that runs when the stack is removed.
                .filteredOn(resource -> !resource.getKey().startsWith("FleetProtection"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allMatch(resource ->
                        resource.getValue().path("DeletionPolicy").asText().equals("Retain"));
    }

    @Test
    void leavesNothingOfDevelopment() {
        assertThat(Synthesis.all(dev))
                .noneMatch(resource -> resource.path("DeletionPolicy").asText().startsWith("Retain"));
    }

    @Test
    void givesEveryFunctionALogGroupOfOurs() {
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(resources(template, "AWS::Lambda::Function"))
                    .isNotEmpty()
                    .allSatisfy(function -> {
                        String group = function.path("Properties")
                                .path("LoggingConfig")
                                .path("LogGroup")
                                .path("Ref")
                                .asText();
                        assertThat(template.path("Resources")
                                        .path(group)
                                        .path("Type")
                                        .asText())
                                .isEqualTo("AWS::Logs::LogGroup");
                    });
        }
    }

    private static List<String> ports(JsonNode template) {
        return resources(template, "AWS::ElasticLoadBalancingV2::Listener").stream()
                .map(listener -> listener.path("Properties"))
                .map(listener -> listener.path("Port").asText() + " "
                        + listener.path("Protocol").asText())
                .sorted()
                .toList();
    }

    private static String url(JsonNode template) {
        return template.path("Outputs").path("GatewayUrl").path("Value").toString();
    }

    private static JsonNode container(JsonNode template) {
        return only(template, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0);
    }

    private static Map<String, String> environment(JsonNode template) {
        Map<String, String> environment = new TreeMap<>();
        stream(container(template).path("Environment"))
                .forEach(variable -> environment.put(
                        variable.path("Name").asText(), variable.path("Value").asText()));
        return environment;
    }

    private static List<String> actions(JsonNode statement) {
        JsonNode action = statement.path("Action");
        return action.isTextual()
                ? List.of(action.asText())
                : stream(action).map(JsonNode::asText).toList();
    }
}
