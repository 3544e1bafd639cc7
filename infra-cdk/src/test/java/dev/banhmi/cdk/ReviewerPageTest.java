package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.attribute;
import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static dev.banhmi.cdk.Synthesis.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** "What to look at first" in docs/reviewer.md says of the templates what they have: each sentence beside the property that it is about. */
class ReviewerPageTest {
    private static String page;
    private static JsonNode devFoundation;
    private static JsonNode dev;
    private static JsonNode foundation;
    private static JsonNode prod;

    @BeforeAll
    static void read() throws IOException {
        String whole = Files.readString(Path.of("../docs/reviewer.md"));
        page = whole.substring(
                        whole.indexOf("## What to look at first"), whole.indexOf("## What is not there, deliberately"))
                .replaceAll("\\s+", " ");
        devFoundation = SynthesizedAssembly.shared("dev").foundation();
        dev = SynthesizedAssembly.shared("dev").service();
        foundation = SynthesizedAssembly.shared("prod").foundation();
        prod = SynthesizedAssembly.shared("prod").service();
    }

    @Test
    void saysWhoReachesIt() {
        says("The load balancer is `internal`");
        says("the instances take 61000–65535 from that security group only");
        says("Prod speaks HTTPS with a certificate and redirects port 80; dev is plain HTTP inside its VPC.");
        for (JsonNode template : List.of(dev, prod)) {
            assertThat(balancer(template).path("Scheme").asText()).isEqualTo("internal");
            assertThat(resources(template, "AWS::EC2::SecurityGroupIngress"))
                    .allSatisfy(rule -> {
                        assertThat(rule.at("/Properties/FromPort").asInt()).isEqualTo(61_000);
                        assertThat(rule.at("/Properties/ToPort").asInt()).isEqualTo(65_535);
                        assertThat(rule.path("Properties").has("SourceSecurityGroupId"))
                                .isTrue();
                    })
                    .isNotEmpty();
        }
        assertThat(protocols(prod)).containsExactlyInAnyOrder("HTTP 80 redirect", "HTTPS 443 forward");
        assertThat(protocols(dev)).containsExactly("HTTP 80 forward");
    }

    @Test
    void namesEveryFunctionThatActsDuringADeployment() {
        says("the three functions that act during a deployment (`EcsRole`, `NetworkDefaultSecurityGroup`,"
                + " `FleetProtection`, each with its whole code in the template)");
        says("no managed policies");
        Set<String> acting = new TreeSet<>();
        for (JsonNode template : List.of(foundation, prod)) {
            template.path("Resources").properties().forEach(resource -> {
                if (resource.getValue().path("Type").asText().startsWith("Custom::")) {
                    acting.add(resource.getKey().replaceFirst("[0-9A-F]{8}$", ""));
                    String function = resource.getValue()
                            .at("/Properties/ServiceToken/Fn::GetAtt/0")
                            .asText();
                    assertThat(template.path("Resources")
                                    .path(function)
                                    .at("/Properties/Code/ZipFile")
                                    .asText())
                            .contains("exports.handler");
                }
            });
            assertThat(resources(template, "AWS::IAM::Role"))
                    .noneMatch(role -> role.path("Properties").has("ManagedPolicyArns"));
        }
        assertThat(acting).containsExactly("EcsRole", "FleetProtection", "NetworkDefaultSecurityGroup");
    }

    @Test
    void saysWhatHappensToData() throws IOException {
        says("Buckets: block public access, owner enforced, SSE-S3");
        says("unfinished uploads removed after 7 days");
        says("Prod: old versions for a month, kept when the stack is deleted");
        says("Dev: emptied and deleted.");
        for (JsonNode template : List.of(devFoundation, foundation)) {
            assertThat(resources(template, "AWS::S3::Bucket")).hasSize(2).allSatisfy(bucket -> {
                assertThat(bucket.at("/Properties/PublicAccessBlockConfiguration"))
                        .hasSize(4)
                        .allMatch(JsonNode::asBoolean);
                assertThat(bucket.at("/Properties/OwnershipControls").toString())
                        .contains("BucketOwnerEnforced");
                assertThat(bucket.at("/Properties/BucketEncryption").toString()).contains("\"AES256\"");
                assertThat(bucket.path("DeletionPolicy").asText())
                        .isEqualTo(template.equals(foundation) ? "Retain" : "Delete");
            });
            assertThat(template.toString()).contains("\"DaysAfterInitiation\":7");
        }
        assertThat(foundation.toString()).contains("\"NoncurrentDays\":30");
        assertThat(resources(devFoundation, "Custom::S3AutoDeleteObjects")).hasSize(2);
    }

    /** The one sentence that was wrong before: prod is shipped with {@code protection: off}. */
    @Test
    void saysWhatIsProtected() throws IOException {
        says("stacks and load balancer protected once `protection` is `on`, which it is not as shipped");
        assertThat(Files.readString(Path.of("config/prod.yaml"))).contains("\nprotection: off\n");
        assertThat(attribute(balancer(prod).path("LoadBalancerAttributes"), "deletion_protection.enabled"))
                .isEqualTo("false");
        assertThat(stream(
                        SynthesizedAssembly.shared("prod").json("manifest.json").path("artifacts")))
                .noneMatch(artifact ->
                        artifact.at("/properties/terminationProtection").asBoolean());
    }

    @Test
    void saysHowInstancesComeAndGo() {
        says("A launch hook on the group, completed when ECS can place tasks on the new instance, abandoned after ten"
                + " minutes");
        says("a terminate hook, completed by the drain Lambda");
        says("deregistration delay (960 s: the longest transfer, 15 min, and 60 s of silence) and `StopTimeout` 90 s");
        says("ECS managed draining is off, explicitly. Managed termination protection is on:");
        says("`Custom::ScaleInProtection` lets them go before the group is deleted");
        for (JsonNode template : List.of(dev, prod)) {
            JsonNode launch = resources(template, "AWS::AutoScaling::LifecycleHook").stream()
                    .map(hook -> hook.path("Properties"))
                    .filter(hook -> hook.path("LifecycleTransition").asText().endsWith("EC2_INSTANCE_LAUNCHING"))
                    .findFirst()
                    .orElseThrow();
            assertThat(launch.path("DefaultResult").asText()).isEqualTo("ABANDON");
            assertThat(Sandbox.terminationHooks(template)).hasSize(1);
            assertThat(attribute(
                            only(template, "AWS::ElasticLoadBalancingV2::TargetGroup")
                                    .path("TargetGroupAttributes"),
                            "deregistration_delay.timeout_seconds"))
                    .isEqualTo("960");
            assertThat(only(template, "AWS::ECS::TaskDefinition")
                            .at("/ContainerDefinitions/0/StopTimeout")
                            .asInt())
                    .isEqualTo(90);
            JsonNode provider = only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
            assertThat(provider.path("ManagedDraining").asText()).isEqualTo("DISABLED");
            assertThat(provider.path("ManagedTerminationProtection").asText()).isEqualTo("ENABLED");
            assertThat(only(template, "AWS::AutoScaling::AutoScalingGroup")
                            .path("NewInstancesProtectedFromScaleIn")
                            .asBoolean())
                    .isTrue();
            assertThat(resources(template, "Custom::ScaleInProtection")).hasSize(1);
        }
    }

    @Test
    void saysHowADeploymentStops() {
        says("Circuit breaker and deployment alarms roll back; at least 100 % healthy.");
        for (JsonNode template : List.of(dev, prod)) {
            JsonNode deployment = only(template, "AWS::ECS::Service").path("DeploymentConfiguration");
            assertThat(deployment.at("/DeploymentCircuitBreaker/Rollback").asBoolean())
                    .isTrue();
            assertThat(deployment.at("/Alarms/Rollback").asBoolean()).isTrue();
            assertThat(deployment.path("MinimumHealthyPercent").asInt()).isEqualTo(100);
        }
    }

    @Test
    void saysWhatAnInstanceIs() {
        says("IMDSv2 with hop limit 1");
        says("encrypted gp3 disk");
        says("no key pair");
        says("Prod names its AMI release.");
        for (Map.Entry<JsonNode, Boolean> template :
                Map.of(dev, false, prod, true).entrySet()) {
            JsonNode launch =
                    only(template.getKey(), "AWS::EC2::LaunchTemplate").path("LaunchTemplateData");
            assertThat(launch.at("/MetadataOptions/HttpTokens").asText()).isEqualTo("required");
            assertThat(launch.at("/MetadataOptions/HttpPutResponseHopLimit").asInt())
                    .isEqualTo(1);
            assertThat(launch.at("/BlockDeviceMappings/0/Ebs/Encrypted").asBoolean())
                    .isTrue();
            assertThat(launch.at("/BlockDeviceMappings/0/Ebs/VolumeType").asText())
                    .isEqualTo("gp3");
            assertThat(launch.has("KeyName")).isFalse();
            assertThat(launch.path("ImageId").toString().contains("al2023-ami-ecs-hvm-"))
                    .isEqualTo(template.getValue());
        }
    }

    private static void says(String sentence) {
        assertThat(page).contains(sentence);
    }

    private static JsonNode balancer(JsonNode template) {
        return only(template, "AWS::ElasticLoadBalancingV2::LoadBalancer");
    }

    private static List<String> protocols(JsonNode template) {
        return resources(template, "AWS::ElasticLoadBalancingV2::Listener").stream()
                .map(listener -> listener.path("Properties"))
                .map(listener -> listener.path("Protocol").asText() + " "
                        + listener.path("Port").asText() + " "
                        + listener.at("/DefaultActions/0/Type").asText())
                .toList();
    }
}
