package dev.banhmi.cdk.constructs.storage;

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

/* Over 300 lines: the contract of every option stands at its builder method, and builders are nested in CDK. */
/**
 * A bucket for large objects: encrypted, reached over TLS only, never public, without ACLs, and without the parts of uploads that nobody
 * finished, which S3 charges for and no listing shows. Every request is written to access logs.
 *
 * <p>By default it stays when its stack is removed; {@link Builder#emptiedWhenDeleted} is for data that can be had again.
 */
public final class ObjectBucket extends Construct {
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
            // With a key of the bucket's own, S3 asks KMS once in a while and not for every object.
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
        if (options.versionsKeptFor != null) {
            made.addLifecycleRule(LifecycleRule.builder()
                    .id("old-versions")
                    .noncurrentVersionExpiration(options.versionsKeptFor)
                    .expiredObjectDeleteMarker(true)
                    .build());
        }
        return made;
    }

    /**
     * The bucket itself.
     *
     * @return never the same for two constructs
     */
    public Bucket getBucket() {
        return bucket;
    }

    /**
     * Where the access logs are.
     *
     * @return the bucket that was given, or this construct's own
     */
    public IBucket getAccessLogs() {
        return accessLogs;
    }

    /**
     * Lets somebody do what a service does that keeps its objects here, and nothing more: read, write and delete objects whole or in parts, list them, and list
     * and end unfinished uploads. Listing is among it also because S3 answers 403 instead of 404 for a missing object without it.
     *
     * @param grantee a role or user of this app
     * @return the grant, which has taken effect
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
     * Lets somebody list and read objects.
     *
     * @param grantee a role or user of this app
     * @return the grant, which has taken effect
     */
    public Grant grantRead(IGrantable grantee) {
        return grant(grantee, List.of("s3:ListBucket"), List.of("s3:GetObject"));
    }

    /**
     * Lets somebody list, read, write and delete objects, and end uploads of their own that fail.
     *
     * @param grantee a role or user of this app
     * @return the grant, which has taken effect
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
        // CDK itself would go on when there is no policy to write the grant to.
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
     * Objects in the bucket, as S3 counts them once a day, unfinished uploads and old versions among them.
     *
     * @return the metric, a maximum over a day
     */
    public Metric metricNumberOfObjects() {
        return daily("NumberOfObjects", "AllStorageTypes");
    }

    /**
     * Requests that S3 answered with its own failure.
     *
     * @return the metric, a sum over five minutes
     * @throws IllegalStateException without {@link Builder#requestMetrics}
     */
    public Metric metric5xxErrors() {
        return request("5xxErrors", "Sum");
    }

    /**
     * Requests that S3 refused.
     *
     * @return the metric, a sum over five minutes
     * @throws IllegalStateException without {@link Builder#requestMetrics}
     */
    public Metric metric4xxErrors() {
        return request("4xxErrors", "Sum");
    }

    /**
     * Milliseconds from a whole request to the first byte of its answer.
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
            throw new IllegalStateException(
                    getNode().getPath() + ": " + name
                            + " is not measured. S3 charges for metrics of requests: switch them on with requestMetrics(true).");
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
         * Starts a bucket.
         *
         * @param scope where it stands
         * @param id its name there
         * @return a builder with every default
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * Keeps what is replaced or deleted, so that it can be had back. By default nothing is kept.
         *
         * @param keptFor whole days, at least one, after which an old version goes for good
         * @return this
         */
        public Builder versioned(Duration keptFor) {
            this.versionsKeptFor = keptFor;
            return this;
        }

        /**
         * How long an upload in parts may take before S3 ends it and drops its parts.
         *
         * @param keptFor whole days, at least one; by default 7
         * @return this
         */
        public Builder unfinishedUploadsKeptFor(Duration keptFor) {
            this.unfinishedUploadsKeptFor = keptFor;
            return this;
        }

        /**
         * Encrypts with a key of KMS, which the grants then include. By default S3 encrypts with keys of its own.
         *
         * @param key in the bucket's region
         * @return this
         */
        public Builder encryptionKey(IKey key) {
            this.encryptionKey = key;
            return this;
        }

        /**
         * Writes the access logs to a bucket that is there already, below this construct's path. By default this construct has a
         * bucket of its own for them.
         *
         * @param bucket in the same account and region, encrypted with S3's own keys (S3 delivers to no other) and without object lock;
         *     if imported, its policy has to let {@code logging.s3.amazonaws.com} write
         * @return this
         */
        public Builder accessLogs(IBucket bucket) {
            this.accessLogs = bucket;
            return this;
        }

        /**
         * How long this construct's own bucket keeps access logs.
         *
         * @param keptFor whole days, at least one; by default 90. Refused beside {@link #accessLogs}
         * @return this
         */
        public Builder accessLogsKeptFor(Duration keptFor) {
            this.accessLogsKeptFor = keptFor;
            return this;
        }

        /**
         * Removes the bucket, and its own bucket of access logs, together with the stack, objects and all. CloudFormation cannot empty a
         * bucket, so this adds CDK's Lambda function for it, one for the stack, with a log group of ours and no right but to write there
         * and to empty buckets that name it in their policy.
         *
         * @param emptied by default false: the bucket stays
         * @return this
         */
        public Builder emptiedWhenDeleted(boolean emptied) {
            this.emptiedWhenDeleted = emptied;
            return this;
        }

        /**
         * Lets S3 measure requests, errors and latency by the minute, which it charges for.
         *
         * @param wanted by default false
         * @return this
         */
        public Builder requestMetrics(boolean wanted) {
            this.requestMetrics = wanted;
            return this;
        }

        /**
         * Makes the bucket.
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
                        "How long that bucket keeps them is its own affair: give it a lifecycle rule.");
            }
            return new ObjectBucket(this);
        }

        private Duration accessLogRetention() {
            return accessLogsKeptFor == null ? Duration.days(90) : accessLogsKeptFor;
        }

        private void wholeDays(String what, @Nullable Duration value) {
            if (value == null || value.isUnresolved()) {
                return;
            }
            long seconds = value.toSeconds().longValue();
            long day = java.time.Duration.ofDays(1).toSeconds();
            if (seconds < day || seconds % day != 0) {
                throw Refusal.of(
                        scope,
                        id + "." + what,
                        value.toHumanString(),
                        "whole days, at least one",
                        "S3 looks once a day: write Duration.days(…).");
            }
        }
    }
}
