package dev.banhmi.cdk.constructs.storage;

import dev.banhmi.cdk.constructs.LogBucket;
import dev.banhmi.cdk.constructs.Refusal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.GrantOnPrincipalOptions;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.s3.BlockPublicAccess;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.BucketMetrics;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.LifecycleRule;
import software.amazon.awscdk.services.s3.ObjectOwnership;
import software.constructs.Construct;

/**
 * A bucket for large objects: encrypted, reachable over TLS only, never public, without ACLs, and without the parts of unfinished uploads,
 * which S3 charges for and no listing shows. Every request is written to access logs.
 *
 * <p>By default it is retained when its stack is removed; {@link Builder#emptiedWhenDeleted} is for data that can be recreated.
 */
public final class ObjectBucket extends Construct {
    /* Over 300 lines because every option states its contract, and CDK's builders are nested. */

    private static final String REQUEST_METRICS = "EntireBucket";

    private final Bucket bucket;
    private final IBucket accessLogs;
    private final @Nullable IKey key;
    private final boolean requestMetrics;

    private ObjectBucket(Builder options) {
        super(options.scope, options.id);
        this.key = options.encryptionKey;
        this.requestMetrics = options.requestMetrics;
        this.bucket = bucket(options);
        AccessLogs logs = options.accessLogs == null
                ? AccessLogs.ofItsOwn(this, options.accessLogRetention(), options.emptiedWhenDeleted)
                : AccessLogs.in(options.accessLogs);
        logs.record(bucket, getNode().getPath() + "/");
        this.accessLogs = logs.bucket();
        if (options.emptiedWhenDeleted) {
            BucketEmptier.restrict(this);
        }
    }

    private Bucket bucket(Builder options) {
        Bucket.Builder builder = Bucket.Builder.create(this, "Bucket")
                .blockPublicAccess(BlockPublicAccess.BLOCK_ALL)
                .enforceSsl(true)
                .objectOwnership(ObjectOwnership.BUCKET_OWNER_ENFORCED)
                .versioned(options.versionsKeptFor != null)
                .removalPolicy(options.emptiedWhenDeleted ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN)
                .autoDeleteObjects(options.emptiedWhenDeleted);
        if (options.encryptionKey == null) {
            builder.encryption(BucketEncryption.S3_MANAGED);
        } else {
            // With a bucket key, S3 calls KMS now and then and not for every object.
            builder.encryption(BucketEncryption.KMS)
                    .encryptionKey(options.encryptionKey)
                    .bucketKeyEnabled(true);
        }
        if (options.requestMetrics) {
            builder.metrics(List.of(BucketMetrics.builder().id(REQUEST_METRICS).build()));
        }
        Bucket made = builder.build();
        made.addLifecycleRule(LifecycleRule.builder()
                .id("unfinished-uploads")
                .abortIncompleteMultipartUploadAfter(options.unfinishedUploadsKeptFor)
                .build());
        // Without versions, too: those of a time in which they were kept would stay, and be billed, for ever.
        made.addLifecycleRule(LifecycleRule.builder()
                .id("old-versions")
                .noncurrentVersionExpiration(
                        options.versionsKeptFor == null ? Duration.days(1) : options.versionsKeptFor)
                .expiredObjectDeleteMarker(true)
                .build());
        return made;
    }

    /**
     * The bucket itself.
     *
     * @return a resource of this construct
     */
    public Bucket getBucket() {
        return bucket;
    }

    /**
     * The bucket of the access logs.
     *
     * @return the bucket that was given, or this construct's own
     */
    public IBucket getAccessLogs() {
        return accessLogs;
    }

    /**
     * Grants what a service needs that keeps its objects here, and nothing more: to read, write and delete objects whole or in parts, list
     * them, and list and abort unfinished uploads. Listing is included also because without it S3 returns 403 instead of 404 for a missing
     * object.
     *
     * @param grantee a role or user of this app
     * @return the grant, already in effect
     */
    public Grant grantReadWriteDelete(IGrantable grantee) {
        return grant(
                grantee,
                List.of("s3:ListBucket", "s3:ListBucketMultipartUploads"),
                List.of(
                        "s3:GetObject",
                        "s3:PutObject",
                        "s3:DeleteObject",
                        "s3:AbortMultipartUpload",
                        "s3:ListMultipartUploadParts"));
    }

    /**
     * Grants listing and reading objects.
     *
     * @param grantee a role or user of this app
     * @return the grant, already in effect
     */
    public Grant grantRead(IGrantable grantee) {
        return grant(grantee, List.of("s3:ListBucket"), List.of("s3:GetObject"));
    }

    /**
     * Grants listing, reading, writing and deleting objects, and aborting the grantee's own failed uploads.
     *
     * @param grantee a role or user of this app
     * @return the grant, already in effect
     */
    public Grant grantReadWrite(IGrantable grantee) {
        return grant(
                grantee,
                List.of("s3:ListBucket"),
                List.of("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"));
    }

    private Grant grant(IGrantable grantee, List<String> onBucket, List<String> onObjects) {
        Grant grant = grantOn(bucket.getBucketArn(), grantee, onBucket)
                .combine(grantOn(bucket.arnForObjects("*"), grantee, onObjects));
        return key == null ? grant : grant.combine(key.grant(grantee, "kms:Decrypt", "kms:GenerateDataKey"));
    }

    private Grant grantOn(String arn, IGrantable grantee, List<String> actions) {
        Grant grant = Grant.addToPrincipal(GrantOnPrincipalOptions.builder()
                .grantee(grantee)
                .actions(actions)
                .resourceArns(List.of(arn))
                .build());
        // CDK itself would continue when there is no policy to write the grant to.
        grant.assertSuccess();
        return grant;
    }

    /**
     * Bytes in the bucket, as S3 counts them once a day in its standard class.
     *
     * @return the metric, a maximum over a day
     */
    public Metric metricSizeBytes() {
        return daily("BucketSizeBytes", "StandardStorage");
    }

    /**
     * Objects in the bucket, as S3 counts them once a day, including unfinished uploads and old versions.
     *
     * @return the metric, a maximum over a day
     */
    public Metric metricNumberOfObjects() {
        return daily("NumberOfObjects", "AllStorageTypes");
    }

    /**
     * Requests that S3 failed with a 5xx.
     *
     * @return the metric, a sum over five minutes
     * @throws IllegalStateException without {@link Builder#requestMetrics}
     */
    public Metric metric5xxErrors() {
        return request("5xxErrors", "Sum");
    }

    /**
     * Requests that S3 rejected with a 4xx.
     *
     * @return the metric, a sum over five minutes
     * @throws IllegalStateException without {@link Builder#requestMetrics}
     */
    public Metric metric4xxErrors() {
        return request("4xxErrors", "Sum");
    }

    /**
     * Milliseconds from the complete request to the first byte of the response.
     *
     * @return the metric, the 99th percentile over five minutes
     * @throws IllegalStateException without {@link Builder#requestMetrics}
     */
    public Metric metricFirstByteLatency() {
        return request("FirstByteLatency", "p99");
    }

    private Metric daily(String name, String storageType) {
        return metric(
                        name,
                        new TreeMap<>(Map.of("BucketName", bucket.getBucketName(), "StorageType", storageType)),
                        "Maximum")
                .period(Duration.days(1))
                .build();
    }

    private Metric request(String name, String statistic) {
        if (!requestMetrics) {
            throw new IllegalStateException(getNode().getPath() + ": " + name
                    + " is not measured. S3 charges for request metrics: enable them with"
                    + " requestMetrics(true).");
        }
        return metric(
                        name,
                        new TreeMap<>(Map.of("BucketName", bucket.getBucketName(), "FilterId", REQUEST_METRICS)),
                        statistic)
                .period(Duration.minutes(5))
                .build();
    }

    private static Metric.Builder metric(String name, Map<String, String> dimensions, String statistic) {
        return Metric.Builder.create()
                .namespace("AWS/S3")
                .metricName(name)
                .dimensionsMap(dimensions)
                .statistic(statistic);
    }

    /** Options of an {@link ObjectBucket}; every one has a default. */
    public static final class Builder {
        private final Construct scope;
        private final String id;
        private @Nullable Duration versionsKeptFor;
        private Duration unfinishedUploadsKeptFor = Duration.days(7);
        private @Nullable IKey encryptionKey;
        private @Nullable IBucket accessLogs;
        private @Nullable Duration accessLogsKeptFor;
        private boolean emptiedWhenDeleted;
        private boolean requestMetrics;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins a bucket.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder with every default
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * Keeps old versions of replaced and deleted objects, so that they can be restored. By default none are kept, and those
         * of a time in which they were go within a day or two.
         *
         * @param keptFor whole days, at least one, after which an old version is deleted for good
         * @return this
         */
        public Builder versioned(Duration keptFor) {
            this.versionsKeptFor = keptFor;
            return this;
        }

        /**
         * How long a multipart upload may take before S3 aborts it and deletes its parts.
         *
         * @param keptFor whole days, at least one; by default 7
         * @return this
         */
        public Builder unfinishedUploadsKeptFor(Duration keptFor) {
            this.unfinishedUploadsKeptFor = keptFor;
            return this;
        }

        /**
         * Encrypts with a KMS key, which the grants then include. By default S3 encrypts with its own keys.
         *
         * @param key in the bucket's region
         * @return this
         */
        public Builder encryptionKey(IKey key) {
            this.encryptionKey = key;
            return this;
        }

        /**
         * Writes the access logs to an existing bucket, under this construct's path. By default this construct has a bucket of its own for
         * them.
         *
         * @param bucket in the same account and region, encrypted with S3's own keys (S3 delivers to no other) and without object lock; if
         *     imported, its policy must allow {@code logging.s3.amazonaws.com} to write, which a warning says
         * @return this
         */
        public Builder accessLogs(IBucket bucket) {
            this.accessLogs = bucket;
            return this;
        }

        /**
         * How long this construct's own bucket keeps access logs.
         *
         * @param keptFor whole days, at least one; by default 90. Rejected together with {@link #accessLogs}
         * @return this
         */
        public Builder accessLogsKeptFor(Duration keptFor) {
            this.accessLogsKeptFor = keptFor;
            return this;
        }

        /**
         * Removes the bucket, and its own bucket of access logs, together with the stack, objects and all. CloudFormation cannot empty a
         * bucket, so this adds CDK's Lambda function for it, one per stack, with a log group of its own and no permissions but to write
         * there and to empty buckets whose policy names it.
         *
         * @param emptied by default false: the bucket is retained
         * @return this
         */
        public Builder emptiedWhenDeleted(boolean emptied) {
            this.emptiedWhenDeleted = emptied;
            return this;
        }

        /**
         * Enables S3 request metrics: requests, errors and latency by the minute, which S3 charges for.
         *
         * @param wanted by default false
         * @return this
         */
        public Builder requestMetrics(boolean wanted) {
            this.requestMetrics = wanted;
            return this;
        }

        /**
         * Builds the bucket.
         *
         * @return the construct
         * @throws IllegalArgumentException when an option is out of its bounds
         */
        public ObjectBucket build() {
            wholeDays("unfinishedUploadsKeptFor", unfinishedUploadsKeptFor);
            wholeDays("versioned", versionsKeptFor);
            wholeDays("accessLogsKeptFor", accessLogsKeptFor);
            if (accessLogs != null && accessLogsKeptFor != null) {
                throw Refusal.of(
                        scope,
                        id + ".accessLogsKeptFor",
                        accessLogsKeptFor.toHumanString(),
                        "nothing beside accessLogs",
                        "That bucket decides how long it keeps them: give it a lifecycle rule.");
            }
            if (accessLogs != null) {
                LogBucket.requireNoKey(scope, id + ".accessLogs", accessLogs);
            }
            return new ObjectBucket(this);
        }

        private Duration accessLogRetention() {
            return accessLogsKeptFor == null ? Duration.days(90) : accessLogsKeptFor;
        }

        private void wholeDays(String what, @Nullable Duration value) {
            if (value == null || (value.isUnresolved() && value.unitLabel().equals("days"))) {
                return;
            }
            // CDK converts neither a token nor to a greater unit that does not fit.
            long milliseconds =
                    value.isUnresolved() ? 0 : value.toMilliseconds().longValue();
            long day = java.time.Duration.ofDays(1).toMillis();
            if (milliseconds < day || milliseconds % day != 0) {
                throw Refusal.of(
                        scope,
                        id + "." + what,
                        value.toHumanString(),
                        "whole days, at least one",
                        "S3 applies lifecycle rules once a day: use Duration.days(…).");
            }
        }
    }
}
