package com.example;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import java.time.Duration;
import software.amazon.awscdk.*;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ec2.*;
import software.amazon.awscdk.services.ecs.*;

/** A cluster that plain CDK makes, and a drain for its instances: no gateway of ours, no other construct of ours. */
public final class DrainedCluster {
    public static void main(String[] arguments) {
        App app = new App();
        app.getNode().setContext("@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig", true);
        Stack stack = new Stack(app, "foreign");
        Vpc vpc = Vpc.Builder.create(stack, "Vpc").maxAzs(2).build();
        Cluster cluster = Cluster.Builder.create(stack, "Cluster").vpc(vpc).build();
        AutoScalingGroup group = AutoScalingGroup.Builder.create(stack, "Instances").vpc(vpc).minCapacity(2)
                .instanceType(new InstanceType("m7g.large"))
                .machineImage(EcsOptimizedImage.amazonLinux2023(AmiHardwareType.ARM)).build();
        cluster.addAsgCapacityProvider(AsgCapacityProvider.Builder.create(stack, "Capacity")
                .autoScalingGroup(group).enableManagedDraining(false).build());
        DrainBudget budget = DrainBudget.Builder.create().tasks(4).instances(2)
                .maxRequestDuration(Duration.ofMinutes(10)).build();
        InstanceDrain.Builder.create(stack, "Drain").cluster(cluster).budget(budget).build().attach(group);
        app.synth();
    }
}
