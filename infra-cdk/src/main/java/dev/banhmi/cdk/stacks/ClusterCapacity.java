package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.DeploymentConfig;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.EbsDeviceVolumeType;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.LaunchTemplateHttpTokens;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.AmiHardwareType;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/*
 * Two things CDK 2.263 does not do by itself, both measured.
 *
 * How an instance leaves. CDK decides this by two switches together (measured with 2.263): managed draining off with termination
 * protection on means no drain at all; protection off with managed draining unset or off installs CDK's own Python Lambda; protection
 * on hangs the removal of the stack (https://github.com/aws/aws-cdk/issues/18179). So both are said: ECS drains, nothing is protected.
 *
 * How a request enters. addAsgCapacityProvider, unlike addAutoScalingGroup, does not tell the cluster the instances' security group;
 * then the load balancer gets no rule towards them and every health check fails.
 */
/** The EC2 instances of a cluster, of the architecture of the image that they run. */
final class ClusterCapacity {
    private final Construct scope;
    private final Cluster cluster;

    ClusterCapacity(Construct scope, Cluster cluster) {
        this.scope = scope;
        this.cluster = cluster;
    }

    /** Adds the instances to the cluster; whatever connects to a service in it has to be built after this. */
    AsgCapacityProvider build(Vpc vpc, DeploymentConfig config, ImageArchitecture architecture) {
        SecurityGroup securityGroup = SecurityGroup.Builder.create(scope, "InstanceSecurityGroup")
                .vpc(vpc)
                .description("Instances of the gateway cluster")
                .build();
        cluster.getConnections().addSecurityGroup(securityGroup);
        AutoScalingGroup group = AutoScalingGroup.Builder.create(scope, "Instances")
                .vpc(vpc)
                .vpcSubnets(SubnetSelection.builder()
                        .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                        .build())
                .launchTemplate(launchTemplate(securityGroup, config.instanceType(architecture), architecture))
                // No desired count: ECS sets it, and a deployment must not set it back.
                .minCapacity(config.minInstances())
                .maxCapacity(config.maxInstances())
                .newInstancesProtectedFromScaleIn(false)
                .build();
        AsgCapacityProvider provider = AsgCapacityProvider.Builder.create(scope, "Capacity")
                .autoScalingGroup(group)
                .enableManagedScaling(true)
                .enableManagedDraining(true)
                .enableManagedTerminationProtection(false)
                .build();
        cluster.addAsgCapacityProvider(provider);
        return provider;
    }

    private LaunchTemplate launchTemplate(
            SecurityGroup securityGroup, String instanceType, ImageArchitecture architecture) {
        UserData userData = UserData.forLinux();
        // Logs are written with the task's execution role, so the instance itself needs no right to write any.
        userData.addCommands("echo ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true >> /etc/ecs/ecs.config");
        return LaunchTemplate.Builder.create(scope, "InstanceTemplate")
                .instanceType(new InstanceType(instanceType))
                .machineImage(EcsOptimizedImage.amazonLinux2023(
                        architecture == ImageArchitecture.ARM64 ? AmiHardwareType.ARM : AmiHardwareType.STANDARD))
                .userData(userData)
                // Immutable, so that CDK adds none of its own rights, among them logs on every resource.
                .role(instanceRole().withoutPolicyUpdates())
                .securityGroup(securityGroup)
                // One hop does not reach a container on the bridge: a task never gets the instance's credentials.
                .httpTokens(LaunchTemplateHttpTokens.REQUIRED)
                .httpPutResponseHopLimit(1)
                .blockDevices(List.of(BlockDevice.builder()
                        .deviceName("/dev/xvda")
                        .volume(BlockDeviceVolume.ebs(
                                30,
                                EbsDeviceOptions.builder()
                                        .encrypted(true)
                                        .volumeType(EbsDeviceVolumeType.GP3)
                                        .build()))
                        .build()))
                .build();
    }

    /** What the ECS agent calls to be part of this cluster, and nothing else. */
    private Role instanceRole() {
        Map<String, Object> inThisCluster = Map.of("ArnEquals", Map.of("ecs:cluster", cluster.getClusterArn()));
        String instances = Stack.of(scope)
                .formatArn(ArnComponents.builder()
                        .service("ecs")
                        .resource("container-instance")
                        .resourceName(cluster.getClusterName() + "/*")
                        .arnFormat(ArnFormat.SLASH_RESOURCE_NAME)
                        .build());
        PolicyDocument agent = PolicyDocument.Builder.create()
                .statements(List.of(
                        PolicyStatement.Builder.create()
                                .actions(List.of(
                                        "ecs:RegisterContainerInstance",
                                        "ecs:DeregisterContainerInstance",
                                        "ecs:SubmitAttachmentStateChanges",
                                        "ecs:SubmitContainerStateChange",
                                        "ecs:SubmitTaskStateChange"))
                                .resources(List.of(cluster.getClusterArn()))
                                .build(),
                        PolicyStatement.Builder.create()
                                .actions(List.of("ecs:Poll", "ecs:StartTelemetrySession"))
                                .resources(List.of(instances))
                                .conditions(inThisCluster)
                                .build(),
                        // Takes no resource.
                        PolicyStatement.Builder.create()
                                .actions(List.of("ecs:DiscoverPollEndpoint"))
                                .resources(List.of("*"))
                                .build()))
                .build();
        return Role.Builder.create(scope, "InstanceRole")
                .description("The ECS agent on the gateway's instances")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .inlinePolicies(Map.of("agent", agent))
                .build();
    }
}
