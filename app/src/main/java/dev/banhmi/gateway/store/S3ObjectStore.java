package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
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
    /** For what takes minutes where every other call takes seconds: CompleteMultipartUpload, and copies. */
    private final S3Client patientS3;
    /** Shared by both clients, which do not close what they did not create. */
    private final ExecutorService timers;

    private final ReadPresigner presigner;

    S3ObjectStore(S3Client s3, S3Client patientS3, ExecutorService timers, ReadPresigner presigner) {
        this.s3 = s3;
        this.patientS3 = patientS3;
        this.timers = timers;
        this.presigner = presigner;
    }

    ObjectCopies copies() {
        return new S3ObjectCopies(patientS3);
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

    private ObjectContent open(String operation, ObjectKey key, GetObjectRequest.Builder request) {
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
    public URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes, ObjectAttributes shown) {
        return call("the signature of a URL", key, () -> presigner.url(key, versionId, withBytes, shown));
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
                            .overrideConfiguration(Expires.of(attributes))
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
                    .overrideConfiguration(Expires.of(attributes))
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
            s3.abortMultipartUpload(request -> request.bucket(upload.key().bucket())
                    .key(upload.key().key())
                    .uploadId(upload.id()));
        } catch (S3Exception e) {
            if (e.statusCode() != 404) {
                throw StoreFailures.translate("AbortMultipartUpload", upload.key(), e);
            }
        } catch (SdkException e) {
            throw StoreFailures.translate("AbortMultipartUpload", upload.key(), e);
        }
    }

    @Override
    public void close() {
        s3.close();
        patientS3.close();
        timers.shutdownNow();
        presigner.close();
    }

    static <T> T call(String operation, ObjectKey key, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw StoreFailures.translate(operation, key, e);
        } catch (UncheckedIOException e) {
            // What the SDK throws, and does not retry, when a response breaks off in the middle of its XML.
            throw new GatewayException(
                    ErrorCode.STORE_FAULT, "The store's response to " + operation + " broke off.", e);
        }
    }

    /**
     * S3 responds with 404 to If-Match on a key that has no object; to the caller that is one more condition that does
     * not hold.
     */
    static <T> T conditionally(WriteCondition condition, String operation, ObjectKey key, Supplier<T> write) {
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

    static @Nullable String ifNoneMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfAbsent ? "*" : null;
    }

    static @Nullable String ifMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfMatch match ? match.etag() : null;
    }
}
