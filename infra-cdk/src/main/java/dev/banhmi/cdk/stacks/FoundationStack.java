package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.FlowLogs;
import dev.banhmi.cdk.constructs.fleet.EcsServiceLinkedRole;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.network.TieredVpc;
import dev.banhmi.cdk.constructs.storage.ObjectBucket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ecr.Repository;
import software.constructs.Construct;

/**
 * The long-lived part of an environment: the network, the bucket with the objects, the image repository if there is one, and the account's role
 * of ECS, which the first cluster needs.
 */
public final class FoundationStack extends Stack {
    private final TieredVpc network;
    private final ObjectBucket objects;
    private final Optional<Repository> images;

    /**
     * Builds the stack.
     *
     * @param scope the app
     * @param id the stack's name
     * @param props account and region
     * @param config the environment's configuration
     */
    public FoundationStack(Construct scope, String id, StackProps props, DeploymentConfig config) {
        super(scope, id, props);
        Deployability.state(this, config);
        new EcsServiceLinkedRole(this, "EcsRole");
        RemovalPolicy removal = config.isDisposable() ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN;
        this.network = TieredVpc.Builder.create(this, "Network")
                .cidr(config.network().cidr())
                .zones(config.network().zones())
                .natGateways(config.network().natGateways())
                .flowLogTraffic(
                        config.network().flowLogs() == FlowLogs.ALL
                                ? FlowLogTrafficType.ALL
                                : FlowLogTrafficType.REJECT)
                .flowLogRemovalPolicy(removal)
                .build();
        this.objects = buildObjects(config);
        this.images = config.imageDigest().map(digest -> ServiceImage.newRepository(this, "Images", removal));
        CfnOutput.Builder.create(this, "ObjectsBucketName")
                .description("The bucket that the gateway serves")
                .value(objects.getBucket().getBucketName())
                .build();
        networkIds(config)
                .write(
                        this,
                        "NetworkIds",
                        Stream.concat(
                                        Stream.of(network.getVpc().getVpcId()),
                                        network
                                                .getVpc()
                                                .selectSubnets(network.getPrivateSubnets())
                                                .getSubnetIds()
                                                .stream())
                                .toList());
        bucketIds(config)
                .write(
                        this,
                        "BucketIds",
                        List.of(
                                objects.getBucket().getBucketName(),
                                objects.getAccessLogs().getBucketName()));
        images.ifPresent(repository -> CfnOutput.Builder.create(this, "ImagesUri")
                .description("Where to push the gateway's image")
                .value(repository.getRepositoryUri())
                .build());
    }

    private ObjectBucket buildObjects(DeploymentConfig config) {
        ObjectBucket.Builder builder =
                ObjectBucket.Builder.create(this, "Objects").emptiedWhenDeleted(config.isDisposable());
        if (config.oldVersionsDays() > 0) {
            builder.versioned(Duration.days(config.oldVersionsDays()));
        }
        return builder.build();
    }

    static FoundationIds networkIds(DeploymentConfig config) {
        return new FoundationIds(config.environment(), "network");
    }

    static FoundationIds bucketIds(DeploymentConfig config) {
        return new FoundationIds(config.environment(), "buckets");
    }

    TieredVpc network() {
        return network;
    }

    ObjectBucket objects() {
        return objects;
    }

    /**
     * The repository of the gateway's image, unless the image is the build's own file.
     *
     * @return the repository, if the configuration names an image of it
     */
    public Optional<Repository> images() {
        return images;
    }
}
