package dev.banhmi.cdk.examples;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.EcsServiceLinkedRole;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.network.TieredVpc;
import dev.banhmi.cdk.constructs.observe.ServiceObservability;
import dev.banhmi.cdk.constructs.service.ServiceRoles;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import dev.banhmi.cdk.constructs.storage.ObjectBucket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.sns.Topic;

/** One whole service, construct by construct, and the drain of a cluster made without this library. */
final class ConstructExamples {
    private ConstructExamples() {}

    static void service(Stack stack, Path imageTar, ICertificate certificate) {
        // TieredVpc
        TieredVpc network =
                TieredVpc.Builder.create(stack, "Network").natGateways(1).build();
        // end

        // ObjectBucket
        ObjectBucket objects = ObjectBucket.Builder.create(stack, "Objects").build();
        // end

        // ServiceImage
        ServiceImage image = ServiceImage.asset(imageTar);
        // end

        // DrainBudget
        DrainBudget budget = DrainBudget.Builder.create()
                .maxRequestDuration(Duration.ofMinutes(15))
                .tasks(3)
                .instances(3)
                .build();
        // end

        // DrainStrategy
        DrainStrategy drain = DrainStrategy.lifecycleHook(budget);
        // end

        // Ec2Fleet
        Ec2Fleet fleet = Ec2Fleet.Builder.create(stack, "Fleet")
                .vpc(network.getVpc())
                .vpcSubnets(network.getPrivateSubnets())
                .architecture(image.getArchitecture())
                .instanceTypes(new InstanceType("m7i.large"))
                .minInstances(3)
                .maxInstances(6)
                .scaling(FleetScaling.steps())
                .drain(drain)
                .build();
        // end

        // EcsServiceLinkedRole
        EcsServiceLinkedRole roleOfEcs = new EcsServiceLinkedRole(stack, "RoleOfEcs");
        fleet.getCluster().getNode().addDependency(roleOfEcs);
        // end

        // ServiceRoles
        Role taskRole = ServiceRoles.task(stack, "TaskRole");
        objects.grantReadWriteDelete(taskRole);
        // end

        // ZeroDowntimeService
        ZeroDowntimeService service = ZeroDowntimeService.Builder.create(stack, "Gateway")
                .fleet(fleet)
                .image(image)
                .budget(budget)
                .healthCheckPath("/healthz")
                .taskRole(taskRole)
                .certificate(certificate)
                .minTasks(3)
                .maxTasks(6)
                .environment(Map.of("SPRING_PROFILES_ACTIVE", "aws"))
                .build();
        // end

        // ServiceObservability
        ServiceObservability.Builder.create(stack, "Observability")
                .service(service)
                .fleet(fleet)
                .notify(new Topic(stack, "Pager"))
                .build();
        // end
    }

    static Repository repository(Stack stack) {
        // ServiceImage from a repository
        Repository images = ServiceImage.newRepository(stack, "Images", RemovalPolicy.RETAIN);
        // end
        return images;
    }

    static void foreignCluster(Stack stack, Cluster cluster, AutoScalingGroup group) {
        // InstanceDrain
        InstanceDrain drain = InstanceDrain.Builder.create(stack, "Drain")
                .cluster(cluster)
                .budget(DrainBudget.Builder.create().tasks(4).instances(2).build())
                .build();
        drain.attach(group);
        // end
    }
}
