package dev.banhmi.cdk.constructs.fleet;

import java.util.List;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.GroupMetrics;
import software.amazon.awscdk.services.autoscaling.InstancesDistribution;
import software.amazon.awscdk.services.autoscaling.LaunchTemplateOverrides;
import software.amazon.awscdk.services.autoscaling.MixedInstancesPolicy;
import software.amazon.awscdk.services.autoscaling.OnDemandAllocationStrategy;
import software.amazon.awscdk.services.autoscaling.SpotAllocationStrategy;
import software.amazon.awscdk.services.ec2.BlockDevice;
import software.amazon.awscdk.services.ec2.BlockDeviceVolume;
import software.amazon.awscdk.services.ec2.EbsDeviceOptions;
import software.amazon.awscdk.services.ec2.EbsDeviceVolumeType;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.LaunchTemplateHttpTokens;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.iam.Role;

/** The instances of a fleet: what is launched, and how it is replaced. */
final class FleetInstances {
    /*
     * Always a launch template, never the launch configuration that CDK makes in an app without feature flags: accounts opened since 2023
     * refuse it (https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html, checked 2026-11-22).
     *
     * Whatever replaces instances by itself (a failed health check, zone or capacity rebalancing) launches before it terminates, and as many
     * as have failed at once: 100 % is the minimum healthy percentage, 200 % the maximum. A deployment's refresh is FleetRefresh's.
     */

    private static final int MIN_HEALTHY = 100;
    private static final int MAX_HEALTHY = 200;

    private final Ec2Fleet fleet;
    private final FleetOptions options;

    FleetInstances(Ec2Fleet fleet, FleetOptions options) {
        this.fleet = fleet;
        this.options = options;
    }

    AutoScalingGroup build(IVpc vpc, Cluster cluster) {
        LaunchTemplate template = template(vpc, cluster);
        AutoScalingGroup.Builder group = AutoScalingGroup.Builder.create(fleet, "Instances")
                .vpc(vpc)
                .vpcSubnets(options.subnets())
                // No desired count: scaling sets it, and a deployment must not set it back.
                .minCapacity(options.minInstances())
                .maxCapacity(options.maxInstances())
                .minHealthyPercentage(MIN_HEALTHY)
                .maxHealthyPercentage(MAX_HEALTHY)
                .defaultInstanceWarmup(FleetScaling.WARM_UP)
                .newInstancesProtectedFromScaleIn(options.scaling().isManaged())
                .capacityRebalance(options.spot())
                .groupMetrics(List.of(GroupMetrics.all()));
        if (options.spot() || options.instanceTypes().size() > 1) {
            return group.mixedInstancesPolicy(mixed(template)).build();
        }
        return group.launchTemplate(template).build();
    }

    private MixedInstancesPolicy mixed(LaunchTemplate template) {
        InstancesDistribution.Builder distribution = InstancesDistribution.builder()
                .onDemandAllocationStrategy(OnDemandAllocationStrategy.PRIORITIZED)
                .onDemandBaseCapacity(options.onDemandInstances())
                .onDemandPercentageAboveBaseCapacity(options.spot() ? 0 : 100);
        if (options.spot()) {
            distribution.spotAllocationStrategy(SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED);
        }
        return MixedInstancesPolicy.builder()
                .launchTemplate(template)
                .instancesDistribution(distribution.build())
                .launchTemplateOverrides(options.instanceTypes().stream()
                        .map(type -> LaunchTemplateOverrides.builder()
                                .instanceType(type)
                                .build())
                        .toList())
                .build();
    }

    private LaunchTemplate template(IVpc vpc, Cluster cluster) {
        if (options.volumeKey() != null) {
            VolumeKey.allowLaunches(fleet, options.volumeKey(), options.spot());
        }
        SecurityGroup securityGroup = SecurityGroup.Builder.create(fleet, "SecurityGroup")
                .vpc(vpc)
                .description("Instances of the cluster")
                .allowAllOutbound(true)
                .build();
        // addAsgCapacityProvider, unlike addAutoScalingGroup, does not do it; without it a load balancer gets no rule
        // towards the tasks,
        // and every health check fails.
        cluster.getConnections().addSecurityGroup(securityGroup);
        InstanceType first = options.instanceTypes().get(0);
        EcsOptimizedAmi ami = new EcsOptimizedAmi(fleet.getArchitecture(), options.amiRelease());
        LaunchTemplate template = LaunchTemplate.Builder.create(fleet, "LaunchTemplate")
                .instanceType(first)
                .machineImage(ami)
                .userData(agentSettings())
                // Immutable, so that CDK adds no permissions of its own, among them logs on every resource.
                .role(role(cluster).withoutPolicyUpdates())
                .securityGroup(securityGroup)
                // One hop does not reach a container on the bridge: a task never gets the instance's credentials.
                .httpTokens(LaunchTemplateHttpTokens.REQUIRED)
                .httpPutResponseHopLimit(1)
                .httpEndpoint(true)
                .requireImdsv2(true)
                .blockDevices(List.of(BlockDevice.builder()
                        .deviceName("/dev/xvda")
                        .volume(BlockDeviceVolume.ebs(
                                options.rootVolumeGiB(),
                                EbsDeviceOptions.builder()
                                        .encrypted(true)
                                        .kmsKey(options.volumeKey())
                                        .volumeType(EbsDeviceVolumeType.GP3)
                                        .deleteOnTermination(true)
                                        .build()))
                        .build()))
                .build();
        LaunchTemplateContent.identify(template, ami.knownWhenDeployed(template));
        return template;
    }

    private Role role(Cluster cluster) {
        if (options.sessions()) {
            return options.spot()
                    ? InstanceRoles.spotAgentWithSessions(fleet, "Role", cluster)
                    : InstanceRoles.agentWithSessions(fleet, "Role", cluster);
        }
        return options.spot()
                ? InstanceRoles.spotAgent(fleet, "Role", cluster)
                : InstanceRoles.agent(fleet, "Role", cluster);
    }

    private UserData agentSettings() {
        UserData userData = UserData.forLinux();
        for (String setting : List.of(
                // Logs are written with the task's execution role, so the instance itself needs no permission for them.
                "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true",
                // Always written: CDK omits it where Spot comes from a mixed instances policy.
                "ECS_ENABLE_SPOT_INSTANCE_DRAINING=true",
                // The ports that services open, and no others.
                options.hostPorts().setting(),
                // An instance that waits in a warm pool must not join the cluster yet.
                "ECS_WARM_POOLS_CHECK=true")) {
            userData.addCommands("echo " + setting + " >> /etc/ecs/ecs.config");
        }
        return userData;
    }
}
