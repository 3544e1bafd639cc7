package dev.banhmi.cdk.constructs;

import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.IConstruct;

/** What a bucket must be like that AWS delivers access logs to. */
public final class LogBucket {
    /*
     * Neither S3 nor a load balancer delivers to a bucket with a KMS key: the one loses the logs without a word, the other is not made. CDK
     * refuses a key that it knows for a load balancer, and not that of KMS_MANAGED (aws-cdk-lib 2.263.0, read 2026-12-01).
     */

    private LogBucket() {}

    /**
     * Refuses a bucket with a KMS key.
     *
     * @param scope the parent of the construct that is logged
     * @param option its id and the option's name
     * @param bucket the one given
     * @throws IllegalArgumentException if it has one, as far as it is known
     */
    public static void requireNoKey(IConstruct scope, String option, IBucket bucket) {
        if (bucket.getEncryptionKey() != null || isEncryptedByKms(bucket)) {
            throw Refusal.of(
                    scope,
                    option,
                    bucket.getNode().getPath() + ", which is encrypted with a KMS key",
                    "a bucket that is encrypted with S3's own keys",
                    "AWS delivers access logs to no other: give it BucketEncryption.S3_MANAGED.");
        }
    }

    /**
     * Warns of a bucket whose policy is not this app's to write.
     *
     * @param logged the construct that is logged
     * @param bucket the one given
     * @param needed what its policy must have, what happens otherwise, and where that is said
     */
    public static void warn(IConstruct logged, IBucket bucket, String needed) {
        Annotations.of(logged)
                .addWarningV2(
                        "banhmi:access-logs",
                        "The policy of the bucket " + bucket.getNode().getPath() + " is not this app's to write. "
                                + needed);
    }

    private static boolean isEncryptedByKms(IBucket bucket) {
        return bucket.getNode().getDefaultChild() instanceof CfnBucket resource
                && resource.getBucketEncryption() != null
                && String.valueOf(Stack.of(bucket).resolve(resource.getBucketEncryption()))
                        .contains("aws:kms");
    }
}
