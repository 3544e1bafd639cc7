package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.DeploymentConfig;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.IpAddresses;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/** What outlives every version of the service: the network, and the bucket with the objects. */
public final class FoundationStack extends Stack {
    private static final int ZONES = 3;
    private static final int UNFINISHED_UPLOAD_DAYS = 7;

    private final Vpc vpc;
    private final Bucket bucket;

    /**
     * Builds the stack.
     *
     * @param scope the app
     * @param id the stack's name
     * @param props where it goes
     * @param config the environment's configuration
     */
    public FoundationStack(Construct scope, String id, StackProps props, DeploymentConfig config) {
        super(scope, id, props);
        this.vpc = buildVpc(config);
        this.bucket = buildBucket();
        CfnOutput.Builder.create(this, "ObjectsBucketName")
                .description("The bucket that the gateway serves")
                .value(bucket.getBucketName())
                .build();
    }

    Vpc vpc() {
        return vpc;
    }

    Bucket bucket() {
        return bucket;
    }

    private Vpc buildVpc(DeploymentConfig config) {
        // CloudFormation names the zones when it deploys. CDK on its own would ask the account, or write dummies
        // without one.
        List<String> zones = IntStream.range(0, ZONES)
                .mapToObj(zone -> Fn.select(zone, Fn.getAzs()))
                .toList();
        return Vpc.Builder.create(this, "Vpc")
                .ipAddresses(IpAddresses.cidr(config.vpcCidr()))
                .availabilityZones(zones)
                .natGateways(config.natGateways())
                .subnetConfiguration(List.of(
                        subnets("public", SubnetType.PUBLIC), subnets("private", SubnetType.PRIVATE_WITH_EGRESS)))
                // Objects go to S3 past the NAT gateways, which charge for every byte.
                .gatewayEndpoints(Map.of(
                        "S3",
                        GatewayVpcEndpointOptions.builder()
                                .service(GatewayVpcEndpointAwsService.S3)
                                .build()))
                .build();
    }

    private static SubnetConfiguration subnets(String name, SubnetType type) {
        return SubnetConfiguration.builder()
                .name(name)
                .subnetType(type)
                .cidrMask(22)
                .build();
    }

    private Bucket buildBucket() {
        return Bucket.Builder.create(this, "Objects")
                .encryption(BucketEncryption.S3_MANAGED)
                .enforceSsl(true)
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .lifecycleRules(List.of(LifecycleRule.builder()
                        .id("abort-unfinished-uploads")
                        .abortIncompleteMultipartUploadAfter(Duration.days(UNFINISHED_UPLOAD_DAYS))
                        .build()))
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
    }
}
