package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;

/** Which instances are held back when a fleet shrinks, and that its stack can be removed all the same. */
class ScaleInProtectionTest {
    private static final String GROUP = "the-group";

    @TempDir
    private Path directory;

    @Test
    void plainCdkProtectsInstancesAndLetsNothingGoOfThem() {
        Sandbox plain = Sandbox.plain();
        AutoScalingGroup group = AutoScalingGroup.Builder.create(plain.stack(), "Group")
                .vpc(TestVpc.in(plain.stack()))
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .build();
        Cluster.Builder.create(plain.stack(), "Cluster")
                .vpc(TestVpc.in(plain.stack()))
                .build()
                .addAsgCapacityProvider(AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                        .autoScalingGroup(group)
                        .build());
        assertThat(group(plain.template())
                        .path("NewInstancesProtectedFromScaleIn")
                        .asBoolean())
                .isTrue();
        assertThat(plain.template().path("Resources").toString()).doesNotContain("Custom::");
    }

    @Test
    void protectsWhatCarriesTasksWhereEcsScales() {
        JsonNode template = template(FleetScaling.managed(100));
        assertThat(provider(template).path("ManagedTerminationProtection").asText())
                .isEqualTo("ENABLED");
        assertThat(group(template).path("NewInstancesProtectedFromScaleIn").asBoolean())
                .isTrue();
    }

    /** ECS takes protection away only where it scales: without that, no instance would ever go. */
    @Test
    void protectsNothingWhereStepsScale() {
        JsonNode template = template(FleetScaling.steps());
        assertThat(provider(template).path("ManagedTerminationProtection").asText())
                .isEqualTo("DISABLED");
        assertThat(group(template).path("NewInstancesProtectedFromScaleIn").asBoolean())
                .isFalse();
        assertThat(Sandbox.resources(template, ScaleInProtection.RESOURCE)).isEmpty();
    }

    /** CloudFormation deletes against the arrows: provider, release, group. */
    @Test
    void letsGoAfterTheProviderAndBeforeTheGroup() {
        JsonNode template = template(FleetScaling.managed(100));
        String release = name(template, ScaleInProtection.RESOURCE);
        JsonNode provider = template.path("Resources").path(name(template, "AWS::ECS::CapacityProvider"));
        assertThat(provider.path("DependsOn").toString()).contains("\"" + release + "\"");
        assertThat(template.at("/Resources/" + release + "/Properties/Group/Ref")
                        .asText())
                .isEqualTo(name(template, "AWS::AutoScaling::AutoScalingGroup"));
        assertThat(References.cycle(template)).isEmpty();
    }

    @Test
    void mayLetGoOfThisGroupOnly() {
        JsonNode statements = Sandbox.resources(template(FleetScaling.managed(100)), "AWS::IAM::Role").stream()
                .map(role -> role.at("/Properties/Policies/0/PolicyDocument/Statement"))
                .filter(found -> found.toString().contains("SetInstanceProtection"))
                .findFirst()
                .orElseThrow();
        assertThat(statements).hasSize(3);
        assertThat(statements.path(1).path("Action").asText()).isEqualTo("autoscaling:SetInstanceProtection");
        assertThat(statements.path(1).path("Resource").toString()).contains(":autoScalingGroupName/", "FleetInstances");
    }

    @Test
    void doesNothingUntilItIsDeleted() throws Exception {
        for (String type : List.of("Create", "Update")) {
            JsonNode outcome = run(type, Map.of());
            assertThat(outcome.path("calls")).isEmpty();
            assertThat(body(outcome).path("Status").asText()).isEqualTo("SUCCESS");
            assertThat(body(outcome).path("PhysicalResourceId").asText())
                    .as("another group is another resource, so that the old one's is deleted")
                    .isEqualTo(GROUP);
        }
    }

    @Test
    void letsGoOfEveryInstanceInServiceFiftyAtATime() throws Exception {
        List<Object> many = IntStream.range(0, 120)
                .mapToObj(i -> instance("i-" + i, "InService", true))
                .toList();
        JsonNode outcome = run("Delete", Map.of("DescribeAutoScalingGroups", List.of(groups(many), groups(List.of()))));
        assertThat(InlineFunction.calls(outcome))
                .containsExactly(
                        "DescribeAutoScalingGroups",
                        "SetInstanceProtection",
                        "SetInstanceProtection",
                        "SetInstanceProtection",
                        "DescribeAutoScalingGroups");
        String calls = outcome.path("calls").toString();
        assertThat(calls).contains("i-0\\\"", "i-119\\\"", "\\\"ProtectedFromScaleIn\\\":false", GROUP);
        assertThat(body(outcome).path("Status").asText()).isEqualTo("SUCCESS");
    }

    @Test
    void leavesAloneWhatIsNotHeldBack() throws Exception {
        JsonNode outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(groups(List.of(
                                instance("i-free", "InService", false),
                                instance("i-leaving", "Terminating:Wait", true))))));
        assertThat(InlineFunction.calls(outcome)).containsExactly("DescribeAutoScalingGroups");
        assertThat(body(outcome).path("Status").asText()).isEqualTo("SUCCESS");
    }

    @Test
    void triesAgainWhenAnInstanceHasLeftMeanwhile() throws Exception {
        JsonNode outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(
                                groups(List.of(
                                        instance("i-a", "InService", true), instance("i-gone", "InService", true))),
                                groups(List.of(instance("i-a", "InService", true))),
                                groups(List.of())),
                        "SetInstanceProtection",
                        List.of("ValidationError: The instance i-gone is not part of Auto Scaling group", Map.of())));
        assertThat(outcome.path("calls").path(3).asText()).contains("\"InstanceIds\":[\"i-a\"]");
        assertThat(body(outcome).path("Status").asText()).isEqualTo("SUCCESS");
    }

    @Test
    void takesAGroupThatIsGoneForReleased() throws Exception {
        JsonNode outcome =
                run("Delete", Map.of("DescribeAutoScalingGroups", List.of(Map.of("AutoScalingGroups", List.of()))));
        assertThat(body(outcome).path("Status").asText()).isEqualTo("SUCCESS");
    }

    @Test
    void saysWhyItCannotLetGo() throws Exception {
        JsonNode outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(groups(List.of(instance("i-a", "InService", true)))),
                        "SetInstanceProtection",
                        List.of("AccessDenied: explicit deny in an SCP")));
        assertThat(body(outcome).path("Status").asText()).isEqualTo("FAILED");
        assertThat(body(outcome).path("Reason").asText()).contains("AccessDenied: explicit deny in an SCP");
        assertThat(InlineFunction.calls(outcome)).hasSizeBetween(100, 120);
    }

    private static Map<String, Object> groups(List<Object> instances) {
        return Map.of("AutoScalingGroups", List.of(Map.of("Instances", instances)));
    }

    private static Object instance(String id, String state, boolean held) {
        return Map.of("InstanceId", id, "LifecycleState", state, "ProtectedFromScaleIn", held);
    }

    private JsonNode run(String type, Map<String, ? extends List<?>> answers) throws IOException, InterruptedException {
        String code = Sandbox.only(template(FleetScaling.managed(100)), "AWS::Lambda::Function")
                .path("Code")
                .path("ZipFile")
                .asText();
        assertThat(code.length()).as("inline code ends at 4,096 characters").isLessThan(4096);
        return InlineFunction.run(directory, code, type, Map.of("Group", GROUP), GROUP, answers);
    }

    private static JsonNode body(JsonNode outcome) {
        return outcome.path("response").path("body");
    }

    private static JsonNode template(FleetScaling scaling) {
        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox).scaling(scaling).build();
        return sandbox.template();
    }

    private static JsonNode group(JsonNode template) {
        return Sandbox.only(template, "AWS::AutoScaling::AutoScalingGroup");
    }

    private static JsonNode provider(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
    }

    private static String name(JsonNode template, String type) {
        return template.path("Resources").properties().stream()
                .filter(resource -> resource.getValue().path("Type").asText().equals(type))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
