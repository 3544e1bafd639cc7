package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.metrics.CoreMetric;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Response;

/*
 * One method per S3 call. Checksums are ours, not the SDK's: every byte that is sent has been through CRC32C once, while the
 * buffer was filled, and the SDK is told the value; letting it compute its own would read every part a second time.
 */
final class S3ObjectStore implements ObjectStore, AutoCloseable {

    private final S3Client s3;
    /** CompleteMultipartUpload takes minutes where every other call takes seconds, so it has a client of its own. */
    private final S3Client patientS3;

    S3ObjectStore(S3Client s3, S3Client patientS3) {
        this.s3 = s3;
        this.patientS3 = patientS3;
    }

    @Override
    public ObjectInfo head(ObjectKey key) {
        RetryCount retries = new RetryCount();
        HeadObjectResponse head = call(
                "HeadObject",
                key,
                () -> s3.headObject(request -> request.bucket(key.bucket())
                        .key(key.key())
                        .overrideConfiguration(override -> override.addMetricPublisher(retries))));
        ObjectAttributes attributes = new ObjectAttributes(
                head.contentType(),
                head.contentDisposition(),
                head.cacheControl(),
                head.contentEncoding(),
                head.contentLanguage(),
                head.metadata());
        return new ObjectInfo(
                head.contentLength(),
                head.eTag(),
                head.lastModified(),
                attributes,
                head.versionId(),
                head.storageClassAsString(),
                head.serverSideEncryptionAsString(),
                answerOf(head, retries.value()));
    }

    @Override
    public ObjectContent get(ObjectKey key) {
        ResponseInputStream<GetObjectResponse> stream = call(
                "GetObject",
                key,
                () -> s3.getObject(request -> request.bucket(key.bucket()).key(key.key())));
        GetObjectResponse get = stream.response();
        ObjectAttributes attributes = new ObjectAttributes(
                get.contentType(),
                get.contentDisposition(),
                get.cacheControl(),
                get.contentEncoding(),
                get.contentLanguage(),
                get.metadata());
        ObjectInfo info = new ObjectInfo(
                get.contentLength(),
                get.eTag(),
                get.lastModified(),
                attributes,
                get.versionId(),
                get.storageClassAsString(),
                get.serverSideEncryptionAsString(),
                answerOf(get, 0));
        return new S3ObjectContent(info, stream);
    }

    @Override
    public void delete(ObjectKey key) {
        try {
            call(
                    "DeleteObject",
                    key,
                    () -> s3.deleteObject(
                            request -> request.bucket(key.bucket()).key(key.key())));
        } catch (GatewayException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
        }
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        return call("PutObject", key, () -> {
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
                            .checksumCRC32C(base64(payload.crc32c())),
                    bodyOf(payload));
            return new StoredVersion(put.eTag(), put.versionId());
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
                            .checksumCRC32C(base64(payload.crc32c())),
                    bodyOf(payload));
            return new UploadedPart(number, part.eTag(), payload.length(), payload.crc32c());
        });
    }

    @Override
    public StoredVersion completeUpload(MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
        List<CompletedPart> completed = parts.stream()
                .map(part -> CompletedPart.builder()
                        .partNumber(part.number())
                        .eTag(part.etag())
                        .checksumCRC32C(base64(part.crc32c()))
                        .build())
                .toList();
        return call("CompleteMultipartUpload", upload.key(), () -> {
            var done = patientS3.completeMultipartUpload(
                    request -> request.bucket(upload.key().bucket())
                            .key(upload.key().key())
                            .uploadId(upload.id())
                            .multipartUpload(list -> list.parts(completed))
                            .checksumType(ChecksumType.FULL_OBJECT)
                            .ifNoneMatch(ifNoneMatch(condition))
                            .ifMatch(ifMatch(condition)));
            if (done.eTag() == null) {
                throw new GatewayException(
                        ErrorCode.STORE_FAULT, "The store's answer to CompleteMultipartUpload names no version.");
            }
            return new StoredVersion(done.eTag(), done.versionId());
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
    }

    private static <T> T call(String operation, ObjectKey key, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw StoreFailures.translate(operation, key, e);
        }
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

    /** S3 wants the four bytes of the sum, the highest first. */
    private static String base64(long crc32c) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt((int) crc32c).array());
    }

    private static StoreAnswer answerOf(S3Response response, int retries) {
        SdkHttpResponse http = response.sdkHttpResponse();
        Map<String, String> headers = new TreeMap<>();
        http.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String requestId = response.responseMetadata().requestId();
        return new StoreAnswer(requestId, http.statusCode(), headers, retries);
    }

    /** Remembers how often one call was sent again. */
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
