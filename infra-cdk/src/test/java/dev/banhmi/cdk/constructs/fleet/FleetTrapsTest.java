package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.LaunchTemplateOverrides;
import software.amazon.awscdk.services.autoscaling.MixedInstancesPolicy;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ecs.AddAutoScalingGroupCapacityOptions;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;

/** Each trap of CDK that concerns a fleet: first as plain CDK has it, then that ours is free of it. */
class FleetTrapsTest {
    @Test
    void aPlainAppMakesALaunchConfigurationWhichNewAccountsRefuse() {
        Sandbox plain = Sandbox.plain();
        AutoScalingGroup.Builder.create(plain.stack(), "Group")
                .vpc(TestVpc.in(plain.stack()))
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .build();
        JsonNode template = plain.template();
        assertThat(Sandbox.resources(template, "AWS::AutoScaling::LaunchConfiguration"))
                .hasSize(1);
        assertThat(Sandbox.resources(template, "AWS::EC2::LaunchTemplate")).isEmpty();

        JsonNode ours = ours(DrainStrategy.managed());
        assertThat(Sandbox.resources(ours, "AWS::AutoScaling::LaunchConfiguration"))
                .isEmpty();
        assertThat(Sandbox.resources(ours, "AWS::EC2::LaunchTemplate")).hasSize(1);
    }

    @Test
    void spotDrainingIsDroppedWhereSpotComesFromAMixedInstancesPolicy() {
        Sandbox plain = Sandbox.plain();
        Cluster cluster = cluster(plain);
        AutoScalingGroup group = AutoScalingGroup.Builder.create(plain.stack(), "Group")
                .vpc(TestVpc.in(plain.stack()))
                .mixedInstancesPolicy(MixedInstancesPolicy.builder()
                        .launchTemplate(launchTemplate(plain))
                        .launchTemplateOverrides(List.of(LaunchTemplateOverrides.builder()
                                .instanceType(new InstanceType("t3.medium"))
                                .build()))
                        .build())
                .build();
        cluster.addAsgCapacityProvider(
                AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                        .autoScalingGroup(group)
                        .spotInstanceDraining(true)
                        .build(),
                AddAutoScalingGroupCapacityOptions.builder()
                        .spotInstanceDraining(true)
                        .build());
        assertThat(userData(plain.template()))
                .contains("ECS_CLUSTER")
                .doesNotContain("ECS_ENABLE_SPOT_INSTANCE_DRAINING");

        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox).spot("cuts accepted").build();
        assertThat(userData(sandbox.template()))
                .contains("ECS_CLUSTER")
                .contains("echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config");
    }

    @Test
    void aCapacityProviderDoesNotTellTheClusterItsSecurityGroup() {
        Sandbox plain = Sandbox.plain();
        Cluster cluster = cluster(plain);
        cluster.addAsgCapacityProvider(AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                .autoScalingGroup(group(plain))
                .build());
        assertThat(cluster.getConnections().getSecurityGroups()).isEmpty();

        Sandbox sandbox = Sandbox.plain();
        Ec2Fleet fleet = Ec2FleetTest.usual(sandbox).build();
        assertThat(fleet.getCluster().getConnections().getSecurityGroups())
                .singleElement()
                .satisfies(group -> assertThat(group.getSecurityGroupId())
                        .isEqualTo(fleet.getConnections()
                                .getSecurityGroups()
                                .get(0)
                                .getSecurityGroupId()));
    }

    @Test
    void managedDrainingOffWithTheDefaultProtectionIsNoDrainAtAll() {
        Sandbox plain = Sandbox.plain();
        cluster(plain)
                .addAsgCapacityProvider(AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                        .autoScalingGroup(group(plain))
                        .enableManagedDraining(false)
                        .build());
        JsonNode template = plain.template();
        assertThat(provider(template).path("ManagedTerminationProtection").asText())
                .isEqualTo("ENABLED");
        assertThat(provider(template).path("ManagedDraining").asText()).isEqualTo("DISABLED");
        assertThat(Sandbox.resources(template, "AWS::AutoScaling::LifecycleHook"))
                .isEmpty();

        JsonNode ours = ours(DrainStrategy.lifecycleHook(
                DrainBudget.Builder.create().tasks(2).instances(2).build(), StandInDrainJar.usual()));
        assertThat(provider(ours).path("ManagedTerminationProtection").asText()).isEqualTo("ENABLED");
        assertThat(provider(ours).path("ManagedDraining").asText()).isEqualTo("DISABLED");
        Sandbox.onlyTerminationHook(ours);
    }

    @Test
    void withoutProtectionCdkInstallsADrainOfItsOwn() {
        Sandbox plain = Sandbox.plain();
        cluster(plain)
                .addAsgCapacityProvider(AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                        .autoScalingGroup(group(plain))
                        .enableManagedDraining(false)
                        .enableManagedTerminationProtection(false)
                        .build());
        JsonNode template = plain.template();
        assertThat(Sandbox.resources(template, "AWS::AutoScaling::LifecycleHook"))
                .hasSize(1);
        assertThat(Sandbox.only(template, "AWS::Lambda::Function")
                        .path("Runtime")
                        .asText())
                .startsWith("python");
        assertThat(Sandbox.resources(template, "AWS::SNS::Topic")).hasSize(1);

        JsonNode ours = steps(DrainStrategy.none("a test"));
        assertThat(provider(ours).path("ManagedTerminationProtection").asText()).isEqualTo("DISABLED");
        for (String type : List.of(
                "AWS::AutoScaling::LifecycleHook",
                "AWS::Lambda::Function",
                "AWS::Lambda::Permission",
                "AWS::SNS::Topic",
                "AWS::SNS::Subscription")) {
            assertThat(Sandbox.resources(ours, type)).as(type).isEmpty();
        }
        assertThat(Sandbox.resources(ours, "AWS::IAM::Role")).hasSize(1);
    }

    @Test
    void aCapacityProviderLetsInstancesWriteEveryLog() {
        Sandbox plain = Sandbox.plain();
        cluster(plain)
                .addAsgCapacityProvider(AsgCapacityProvider.Builder.create(plain.stack(), "Capacity")
                        .autoScalingGroup(group(plain))
                        .build());
        assertThat(Sandbox.resources(plain.template(), "AWS::IAM::Policy").toString())
                .contains("\"logs:PutLogEvents\"],\"Effect\":\"Allow\",\"Resource\":\"*\"");

        JsonNode ours = steps(DrainStrategy.managed());
        assertThat(Sandbox.resources(ours, "AWS::IAM::Policy")).isEmpty();
        assertThat(Sandbox.only(ours, "AWS::IAM::Role").toString()).doesNotContain("logs:");
    }

    private static JsonNode ours(DrainStrategy strategy) {
        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox).drain(strategy).build();
        return sandbox.template();
    }

    private static JsonNode steps(DrainStrategy strategy) {
        Sandbox sandbox = Sandbox.plain();
        Ec2FleetTest.usual(sandbox)
                .drain(strategy)
                .scaling(FleetScaling.steps())
                .build();
        return sandbox.template();
    }

    private static Cluster cluster(Sandbox sandbox) {
        return Cluster.Builder.create(sandbox.stack(), "Cluster")
                .vpc(TestVpc.in(sandbox.stack()))
                .build();
    }

    private static AutoScalingGroup group(Sandbox sandbox) {
        return AutoScalingGroup.Builder.create(sandbox.stack(), "Group")
                .vpc(TestVpc.in(sandbox.stack()))
                .launchTemplate(launchTemplate(sandbox))
                .build();
    }

    private static LaunchTemplate launchTemplate(Sandbox sandbox) {
        return LaunchTemplate.Builder.create(sandbox.stack(), "LaunchTemplate")
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .userData(UserData.forLinux())
                .role(Role.Builder.create(sandbox.stack(), "Role")
                        .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                        .build())
                .securityGroup(SecurityGroup.Builder.create(sandbox.stack(), "SecurityGroup")
                        .vpc(TestVpc.in(sandbox.stack()))
                        .build())
                .build();
    }

    private static String userData(JsonNode template) {
        return Sandbox.only(template, "AWS::EC2::LaunchTemplate")
                .path("LaunchTemplateData")
                .path("UserData")
                .toString();
    }

    private static JsonNode provider(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
    }
}
