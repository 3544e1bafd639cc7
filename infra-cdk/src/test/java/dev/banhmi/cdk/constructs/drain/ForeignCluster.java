package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.UpdatePolicy;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.UserData;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/** A cluster made with plain CDK, without this library. */
final class ForeignCluster {
    private final Construct scope;
    private final Vpc vpc;
    private final Cluster cluster;

    ForeignCluster(Construct scope) {
        this.scope = scope;
        this.vpc = Vpc.Builder.create(scope, "Vpc").maxAzs(2).natGateways(0).build();
        this.cluster = Cluster.Builder.create(scope, "Cluster").vpc(vpc).build();
    }

    Vpc vpc() {
        return vpc;
    }

    Cluster cluster() {
        return cluster;
    }

    AutoScalingGroup group(String id) {
        return group(id, null);
    }

    AutoScalingGroup group(String id, @Nullable UpdatePolicy policy) {
        Role role = Role.Builder.create(scope, id + "Role")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .build();
        LaunchTemplate template = LaunchTemplate.Builder.create(scope, id + "Template")
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .userData(UserData.forLinux())
                .securityGroup(SecurityGroup.Builder.create(scope, id + "SecurityGroup")
                        .vpc(vpc)
                        .build())
                .role(role)
                .build();
        return AutoScalingGroup.Builder.create(scope, id)
                .vpc(vpc)
                .vpcSubnets(
                        SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build())
                .launchTemplate(template)
                .updatePolicy(policy)
                .build();
    }

    /** Options of a capacity provider, with what decides about drains left to the caller. */
    AsgCapacityProvider.Builder provider(String id, AutoScalingGroup group) {
        return AsgCapacityProvider.Builder.create(scope, id).autoScalingGroup(group);
    }

    InstanceDrain.Builder drain(String id) {
        return InstanceDrain.Builder.create(scope, id)
                .cluster(cluster)
                .budget(budget())
                .jar(StandInDrainJar.usual());
    }

    static DrainBudget budget() {
        return DrainBudget.Builder.create().tasks(2).instances(2).build();
    }
}
