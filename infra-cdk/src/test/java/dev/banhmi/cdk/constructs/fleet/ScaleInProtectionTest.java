package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.InlineFunction;
import dev.banhmi.cdk.constructs.InlineFunction.Outcome;
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
    private static final String DENIED = "AccessDenied: You are not authorized to use launch template: lt-1";

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

    /**
     * On a replacement, and when one is taken back, the group that goes is not the one that the template names by then: the role has to fit
     * both, and no group of anybody else.
     */
    @Test
    void mayLetGoOfEveryGenerationOfThisGroupAndOfNoOther() {
        JsonNode template = template(FleetScaling.managed(100));
        JsonNode statements = statements(template);
        assertThat(statements).hasSize(3);
        JsonNode letGo = statements.path(1);
        assertThat(letGo.path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("autoscaling:SetInstanceProtection", "autoscaling:UpdateAutoScalingGroup");
        assertThat(letGo.path("Resource").toString())
                .endsWith(":autoScalingGroup:*:autoScalingGroupName/*\"]]}")
                .doesNotContain("FleetInstances");
        assertThat(letGo.path("Condition").toString())
                .isEqualTo("{\"StringEquals\":{\"autoscaling:ResourceTag/aws:cloudformation:logical-id\":\""
                        + name(template, "AWS::AutoScaling::AutoScalingGroup")
                        + "\",\"autoscaling:ResourceTag/aws:cloudformation:stack-id\":{\"Ref\":\"AWS::StackId\"}}}");
    }

    /** What fails beside the group must not leave protected instances that nothing lets go of: function and role are there before them. */
    @Test
    void isReadyBeforeTheFirstInstance() {
        JsonNode template = template(FleetScaling.managed(100));
        JsonNode group = template.path("Resources").path(name(template, "AWS::AutoScaling::AutoScalingGroup"));
        assertThat(group.path("DependsOn").toString()).contains("\"" + name(template, "AWS::Lambda::Function") + "\"");
    }

    /** The hooks of a group that is replaced are gone before its instances, so whatever runs there would be cut. */
    @Test
    void noGroupIsReplaced() {
        for (FleetScaling scaling : List.of(FleetScaling.managed(100), FleetScaling.steps())) {
            JsonNode template = template(scaling);
            assertThat(group(template).has("AutoScalingGroupName")).isFalse();
            assertThat(group(template).has("InstanceId")).isFalse();
            JsonNode policy = template.path("Resources")
                    .path(name(template, "AWS::AutoScaling::AutoScalingGroup"))
                    .path("UpdatePolicy");
            assertThat(policy.has("AutoScalingInstanceRefresh")).isTrue();
            assertThat(policy.has("AutoScalingReplacingUpdate")).isFalse();
        }
    }

    @Test
    void doesNothingUntilItIsDeleted() throws Exception {
        for (String type : List.of("Create", "Update")) {
            Outcome outcome = run(type, Map.of());
            assertThat(outcome.names()).isEmpty();
            // Another group is another resource, so that the old one's is deleted.
            outcome.succeeds(GROUP);
        }
    }

    @Test
    void letsGoOfEveryInstanceInServiceFiftyAtATime() throws Exception {
        List<Object> many = IntStream.range(0, 120)
                .mapToObj(i -> instance("i-" + i, "InService", true))
                .toList();
        Outcome outcome = run("Delete", Map.of("DescribeAutoScalingGroups", List.of(groups(many), groups(List.of()))));
        assertThat(outcome.names())
                .containsExactly(
                        "DescribeAutoScalingGroups",
                        "SetInstanceProtection",
                        "SetInstanceProtection",
                        "SetInstanceProtection",
                        "DescribeAutoScalingGroups");
        String calls = outcome.json().path("calls").toString();
        assertThat(calls).contains("i-0\\\"", "i-119\\\"", "\\\"ProtectedFromScaleIn\\\":false", GROUP);
        outcome.succeeds();
    }

    @Test
    void leavesAloneWhatIsNotHeldBack() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(groups(List.of(
                                instance("i-free", "InService", false),
                                instance("i-leaving", "Terminating:Wait", true))))));
        assertThat(outcome.names()).containsExactly("DescribeAutoScalingGroups");
        outcome.succeeds();
    }

    /** Protection starts in service: an instance that is on its way there becomes protected after the first look. */
    @Test
    void waitsForInstancesThatAreNotYetInService() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(
                                groups(List.of(
                                        instance("i-a", "Pending", false), instance("i-b", "Pending:Wait", true))),
                                groups(List.of(
                                        instance("i-a", "InService", true), instance("i-b", "Pending:Proceed", true))),
                                groups(List.of(
                                        instance("i-a", "InService", false), instance("i-b", "Terminating", true))))));
        assertThat(outcome.names())
                .containsExactly(
                        "DescribeAutoScalingGroups",
                        "DescribeAutoScalingGroups",
                        "SetInstanceProtection",
                        "DescribeAutoScalingGroups");
        assertThat(outcome.call(2)).contains("\"InstanceIds\":[\"i-a\"]");
        outcome.succeeds();
    }

    @Test
    void saysWhichInstanceItWaitedFor() throws Exception {
        run(
                        "Delete",
                        Map.of(
                                "DescribeAutoScalingGroups",
                                List.of(groups(List.of(instance("i-slow", "Pending:Wait", false))))))
                .fails("Not let go of yet: i-slow Pending:Wait");
    }

    @Test
    void protectsNoFurtherInstanceBeforeItLooksForTheLast() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(
                                Map.of(
                                        "AutoScalingGroups",
                                        List.of(Map.of(
                                                "NewInstancesProtectedFromScaleIn", true, "Instances", List.of()))),
                                groups(List.of()))));
        assertThat(outcome.names())
                .containsExactly("DescribeAutoScalingGroups", "UpdateAutoScalingGroup", "DescribeAutoScalingGroups");
        assertThat(outcome.call(1))
                .endsWith("{\"AutoScalingGroupName\":\"the-group\",\"NewInstancesProtectedFromScaleIn\":false}");
        outcome.succeeds();
    }

    /** As a policy may be about the launch template of a group: what is in service does not hang on that. */
    @Test
    void letsGoWhereItMayNotUpdateTheGroup() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(
                                protecting(instance("i-a", "InService", true)),
                                protecting(instance("i-a", "InService", false))),
                        "UpdateAutoScalingGroup",
                        List.of(DENIED)));
        assertThat(outcome.names())
                .containsExactly(
                        "DescribeAutoScalingGroups",
                        "SetInstanceProtection",
                        "UpdateAutoScalingGroup",
                        "DescribeAutoScalingGroups",
                        "UpdateAutoScalingGroup");
        outcome.succeeds();
    }

    @Test
    void waitsForInstancesThatBecomeProtectedBecauseItMayNotUpdateTheGroup() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(
                                protecting(instance("i-a", "Pending:Wait", false)),
                                protecting(instance("i-a", "InService", true)),
                                protecting(instance("i-a", "InService", false))),
                        "UpdateAutoScalingGroup",
                        List.of(DENIED)));
        assertThat(outcome.names().stream().filter("SetInstanceProtection"::equals))
                .hasSize(1);
        outcome.succeeds();
        Outcome never = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(protecting(instance("i-slow", "Pending:Wait", false))),
                        "UpdateAutoScalingGroup",
                        List.of(DENIED)));
        never.fails("Not let go of yet: i-slow Pending:Wait (" + DENIED);
    }

    /** A throttle says nothing about what it may do. */
    @Test
    void updatesTheGroupAfterAThrottle() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(protecting(), protecting(), groups(List.of())),
                        "UpdateAutoScalingGroup",
                        List.of("Throttling: Rate exceeded", Map.of())));
        assertThat(outcome.names().stream().filter("UpdateAutoScalingGroup"::equals))
                .hasSize(2);
        outcome.succeeds();
    }

    @Test
    void letsGoOfInstancesOnStandby() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(groups(List.of(instance("i-standby", "Standby", true))), groups(List.of()))));
        assertThat(outcome.call(1)).startsWith("SetInstanceProtection").contains("i-standby");
        outcome.succeeds();
    }

    @Test
    void isNotStoppedByAThrottle() throws Exception {
        Outcome outcome = run(
                "Delete", Map.of("DescribeAutoScalingGroups", List.of("Throttling: Rate exceeded", groups(List.of()))));
        assertThat(outcome.names()).containsExactly("DescribeAutoScalingGroups", "DescribeAutoScalingGroups");
        outcome.succeeds();
    }

    @Test
    void triesAgainWhenAnInstanceHasLeftMeanwhile() throws Exception {
        Outcome outcome = run(
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
        assertThat(outcome.call(3)).contains("\"InstanceIds\":[\"i-a\"]");
        outcome.succeeds();
    }

    @Test
    void takesAGroupThatIsGoneForReleased() throws Exception {
        run("Delete", Map.of("DescribeAutoScalingGroups", List.of(Map.of("AutoScalingGroups", List.of()))))
                .succeeds();
    }

    @Test
    void saysWhyItCannotLetGo() throws Exception {
        Outcome outcome = run(
                "Delete",
                Map.of(
                        "DescribeAutoScalingGroups",
                        List.of(groups(List.of(instance("i-a", "InService", true)))),
                        "SetInstanceProtection",
                        List.of("AccessDenied: explicit deny in an SCP")));
        outcome.fails("AccessDenied: explicit deny in an SCP");
        assertThat(outcome.names()).hasSizeBetween(100, 120);
    }

    private static JsonNode statements(JsonNode template) {
        return Sandbox.resources(template, "AWS::IAM::Role").stream()
                .map(role -> role.at("/Properties/Policies/0/PolicyDocument/Statement"))
                .filter(found -> found.toString().contains("SetInstanceProtection"))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> groups(List<Object> instances) {
        return Map.of("AutoScalingGroups", List.of(Map.of("Instances", instances)));
    }

    private static Map<String, Object> protecting(Object... instances) {
        return Map.of(
                "AutoScalingGroups",
                List.of(Map.of("NewInstancesProtectedFromScaleIn", true, "Instances", List.of(instances))));
    }

    private static Object instance(String id, String state, boolean held) {
        return Map.of("InstanceId", id, "LifecycleState", state, "ProtectedFromScaleIn", held);
    }

    private Outcome run(String type, Map<String, ? extends List<?>> answers) throws IOException, InterruptedException {
        String code = InlineFunction.code(template(FleetScaling.managed(100)));
        return new InlineFunction(directory, code, Map.of("Group", GROUP)).run(type, answers);
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
