package dev.banhmi.cdk.examples;

import dev.banhmi.cdk.constructs.DrainBudget;
import dev.banhmi.cdk.constructs.DrainStrategy;
import dev.banhmi.cdk.constructs.Ec2Fleet;
import dev.banhmi.cdk.constructs.FleetScaling;
import dev.banhmi.cdk.constructs.GatewayImage;
import dev.banhmi.cdk.constructs.GatewayObservability;
import dev.banhmi.cdk.constructs.InstanceDrain;
import dev.banhmi.cdk.constructs.ObjectBucket;
import dev.banhmi.cdk.constructs.ServiceRoles;
import dev.banhmi.cdk.constructs.TieredVpc;
import dev.banhmi.cdk.constructs.ZeroDowntimeService;
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

/** One whole service, construct by construct, and the drain of a cluster of somebody else. */
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

        // GatewayImage
        GatewayImage image = GatewayImage.asset(imageTar);
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

        // ServiceRoles
        Role taskRole = ServiceRoles.task(stack, "TaskRole");
        objects.grantGateway(taskRole);
        // end

        // ZeroDowntimeService
        ZeroDowntimeService service = ZeroDowntimeService.Builder.create(stack, "Gateway")
                .fleet(fleet)
                .image(image)
                .budget(budget)
                .taskRole(taskRole)
                .certificate(certificate)
                .minTasks(3)
                .maxTasks(6)
                .environment(Map.of("SPRING_PROFILES_ACTIVE", "aws"))
                .build();
        // end

        // GatewayObservability
        GatewayObservability.Builder.create(stack, "Observability")
                .service(service)
                .fleet(fleet)
                .notify(new Topic(stack, "Pager"))
                .build();
        // end
    }

    static Repository repository(Stack stack) {
        // GatewayImage from a repository
        Repository images = GatewayImage.newRepository(stack, "Images", RemovalPolicy.RETAIN);
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
