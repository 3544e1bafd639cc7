package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.fleet.DeployedTemplates.Version;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.MachineImage;
import software.amazon.awscdk.services.ec2.UserData;

/**
 * A rollback replaces the instances that do not have the launch template and version that it names. Those that a refresh had not come to must
 * have them.
 */
class RefreshRollbackTest {
    private static final String OLD = AmiRelease.standIn(ImageArchitecture.ARM64);
    private static final String NEW = "al2023-ami-ecs-hvm-2023.0.20251115-kernel-6.1-arm64";

    @Test
    void plainCdkReplacesEveryInstanceInARollback() {
        DeployedTemplates stack = new DeployedTemplates();
        Version launched = stack.update(plain("ami-0123456789abcdef1"), Map.of());
        assertThat(stack.update(plain("ami-0123456789abcdef2"), Map.of()).templateId())
                .isEqualTo(launched.templateId());
        assertThat(stack.rollBack())
                .as("the trap: the former content is a third version, which no instance has")
                .isEqualTo(new Version(launched.templateId(), 3))
                .isNotEqualTo(launched);
    }

    @Test
    void namesWhatTheOldInstancesHaveAfterAnotherRelease() {
        assertRollbackMatches(
                fleet(usual -> usual.amiRelease(OLD)), Map.of(), fleet(usual -> usual.amiRelease(NEW)), Map.of());
    }

    @Test
    void namesWhatTheOldInstancesHaveAfterOtherUserData() {
        assertRollbackMatches(
                fleet(usual -> usual.hostPorts(50_000, 60_000)),
                Map.of(),
                fleet(usual -> usual.hostPorts(50_000, 61_000)),
                Map.of());
    }

    @Test
    void namesWhatTheOldInstancesHaveAfterOtherTags() {
        Sandbox tagged = Sandbox.plain();
        Ec2FleetTest.usual(tagged).amiRelease(OLD).build();
        Tags.of(tagged.app()).add("team", "storage");
        assertRollbackMatches(fleet(usual -> usual.amiRelease(OLD)), Map.of(), tagged.template(), Map.of());
    }

    /** The template's text is the same, so nothing in it can follow the image; its value can. */
    @Test
    void namesWhatTheOldInstancesHaveAfterANewerNewest() {
        JsonNode newest = fleet(usual -> usual);
        String parameter = newest.path("Parameters").properties().stream()
                .map(Map.Entry::getKey)
                .filter(name -> name.contains("NewestImage"))
                .findFirst()
                .orElseThrow();
        assertRollbackMatches(
                newest, Map.of(parameter, "ami-0123456789abcdef1"), newest, Map.of(parameter, "ami-0123456789abcdef2"));
        JsonNode other = fleet(usual -> usual.hostPorts(50_000, 61_000));
        assertRollbackMatches(
                newest, Map.of(parameter, "ami-0123456789abcdef1"), other, Map.of(parameter, "ami-0123456789abcdef1"));
        assertRollbackMatches(
                newest, Map.of(parameter, "ami-0123456789abcdef1"), other, Map.of(parameter, "ami-0123456789abcdef2"));
    }

    @Test
    void aDeploymentOfTheSameContentReplacesNothing() {
        DeployedTemplates stack = new DeployedTemplates();
        Version launched = stack.update(fleet(usual -> usual.amiRelease(OLD)), Map.of());
        assertThat(stack.update(fleet(usual -> usual.amiRelease(OLD).maxInstances(9)), Map.of()))
                .isEqualTo(launched);
    }

    @Test
    void aSecondTryAfterARollbackFindsItsNameFree() {
        DeployedTemplates stack = new DeployedTemplates();
        JsonNode old = fleet(usual -> usual);
        JsonNode other = fleet(usual -> usual.hostPorts(50_000, 61_000));
        Version launched = stack.update(old, Map.of());
        Version tried = stack.update(other, Map.of());
        stack.rollBack();
        assertThat(stack.update(other, Map.of())).isNotIn(launched, tried);
    }

    /** CDK and EC2 both bound names. */
    @Test
    void namesAndIdsStayWithinTheirBounds() {
        JsonNode template = fleet(usual -> usual);
        template.path("Resources")
                .properties()
                .forEach(resource -> assertThat(resource.getKey()).matches("[A-Za-z0-9]{1,255}"));
        JsonNode name = Sandbox.only(template, "AWS::EC2::LaunchTemplate").path("LaunchTemplateName");
        // The stack's GUID, a hash, and the image, each behind a hyphen.
        assertThat(36 + 1 + LaunchTemplateContent.DIGITS + 1 + "ami-0123456789abcdef0".length())
                .isLessThanOrEqualTo(128);
        assertThat(name.toString()).contains("AWS::StackId").contains("NewestImage");
        assertThat(Sandbox.only(fleet(usual -> usual.amiRelease(OLD)), "AWS::EC2::LaunchTemplate")
                        .has("LaunchTemplateName"))
                .isFalse();
    }

    private static void assertRollbackMatches(
            JsonNode before, Map<String, String> values, JsonNode after, Map<String, String> newer) {
        DeployedTemplates stack = new DeployedTemplates();
        Version launched = stack.update(before, values);
        Version refreshed = stack.update(after, newer);
        assertThat(refreshed).as("what the refresh brings is another").isNotEqualTo(launched);
        assertThat(stack.rollBack()).isEqualTo(launched);
        // And once more, from where the rollback has left it.
        assertThat(stack.update(after, newer)).isNotEqualTo(launched);
        assertThat(stack.rollBack()).isEqualTo(launched);
    }

    private static JsonNode plain(String image) {
        Sandbox sandbox = Sandbox.plain();
        AutoScalingGroup.Builder.create(sandbox.stack(), "Group")
                .vpc(TestVpc.in(sandbox.stack()))
                .launchTemplate(LaunchTemplate.Builder.create(sandbox.stack(), "Template")
                        .instanceType(new InstanceType("t3.medium"))
                        .machineImage(MachineImage.genericLinux(Map.of("us-east-1", image)))
                        .userData(UserData.custom(String.join("\n", List.of("#!/bin/bash", "true"))))
                        .build())
                .build();
        return sandbox.template();
    }

    private static JsonNode fleet(UnaryOperator<Ec2Fleet.Builder> change) {
        Sandbox sandbox = Sandbox.plain();
        change.apply(Ec2FleetTest.usual(sandbox)).build();
        return sandbox.template();
    }
}
