package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** An {@link ObjectStore} over the AWS SDK, one method per S3 call. Thread-safe. */
final class S3ObjectStore implements ObjectStore, AutoCloseable {
    /*
     * Checksums are ours, not the SDK's: every byte that is sent has been through CRC32C once, while the buffer was
     * filled, and the SDK is given the value; letting it compute its own would read every part a second time.
     */

    private final S3Client s3;
    /** CompleteMultipartUpload takes minutes where every other call takes seconds, so it has a client of its own. */
    private final S3Client patientS3;
    /** Shared by both clients, which do not close what they did not create. */
    private final ExecutorService timers;

    private final ReadPresigner presigner;
    private final boolean readsForms;
    private final OperatorNotices notices = new OperatorNotices(System::nanoTime);

    /** {@code readsForms}: whether the store may take the body of a form's content type for parameters. */
    S3ObjectStore(
            S3Client s3, S3Client patientS3, ExecutorService timers, ReadPresigner presigner, boolean readsForms) {
        this.s3 = s3;
        this.patientS3 = patientS3;
        this.timers = timers;
        this.presigner = presigner;
        this.readsForms = readsForms;
    }

    @Override
    public ObjectInfo head(ObjectKey key) {
        return head(key, null);
    }

    @Override
    public ObjectInfo headVersion(ObjectKey key, String etag) {
        return head(key, etag);
    }

    private ObjectInfo head(ObjectKey key, @Nullable String etag) {
        RetryCount retries = new RetryCount();
        HeadObjectResponse head = call(
                "HeadObject",
                key,
                () -> s3.headObject(request -> request.bucket(key.bucket())
                        .key(key.key())
                        .ifMatch(etag)
                        .checksumMode(ChecksumMode.ENABLED)
                        .overrideConfiguration(override -> override.addMetricPublisher(retries))));
        return ObjectInfos.of(head, retries.value());
    }

    @Override
    public ObjectContent get(ObjectKey key) {
        return open("GetObject", key, GetObjectRequest.builder());
    }

    @Override
    public ObjectContent getRange(ObjectKey key, String etag, long first, long last) {
        return open("GetObject", key, GetObjectRequest.builder().ifMatch(etag).range("bytes=" + first + "-" + last));
    }

    @Override
    public OpenRange getCurrentRange(ObjectKey key, String range) {
        S3ObjectContent content = open("GetObject", key, GetObjectRequest.builder().range(range));
        return new OpenRange(content, content.first(), content.length());
    }

    private S3ObjectContent open(String operation, ObjectKey key, GetObjectRequest.Builder request) {
        // Requested by header and not by the SDK's own setting, with which it would compute the sum of every byte
        // again.
        GetObjectRequest withChecksums = request.bucket(key.bucket())
                .key(key.key())
                .overrideConfiguration(override -> override.putHeader("x-amz-checksum-mode", "ENABLED"))
                .build();
        ResponseInputStream<GetObjectResponse> stream = call(operation, key, () -> s3.getObject(withChecksums));
        return new S3ObjectContent(ObjectInfos.of(stream.response()), stream);
    }

    @Override
    public URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes) {
        return call("the signature of a URL", key, () -> presigner.url(key, versionId, withBytes));
    }

    @Override
    public ObjectPage list(String bucket, String prefix, @Nullable String after, int limit) {
        var listed = call(
                "ListObjectsV2",
                new ObjectKey(bucket, prefix),
                () -> s3.listObjectsV2(request ->
                        request.bucket(bucket).prefix(prefix).startAfter(after).maxKeys(limit)));
        List<ListedObject> objects = listed.contents().stream()
                .map(object -> new ListedObject(object.key(), object.size(), object.eTag(), object.lastModified()))
                .toList();
        return new ObjectPage(objects, listed.isTruncated());
    }

    @Override
    public void delete(ObjectKey key, WriteCondition condition) {
        try {
            call(
                    "DeleteObject",
                    key,
                    () -> s3.deleteObject(request ->
                            request.bucket(key.bucket()).key(key.key()).ifMatch(ifMatch(condition))));
        } catch (GatewayException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
            if (condition instanceof WriteCondition.IfMatch) {
                throw missingVersion(e);
            }
        }
    }

    @Override
    public boolean canPut(ObjectAttributes attributes) {
        return !readsForms || !FormTypes.isOne(attributes.contentType());
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        return conditionally(condition, "PutObject", key, () -> {
            var put = s3.putObject(
                    request -> request.bucket(key.bucket())
                            .key(key.key())
                            .contentType(attributes.contentType())
                            .contentDisposition(attributes.contentDisposition())
                            .cacheControl(attributes.cacheControl())
                            .contentEncoding(attributes.contentEncoding())
                            .contentLanguage(attributes.contentLanguage())
                            .metadata(attributes.metadata())
                            .ifNoneMatch(ifNoneMatch(condition))
                            .ifMatch(ifMatch(condition))
                            .checksumCRC32C(payload.crc32c().base64()),
                    bodyOf(payload));
            return new StoredVersion(put.eTag(), put.versionId(), put.checksumCRC32C());
        });
    }

    @Override
    public MultipartUpload beginUpload(ObjectKey key, ObjectAttributes attributes) {
        return call("CreateMultipartUpload", key, () -> {
            var created = s3.createMultipartUpload(request -> request.bucket(key.bucket())
                    .key(key.key())
                    .contentType(attributes.contentType())
                    .contentDisposition(attributes.contentDisposition())
                    .cacheControl(attributes.cacheControl())
                    .contentEncoding(attributes.contentEncoding())
                    .contentLanguage(attributes.contentLanguage())
                    .metadata(attributes.metadata())
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                    .checksumType(ChecksumType.FULL_OBJECT));
            return new MultipartUpload(key, created.uploadId());
        });
    }

    @Override
    public UploadedPart uploadPart(MultipartUpload upload, int number, Payload payload) {
        return call("UploadPart", upload.key(), () -> {
            var part = s3.uploadPart(
                    request -> request.bucket(upload.key().bucket())
                            .key(upload.key().key())
                            .uploadId(upload.id())
                            .partNumber(number)
                            .checksumCRC32C(payload.crc32c().base64()),
                    bodyOf(payload));
            return new UploadedPart(number, part.eTag(), payload.length(), payload.crc32c());
        });
    }

    @Override
    public StoredVersion completeUpload(
            MultipartUpload upload, List<UploadedPart> parts, Crc32c crc32c, WriteCondition condition) {
        List<CompletedPart> completed = parts.stream()
                .map(part -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.etag())
                        .checksumCRC32C(part.crc32c().base64())
                        .build())
                .toList();
        return conditionally(condition, "CompleteMultipartUpload", upload.key(), () -> {
            var done = patientS3.completeMultipartUpload(
                    request -> request.bucket(upload.key().bucket())
                            .key(upload.key().key())
                            .uploadId(upload.id())
                            .multipartUpload(list -> list.parts(completed))
                            .checksumType(ChecksumType.FULL_OBJECT)
                            .checksumCRC32C(crc32c.base64())
                            .ifNoneMatch(ifNoneMatch(condition))
                            .ifMatch(ifMatch(condition)));
            if (done.eTag() == null) {
                throw new GatewayException(
                        ErrorCode.STORE_FAULT, "The store's response to CompleteMultipartUpload names no version.");
            }
            return new StoredVersion(done.eTag(), done.versionId(), done.checksumCRC32C());
        });
    }

    @Override
    public void abortUpload(MultipartUpload upload) {
        try {
            call(
                    "AbortMultipartUpload",
                    upload.key(),
                    () -> s3.abortMultipartUpload(
                            request -> request.bucket(upload.key().bucket())
                                    .key(upload.key().key())
                                    .uploadId(upload.id())));
        } catch (GatewayException e) {
            if (!(e.getCause() instanceof S3Exception refusal) || refusal.statusCode() != 404) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        s3.close();
        patientS3.close();
        timers.shutdownNow();
        presigner.close();
    }

    private <T> T call(String operation, ObjectKey key, Supplier<T> call) {
        Delivery delivery = new Delivery();
        try {
            return delivery.during(call);
        } catch (SdkException e) {
            SdkException reason = e instanceof S3Exception refusal ? withReason(refusal, key) : e;
            GatewayException failure = StoreFailures.translate(operation, key, reason, delivery.isPossible());
            notices.note(failure.code(), key.bucket(), reason);
            throw failure;
        } catch (UncheckedIOException e) {
            // What the SDK throws, and does not retry, when a response breaks off in the middle of its XML.
            throw new GatewayException(
                    ErrorCode.STORE_FAULT, "The store's response to " + operation + " broke off.", e);
        }
    }

    /** A response to HEAD has no body, so why it is a refusal is asked for with a GET of a byte. */
    private S3Exception withReason(S3Exception refusal, ObjectKey key) {
        boolean isReasonOpen = StoreFailures.s3Code(refusal).isEmpty()
                && StoreFailures.REASON_IN_THE_BODY.contains(refusal.statusCode())
                && !key.key().isEmpty();
        if (!isReasonOpen) {
            return refusal;
        }
        try (var content = s3.getObject(
                get -> get.bucket(key.bucket()).key(key.key()).range("bytes=0-0"))) {
            content.abort();
            return refusal;
        } catch (S3Exception e) {
            return StoreFailures.s3Code(e).isEmpty() ? refusal : e;
        } catch (SdkException | IOException e) {
            refusal.addSuppressed(e);
            return refusal;
        }
    }

    /**
     * S3 responds with 404 to If-Match on a key that has no object; to the caller that is one more condition that does
     * not hold.
     */
    private <T> T conditionally(WriteCondition condition, String operation, ObjectKey key, Supplier<T> write) {
        try {
            return call(operation, key, write);
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND && condition instanceof WriteCondition.IfMatch) {
                throw missingVersion(e);
            }
            throw e;
        }
    }

    private static GatewayException missingVersion(GatewayException notFound) {
        return new GatewayException(
                ErrorCode.PRECONDITION_FAILED, "If-Match does not hold: there is no object with this name.", notFound);
    }

    private static RequestBody bodyOf(Payload payload) {
        return RequestBody.fromContentProvider(payload::newStream, payload.length(), "application/octet-stream");
    }

    private static @Nullable String ifNoneMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfAbsent ? "*" : null;
    }

    private static @Nullable String ifMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfMatch match ? match.etag() : null;
    }

    /** Counts how often one call was retried. */
    private static final class RetryCount implements MetricPublisher {

        private final AtomicInteger retries = new AtomicInteger();

        @Override
        public void publish(MetricCollection metrics) {
            metrics.metricValues(CoreMetric.RETRY_COUNT).forEach(retries::set);
        }

        int value() {
            return retries.get();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
