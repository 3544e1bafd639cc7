package dev.banhmi.cdk.constructs.storage;

import dev.banhmi.cdk.constructs.LogBucket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/** A bucket that S3 delivers access logs to. */
final class AccessLogs {
    /*
     * CDK's own option for access logs writes an ACL or a policy, as a feature flag decides, and the policy names the logged bucket. That
     * bucket must then be created before the policy, and so is removed after its logs have been emptied: whatever S3 delivers in between
     * blocks the removal of the stack. Here the policy names the account only, and the logged bucket is removed first.
     */

    private final IBucket bucket;
    private final boolean ownBucket;

    private AccessLogs(IBucket bucket, boolean ownBucket) {
        this.bucket = bucket;
        this.ownBucket = ownBucket;
    }

    static AccessLogs in(IBucket given) {
        return new AccessLogs(given, false);
    }

    static AccessLogs ofItsOwn(Construct scope, Duration keptFor, boolean emptiedWhenDeleted) {
        return new AccessLogs(
                Bucket.Builder.create(scope, "AccessLogs")
                        .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                        // S3 delivers to no bucket with a KMS key.
                        .encryption(BucketEncryption.S3_MANAGED)
                        .enforceSsl(true)
                        .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                        .versioned(false)
                        .lifecycleRules(List.of(LifecycleRule.builder()
                                .id("old-logs")
                                .expiration(keptFor)
                                .build()))
                        .removalPolicy(emptiedWhenDeleted ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN)
                        .autoDeleteObjects(emptiedWhenDeleted)
                        .build(),
                true);
    }

    IBucket bucket() {
        return bucket;
    }

    /** Logs requests to a bucket here, under a prefix. */
    void record(Bucket logged, String prefix) {
        boolean open = bucket.addToResourcePolicy(PolicyStatement.Builder.create()
                        .principals(List.of(new ServicePrincipal("logging.s3.amazonaws.com")))
                        .actions(List.of("s3:PutObject"))
                        .resources(List.of(bucket.arnForObjects(prefix + "*")))
                        .conditions(Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(logged).getAccount())))
                        .build())
                .getStatementAdded();
        if (!open) {
            LogBucket.warn(
                    logged,
                    bucket,
                    "Unless it lets logging.s3.amazonaws.com s3:PutObject on " + prefix + "*, no access log of "
                            + logged.getNode().getPath() + " is written, and nothing says so:"
                            + " https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html");
        }
        CfnBucket resource = (CfnBucket) Objects.requireNonNull(logged.getNode().getDefaultChild());
        resource.setLoggingConfiguration(CfnBucket.LoggingConfigurationProperty.builder()
                .destinationBucketName(bucket.getBucketName())
                .logFilePrefix(prefix)
                .build());
        if (ownBucket) {
            logged.getNode().addDependency(bucket);
        }
    }
}
