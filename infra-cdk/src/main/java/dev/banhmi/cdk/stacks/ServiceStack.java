package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.DeploymentConfig;
import dev.banhmi.cdk.GatewayImage;
import java.util.List;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.CapacityProviderStrategy;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.DeploymentCircuitBreaker;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.ecs.LoadBalancerTargetOptions;
import software.amazon.awscdk.services.ecs.PlacementStrategy;
import software.amazon.awscdk.services.ecs.PropagatedTagSource;
import software.amazon.awscdk.services.elasticloadbalancingv2.AddApplicationTargetsProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.constructs.Construct;

/** What runs the gateway and can be built anew at any time: cluster, instances, load balancer, service. */
public final class ServiceStack extends Stack {
    private static final int LISTENER_PORT = 80;

    /**
     * Builds the stack.
     *
     * @param scope the app
     * @param id the stack's name
     * @param props where it goes
     * @param config the environment's configuration
     * @param image what to run
     * @param foundation the network and the bucket
     */
    public ServiceStack(
            Construct scope,
            String id,
            StackProps props,
            DeploymentConfig config,
            GatewayImage image,
            FoundationStack foundation) {
        super(scope, id, props);
        getTemplateOptions()
                .setDescription(
                        "The gateway on ECS. It has no access control yet: whoever can reach it can read, write and delete"
                                + " every object, so its load balancer is internal.");
        Vpc vpc = foundation.vpc();
        Cluster cluster = Cluster.Builder.create(this, "Cluster").vpc(vpc).build();
        AsgCapacityProvider capacity = new ClusterCapacity(this, cluster).build(vpc, config, image.architecture());
        Ec2TaskDefinition task = new GatewayTask(this).build(config, image, foundation.bucket());
        Ec2Service service = service(cluster, capacity, task, config);
        // Neither is referred to, but a task needs the rights, and CloudFormation must take the service away before its
        // capacity.
        service.getNode().addDependency(cluster, task.obtainExecutionRole());
        ApplicationLoadBalancer loadBalancer = loadBalancer(vpc, config, service);
        CfnOutput.Builder.create(this, "GatewayUrl")
                .description("Reachable from the VPC only")
                .value("http://" + loadBalancer.getLoadBalancerDnsName())
                .build();
    }

    private Ec2Service service(
            Cluster cluster, AsgCapacityProvider capacity, Ec2TaskDefinition task, DeploymentConfig config) {
        return Ec2Service.Builder.create(this, "Service")
                .cluster(cluster)
                .taskDefinition(task)
                .capacityProviderStrategies(List.of(CapacityProviderStrategy.builder()
                        .capacityProvider(capacity.getCapacityProviderName())
                        .weight(1)
                        .build()))
                .desiredCount(config.tasks())
                .minHealthyPercent(100)
                .maxHealthyPercent(200)
                .circuitBreaker(
                        DeploymentCircuitBreaker.builder().rollback(true).build())
                .healthCheckGracePeriod(Duration.seconds(120))
                .propagateTags(PropagatedTagSource.SERVICE)
                .placementStrategies(List.of(
                        PlacementStrategy.spreadAcross("attribute:ecs.availability-zone"),
                        PlacementStrategy.spreadAcrossInstances()))
                .build();
    }

    private ApplicationLoadBalancer loadBalancer(Vpc vpc, DeploymentConfig config, Ec2Service service) {
        ApplicationLoadBalancer loadBalancer = ApplicationLoadBalancer.Builder.create(this, "LoadBalancer")
                .vpc(vpc)
                // The gateway asks nobody who they are yet, so nobody outside the VPC may reach it.
                .internetFacing(false)
                .vpcSubnets(SubnetSelection.builder()
                        .subnetType(SubnetType.PRIVATE_WITH_EGRESS)
                        .build())
                .idleTimeout(GatewayTimes.IDLE_TIMEOUT)
                .dropInvalidHeaderFields(true)
                .build();
        Validations.of(loadBalancer)
                .acknowledge(Acknowledgment.builder()
                        .id("CloudFormation-Validate::W9007")
                        .reason(
                                "The three subnets are different outputs of the foundation, which the rule takes for equal")
                        .build());
        ApplicationListener listener = loadBalancer.addListener(
                "Http",
                BaseApplicationListenerProps.builder()
                        .port(LISTENER_PORT)
                        .protocol(ApplicationProtocol.HTTP)
                        .open(false)
                        .build());
        listener.getConnections().allowDefaultPortFrom(Peer.ipv4(config.vpcCidr()), "Clients in the VPC");
        listener.addTargets(
                "Gateway",
                AddApplicationTargetsProps.builder()
                        .port(GatewayTask.CONTAINER_PORT)
                        .protocol(ApplicationProtocol.HTTP)
                        .targets(List.of(service.loadBalancerTarget(LoadBalancerTargetOptions.builder()
                                .containerName(GatewayTask.CONTAINER_NAME)
                                .containerPort(GatewayTask.CONTAINER_PORT)
                                .build())))
                        .deregistrationDelay(GatewayTimes.DEREGISTRATION_DELAY)
                        .healthCheck(HealthCheck.builder()
                                .path("/status/healthcheck")
                                .port("traffic-port")
                                .interval(Duration.seconds(10))
                                .timeout(Duration.seconds(5))
                                .healthyThresholdCount(2)
                                .unhealthyThresholdCount(3)
                                .build())
                        .build());
        return loadBalancer;
    }
}
