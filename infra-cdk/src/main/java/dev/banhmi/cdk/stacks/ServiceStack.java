package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.Scaling;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.network.TieredVpc;
import dev.banhmi.cdk.constructs.observe.ServiceObservability;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import dev.banhmi.cdk.constructs.storage.ObjectBucket;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicies;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.RemovalPolicyProps;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.TagProps;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** The replaceable part of an environment: cluster, instances, drain, load balancer, service, alarms. */
public final class ServiceStack extends Stack {
    /** The tag of everything in an environment. */
    public static final String ENVIRONMENT_TAG = "banhmi:environment";

    private static final int FULL = 100;

    /**
     * Builds the stack.
     *
     * @param scope the app
     * @param id the stack's name
     * @param props account and region
     * @param config the environment's configuration
     * @param image the image to run
     * @param drain how an instance is drained before it is terminated
     * @param foundation the network and the bucket
     * @param clock what says how old a release of the instances' image is
     */
    public ServiceStack(
            Construct scope,
            String id,
            StackProps props,
            DeploymentConfig config,
            ServiceImage image,
            DrainStrategy drain,
            FoundationStack foundation,
            Clock clock) {
        super(scope, id, props);
        Deployability.state(this, config);
        getTemplateOptions()
                .setDescription(
                        "The gateway on ECS. It has no access control yet: whoever can reach it can read, write and"
                                + " delete"
                                + " every object, so its load balancer is internal.");
        Ec2Fleet fleet = fleet(config, image, drain, foundation.network(), clock);
        Tags.of(fleet.getCluster())
                .add("banhmi:network", FoundationStack.networkIds(config).read(this, "NetworkIds"));
        Tags.of(fleet.getCluster())
                .add("banhmi:buckets", FoundationStack.bucketIds(config).read(this, "BucketIds"));
        ZeroDowntimeService gateway = gateway(config, image, fleet, foundation);
        foundation.objects().grantReadWriteDelete(gateway.getTaskRole());
        ServiceObservability observability = ServiceObservability.Builder.create(this, "Observability")
                .service(gateway)
                .fleet(fleet)
                .build();
        config.alarmEmail()
                .ifPresent(address -> observability
                        .getTopics()
                        .forEach(topic -> topic.addSubscription(new EmailSubscription(address))));
        if (config.isDisposable()) {
            // What constructs retain for later reading, whichever creates it.
            RemovalPolicies.of(this)
                    .destroy(RemovalPolicyProps.builder()
                            .applyToResourceTypes(List.of("AWS::Logs::LogGroup", "AWS::SQS::Queue", "AWS::KMS::Key"))
                            .build());
        }
        CfnOutput.Builder.create(this, "GatewayUrl")
                .description("Reachable from the VPC only")
                .value(gateway.getUrl())
                .build();
    }

    private Ec2Fleet fleet(
            DeploymentConfig config, ServiceImage image, DrainStrategy drain, TieredVpc network, Clock clock) {
        DeploymentConfig.Fleet wanted = config.fleet();
        Ec2Fleet.Builder builder = Ec2Fleet.Builder.create(this, "Fleet")
                .vpc(network.getVpc())
                .vpcSubnets(network.getPrivateSubnets())
                .architecture(image.getArchitecture())
                .instanceTypes(wanted.instanceTypes(image.getArchitecture()).stream()
                        .map(InstanceType::new)
                        .toArray(InstanceType[]::new))
                .minInstances(wanted.minInstances())
                .maxInstances(wanted.maxInstances())
                .amiMaxAgeDays(wanted.amiMaxAgeDays())
                .reviewOnly(config.isExample())
                .clock(clock)
                .scaling(wanted.scaling() == Scaling.STEPS ? FleetScaling.steps() : FleetScaling.managed(FULL))
                .drain(drain);
        wanted.amiRelease(image.getArchitecture()).ifPresent(builder::amiRelease);
        volumeKey(wanted.volumeKey()).ifPresent(builder::volumeKey);
        Ec2Fleet fleet = builder.build();
        // CloudFormation gives the stack's tags to instances, but not to the volumes that are launched with them.
        Tags.of(fleet)
                .add(
                        ENVIRONMENT_TAG,
                        config.environment(),
                        TagProps.builder()
                                .includeResourceTypes(List.of("AWS::EC2::LaunchTemplate"))
                                .build());
        return fleet;
    }

    private Optional<IKey> volumeKey(DeploymentConfig.VolumeKey wanted) {
        if (wanted.isOwn()) {
            return Optional.of(Key.Builder.create(this, "VolumeKey")
                    .description("Volumes of the instances")
                    .enableKeyRotation(true)
                    // A volume is deleted with its instance, so nothing is left that it could decrypt.
                    .removalPolicy(RemovalPolicy.DESTROY)
                    .pendingWindow(Duration.days(7))
                    .build());
        }
        return wanted.arn().map(arn -> Key.fromKeyArn(this, "VolumeKey", arn));
    }

    private ZeroDowntimeService gateway(
            DeploymentConfig config, ServiceImage image, Ec2Fleet fleet, FoundationStack foundation) {
        TieredVpc network = foundation.network();
        ZeroDowntimeService.Builder builder = ZeroDowntimeService.Builder.create(this, "Gateway")
                .fleet(fleet)
                .image(image)
                .budget(config.budget())
                .budgetVariables(
                        budget -> GatewaySettings.of(budget, config.service().acceptedRequestDuration()))
                .healthCheckPath(GatewaySettings.HEALTH_CHECK_PATH)
                .containerPort(GatewaySettings.PORT)
                // The gateway has no access control yet, so nothing outside the VPC may reach it.
                .internetFacing(false)
                .loadBalancerSubnets(network.getPrivateSubnets())
                .clients(Peer.ipv4(config.network().cidr()))
                .minTasks(config.service().minTasks())
                .maxTasks(config.service().maxTasks())
                .cpuUnits(config.service().cpuUnits())
                .memoryLimitMiB(config.service().memoryMebibytes())
                .environment(environment(config, foundation.objects()))
                .accessLogs(foundation.objects().getAccessLogs())
                .deletionProtection(config.isProtected())
                .logRemovalPolicy(config.isDisposable() ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN);
        config.service()
                .certificate()
                .ifPresentOrElse(
                        arn -> builder.certificate(Certificate.fromCertificateArn(this, "Certificate", arn)),
                        () -> builder.plainHttp(
                                "The configuration names no certificate, and no one but the VPC connects"));
        ZeroDowntimeService gateway = builder.build();
        Validations.of(gateway.getLoadBalancer())
                .acknowledge(Acknowledgment.builder()
                        .id("CloudFormation-Validate::W9007")
                        .reason("The subnets are different outputs of the foundation, which the rule takes for equal")
                        .build());
        return gateway;
    }

    private Map<String, String> environment(DeploymentConfig config, ObjectBucket objects) {
        return new TreeMap<>(Map.of(
                "SPRING_PROFILES_ACTIVE",
                "aws",
                "BANHMI_ACCESS_ALLOW_OPEN",
                "true",
                "BANHMI_S3_REGION",
                config.region(),
                "SPRING_APPLICATION_JSON",
                toJsonString(Map.of(
                        "banhmi",
                        Map.of(
                                "buckets",
                                Map.of(objects.getBucket().getBucketName(), Map.of("key-layout", "hashed")))))));
    }
}
