package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.attribute;
import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceStackTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize(@TempDir Path directory) throws IOException {
        Path image = StandInImage.write(directory, "linux", "amd64");
        template = Synthesis.of("dev", image, directory.resolve("out")).service();
    }

    @Test
    void keepsIdleConnectionsLongerThanTheLoadBalancerDoes() {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer").path("LoadBalancerAttributes");
        int idleSeconds = Integer.parseInt(attribute(attributes, "idle_timeout.timeout_seconds"));
        assertThat(idleSeconds).isBetween(300, 4000);
        String keepAlive = environment().getOrDefault("SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT", "");
        assertThat(keepAlive).matches("\\d+s");
        assertThat(Integer.parseInt(keepAlive.replace("s", ""))).isGreaterThan(idleSeconds);
    }

    @Test
    void givesTheGatewayMoreTimeToStopThanItTakes() {
        int preStopDelaySeconds = 5;
        int drainSeconds = 60;
        assertThat(container().path("StopTimeout").asInt())
                .isGreaterThanOrEqualTo(preStopDelaySeconds + drainSeconds + 15);
    }

    @Test
    void letsTheLongestTransferEndBehindTheLoadBalancer() {
        JsonNode attributes =
                only(template, "AWS::ElasticLoadBalancingV2::TargetGroup").path("TargetGroupAttributes");
        int delaySeconds = Integer.parseInt(attribute(attributes, "deregistration_delay.timeout_seconds"));
        int longestSilenceSeconds = 60;
        String longest = environment().getOrDefault("BANHMI_TRANSFER_MAX_REQUEST_DURATION", "");
        assertThat(longest).matches("\\d+s");
        assertThat(delaySeconds)
                .isEqualTo(Integer.parseInt(longest.replace("s", "")) + longestSilenceSeconds)
                .isLessThanOrEqualTo(3600);
    }

    @Test
    void checksHealthOnThePortThatTheHostGave() {
        JsonNode targets = only(template, "AWS::ElasticLoadBalancingV2::TargetGroup");
        assertThat(targets.path("HealthCheckPort").asText()).isEqualTo("traffic-port");
        assertThat(targets.path("HealthCheckPath").asText()).isEqualTo("/status/healthcheck");
        JsonNode port = container().path("PortMappings").path(0);
        assertThat(port.path("ContainerPort").asInt()).isEqualTo(8080);
        assertThat(port.path("HostPort").asInt(-1)).isZero();
    }

    @Test
    void letsTheLoadBalancerReachTheInstancesAndNobodyElse() {
        JsonNode ingress = only(template, "AWS::EC2::SecurityGroupIngress");
        assertThat(ingress.path("FromPort").asInt()).isEqualTo(32768);
        assertThat(ingress.path("ToPort").asInt()).isEqualTo(65535);
        assertThat(ingress.path("GroupId").toString()).contains("InstanceSecurityGroup");
        assertThat(ingress.path("SourceSecurityGroupId").toString()).contains("LoadBalancerSecurityGroup");
        JsonNode egress = only(template, "AWS::EC2::SecurityGroupEgress");
        assertThat(egress.path("GroupId").toString()).contains("LoadBalancerSecurityGroup");
        assertThat(egress.path("DestinationSecurityGroupId").toString()).contains("InstanceSecurityGroup");
    }

    @Test
    void isReachableFromTheVpcOnlyWhileAccessIsOpen() {
        assertThat(environment()).containsEntry("BANHMI_ACCESS_ALLOW_OPEN", "true");
        assertThat(template.path("Description").asText()).contains("no access control yet");
        assertThat(only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer")
                        .path("Scheme")
                        .asText())
                .isEqualTo("internal");
        List<String> allowed = resources(template, "AWS::EC2::SecurityGroup").stream()
                .flatMap(group ->
                        group.path("Properties").path("SecurityGroupIngress").findValuesAsText("CidrIp").stream())
                .toList();
        assertThat(allowed).containsExactly("10.1.0.0/16");
    }

    @Test
    void letsEcsDrainInstancesAndInstallsNoDrainOfItsOwn() {
        JsonNode provider = only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
        assertThat(provider.path("ManagedDraining").asText()).isEqualTo("ENABLED");
        assertThat(provider.path("ManagedTerminationProtection").asText()).isEqualTo("DISABLED");
        assertThat(resources(template, "AWS::Lambda::Function")).isEmpty();
        assertThat(resources(template, "AWS::SNS::Topic")).isEmpty();
        assertThat(resources(template, "AWS::AutoScaling::LifecycleHook")).isEmpty();
    }

    @Test
    void startsInstancesFromALaunchTemplateThatHidesTheirCredentials() {
        assertThat(only(template, "AWS::AutoScaling::AutoScalingGroup").has("LaunchTemplate"))
                .isTrue();
        assertThat(resources(template, "AWS::AutoScaling::LaunchConfiguration")).isEmpty();
        JsonNode metadata = only(template, "AWS::EC2::LaunchTemplate")
                .path("LaunchTemplateData")
                .path("MetadataOptions");
        assertThat(metadata.path("HttpTokens").asText()).isEqualTo("required");
        assertThat(metadata.path("HttpPutResponseHopLimit").asInt()).isEqualTo(1);
    }

    @Test
    void leavesTheDesiredCountOfInstancesToEcs() {
        assertThat(only(template, "AWS::AutoScaling::AutoScalingGroup").has("DesiredCapacity"))
                .isFalse();
    }

    @Test
    void runsTheContainerWithoutPrivileges() {
        JsonNode container = container();
        assertThat(container.path("User").asText()).isEqualTo("10001");
        assertThat(container.path("Privileged").asBoolean(true)).isFalse();
        assertThat(container.path("ReadonlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container
                        .path("LinuxParameters")
                        .path("Capabilities")
                        .path("Drop")
                        .path(0)
                        .asText())
                .isEqualTo("ALL");
        assertThat(container.path("DockerSecurityOptions").path(0).asText()).isEqualTo("no-new-privileges");
        assertThat(container.path("Memory").asInt()).isEqualTo(1024);
    }

    @Test
    void servesTheBucketOfTheFoundationUnderHashedKeys() {
        assertThat(environment())
                .containsEntry("SPRING_PROFILES_ACTIVE", "aws")
                .containsEntry("BANHMI_S3_REGION", "us-east-1");
        JsonNode pieces = StreamSupport.stream(container().path("Environment").spliterator(), false)
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
        assertThat(container().path("Environment").findValuesAsText("Name"))
                .isSorted()
                .hasSize(6);
    }

    @Test
    void grantsTheGatewayTheObjectsOfItsBucketOnly() {
        JsonNode statements = role("ecs-tasks.amazonaws.com", "objects");
        assertThat(actions(statements.path(0)))
                .containsExactlyInAnyOrder("s3:ListBucket", "s3:ListBucketMultipartUploads");
        assertThat(statements.path(0).path("Resource").has("Fn::GetStackOutput"))
                .isTrue();
        assertThat(actions(statements.path(1)))
                .containsExactlyInAnyOrder(
                        "s3:GetObject",
                        "s3:PutObject",
                        "s3:DeleteObject",
                        "s3:AbortMultipartUpload",
                        "s3:ListMultipartUploadParts");
        assertThat(statements
                        .path(1)
                        .path("Resource")
                        .path("Fn::Join")
                        .path(1)
                        .path(1)
                        .asText())
                .isEqualTo("/*");
        assertThat(statements).hasSize(2);
    }

    @Test
    void grantsTheInstanceWhatTheEcsAgentCallsOnly() {
        JsonNode statements = role("ec2.amazonaws.com", "agent");
        assertThat(statements).allSatisfy(statement -> {
            assertThat(actions(statement)).allMatch(action -> action.startsWith("ecs:"));
            if (statement.path("Resource").asText().equals("*")) {
                assertThat(actions(statement)).containsExactly("ecs:DiscoverPollEndpoint");
            }
        });
    }

    @Test
    void rollsBackADeploymentThatDoesNotBecomeHealthy() {
        JsonNode deployment = only(template, "AWS::ECS::Service").path("DeploymentConfiguration");
        assertThat(deployment.path("DeploymentCircuitBreaker").path("Enable").asBoolean())
                .isTrue();
        assertThat(deployment.path("DeploymentCircuitBreaker").path("Rollback").asBoolean())
                .isTrue();
        assertThat(deployment.path("MinimumHealthyPercent").asInt()).isEqualTo(100);
        assertThat(deployment.path("MaximumPercent").asInt()).isEqualTo(200);
    }

    @Test
    void takesTheServiceAwayBeforeTheCapacityItRunsOn() {
        String association = template.path("Resources").properties().stream()
                .filter(resource -> resource.getValue()
                        .path("Type")
                        .asText()
                        .equals("AWS::ECS::ClusterCapacityProviderAssociations"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        assertThat(resources(template, "AWS::ECS::Service")
                        .get(0)
                        .path("DependsOn")
                        .toString())
                .contains(association);
    }

    @Test
    void keepsLogsForAMonth() {
        assertThat(only(template, "AWS::Logs::LogGroup").path("RetentionInDays").asInt())
                .isEqualTo(30);
    }

    private static JsonNode container() {
        return only(template, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0);
    }

    private static Map<String, String> environment() {
        return StreamSupport.stream(container().path("Environment").spliterator(), false)
                .collect(Collectors.toMap(
                        variable -> variable.path("Name").asText(),
                        variable -> variable.path("Value").asText()));
    }

    private static JsonNode role(String principal, String policy) {
        return resources(template, "AWS::IAM::Role").stream()
                .map(role -> role.path("Properties"))
                .filter(role -> role.path("AssumeRolePolicyDocument").toString().contains("\"" + principal + "\""))
                .map(role -> role.path("Policies").path(0))
                .filter(inline -> inline.path("PolicyName").asText().equals(policy))
                .map(inline -> inline.path("PolicyDocument").path("Statement"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> actions(JsonNode statement) {
        JsonNode action = statement.path("Action");
        return action.isTextual()
                ? List.of(action.asText())
                : StreamSupport.stream(action.spliterator(), false)
                        .map(JsonNode::asText)
                        .toList();
    }
}
