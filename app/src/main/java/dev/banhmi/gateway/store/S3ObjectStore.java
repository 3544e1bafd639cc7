package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** An {@link ObjectStore} over the AWS SDK, one method per S3 call. Thread-safe. */
final class S3ObjectStore implements ObjectStore, AutoCloseable {
    /*
     * Checksums are ours, not the SDK's: every byte that is sent has been through CRC32C once, while the buffer was
     * filled, and whoever sends it is given the value; letting the SDK compute its own would read every part a second
     * time.
     */

    private final S3Client s3;
    private final ByteCalls bytes;
    private final StoreCalls calls;
    /** For what takes minutes where every other call takes seconds: CompleteMultipartUpload, and copies. */
    private final S3Client patientS3;
    /** Shared by both clients, which do not close what they did not create. */
    private final ExecutorService timers;

    private final ReadPresigner presigner;
    private final boolean readsForms;

    /**
     * Over clients that it closes.
     *
     * @param s3 for all calls but those of the others
     * @param bytes for GetObject, PutObject and UploadPart
     * @param patientS3 for calls that take minutes
     * @param timers of both clients
     * @param presigner signs URLs
     * @param readsForms whether the store may take the body of a form's content type for parameters
     */
    S3ObjectStore(
            S3Client s3,
            ByteCalls bytes,
            S3Client patientS3,
            ExecutorService timers,
            ReadPresigner presigner,
            boolean readsForms) {
        this.s3 = s3;
        this.bytes = bytes;
        this.patientS3 = patientS3;
        this.timers = timers;
        this.presigner = presigner;
        this.readsForms = readsForms;
        this.calls = new StoreCalls(s3, System::nanoTime);
    }

    ObjectCopies copies() {
        return new S3ObjectCopies(patientS3, calls);
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
        Supplier<HeadObjectResponse> call = () -> s3.headObject(request -> request.bucket(key.bucket())
                .key(key.key())
                .ifMatch(etag)
                .checksumMode(ChecksumMode.ENABLED)
                .overrideConfiguration(override -> override.addMetricPublisher(retries)));
        HeadObjectResponse head =
                etag == null ? calls.make("HeadObject", key, call) : calls.makeOnVersion("HeadObject", key, call);
        try {
            return ObjectInfos.of(head, retries.value());
        } catch (IllegalArgumentException e) {
            throw makesNoSense("HeadObject", e);
        }
    }

    @Override
    public ObjectContent get(ObjectKey key) {
        return openWhatIsThere(key, null, null, sent -> sent.require(0, sent.total()));
    }

    @Override
    public ObjectContent getRange(ObjectKey key, String etag, long first, long last) {
        S3ObjectContent content = openWhatIsThere(
                key, etag, "bytes=" + first + "-" + last, sent -> sent.require(first, last - first + 1));
        if (!ObjectInfos.isSameVersion(content.info().etag(), etag)) {
            content.close();
            throw new GatewayException(
                    ErrorCode.PRECONDITION_FAILED,
                    "The store was asked for the version " + etag + " and sent "
                            + content.info().etag() + ".");
        }
        return content;
    }

    @Override
    public OpenRange getCurrentRange(ObjectKey key, String range) {
        Opened opened = open(key, null, range, sent -> {});
        return new OpenRange(
                opened.content(), opened.sent().first(), opened.sent().length());
    }

    /** Opens all of an object, or bytes that this version of it has. */
    private S3ObjectContent openWhatIsThere(
            ObjectKey key, @Nullable String ifMatch, @Nullable String range, Consumer<SentRange> check) {
        try {
            return open(key, ifMatch, range, check).content();
        } catch (GatewayException e) {
            throw e.code() == ErrorCode.RANGE_NOT_SATISFIABLE ? makesNoSense("GetObject", e) : e;
        }
    }

    private record Opened(S3ObjectContent content, SentRange sent) {}

    /** {@code check} throws {@link IllegalArgumentException} when other bytes are sent than were requested. */
    private Opened open(ObjectKey key, @Nullable String ifMatch, @Nullable String range, Consumer<SentRange> check) {
        Supplier<ResponseInputStream<GetObjectResponse>> call = () -> bytes.get(key, ifMatch, range);
        ResponseInputStream<GetObjectResponse> stream =
                ifMatch == null ? calls.make("GetObject", key, call) : calls.makeOnVersion("GetObject", key, call);
        try {
            SentRange sent = SentRange.of(stream.response());
            check.accept(sent);
            return new Opened(S3ObjectContent.of(stream, sent), sent);
        } catch (RuntimeException e) {
            // Its connection would never be given back.
            stream.abort();
            throw makesNoSense("GetObject", e);
        }
    }

    private static GatewayException makesNoSense(String operation, RuntimeException cause) {
        return new GatewayException(
                ErrorCode.STORE_FAULT, "The store's response to " + operation + " makes no sense.", cause);
    }

    @Override
    public URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes, ObjectAttributes shown) {
        return calls.make("the signature of a URL", key, () -> presigner.url(key, versionId, withBytes, shown));
    }

    @Override
    public ObjectPage list(ListRequest page) {
        ObjectKey where = new ObjectKey(page.bucket(), page.prefix());
        // Encoded, because a key may have characters that XML cannot; the SDK decodes what the store says is encoded.
        ListObjectsV2Response listed = calls.make("ListObjectsV2", where, () -> {
            try {
                return s3.listObjectsV2(request -> request.bucket(page.bucket())
                        .prefix(page.prefix())
                        .delimiter(page.delimiter())
                        .encodingType(EncodingType.URL)
                        .startAfter(page.from() instanceof ListPosition.After(String key) ? key : null)
                        .continuationToken(page.from() instanceof ListPosition.Continued(String token) ? token : null)
                        .maxKeys(page.limit()));
            } catch (IllegalArgumentException e) {
                throw makesNoSense("ListObjectsV2", e);
            }
        });
        return ObjectPages.of(listed, page);
    }

    @Override
    public void delete(ObjectKey key, WriteCondition condition) {
        calls.remove(
                condition,
                "DeleteObject",
                key,
                () -> s3.deleteObject(
                        request -> request.bucket(key.bucket()).key(key.key()).ifMatch(StoreCalls.ifMatch(condition))));
    }

    @Override
    public boolean canPut(ObjectAttributes attributes) {
        return !readsForms || !FormTypes.isOne(attributes.contentType());
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        return calls.writeOn(condition, "PutObject", key, () -> bytes.put(key, payload, attributes, condition));
    }

    @Override
    public MultipartUpload beginUpload(ObjectKey key, ObjectAttributes attributes) {
        return calls.begin(
                "CreateMultipartUpload",
                key,
                () -> {
                    var created = s3.createMultipartUpload(request -> request.bucket(key.bucket())
                            .key(key.key())
                            .contentType(attributes.storedType())
                            .contentDisposition(attributes.contentDisposition())
                            .cacheControl(attributes.cacheControl())
                            .contentEncoding(attributes.contentEncoding())
                            .contentLanguage(attributes.contentLanguage())
                            .metadata(attributes.metadata())
                            .overrideConfiguration(Expires.of(attributes))
                            .checksumAlgorithm(ChecksumAlgorithm.CRC32_C)
                            .checksumType(ChecksumType.FULL_OBJECT));
                    if (created.uploadId() == null) {
                        throw makesNoSense("CreateMultipartUpload", new IllegalArgumentException("no UploadId"));
                    }
                    return new MultipartUpload(key, created.uploadId());
                },
                id -> abortUpload(new MultipartUpload(key, id)));
    }

    @Override
    public UploadedPart uploadPart(MultipartUpload upload, int number, Payload payload) {
        return calls.make("UploadPart", upload.key(), () -> {
            String etag = bytes.uploadPart(upload, number, payload);
            return new UploadedPart(number, etag, payload.length(), payload.crc32c());
        });
    }

    @Override
    public StoredVersion completeUpload(
            MultipartUpload upload, List<UploadedPart> parts, Crc32c crc32c, WriteCondition condition) {
        return new UploadCompletion(patientS3, calls, upload)
                .perform(
                        parts.stream()
                                .map(part -> UploadCompletion.part(
                                        part.number(),
                                        part.etag(),
                                        part.crc32c().base64()))
                                .toList(),
                        crc32c.base64(),
                        condition);
    }

    @Override
    public void abortUpload(MultipartUpload upload) {
        UploadRemains.remove(s3, calls, upload);
    }

    @Override
    public boolean hasParts(MultipartUpload upload) {
        return UploadRemains.exist(s3, calls, upload);
    }

    @Override
    public void endCalls() {
        calls.end();
        // First, so that nothing is tried again whose connection is taken away.
        timers.shutdownNow();
        // Each of them, whatever another one throws.
        try (patientS3;
                s3) {
            bytes.close();
        }
    }

    @Override
    public void close() {
        endCalls();
        presigner.close();
    }
}
