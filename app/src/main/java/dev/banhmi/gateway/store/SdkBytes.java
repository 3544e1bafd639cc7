package dev.banhmi.gateway.store;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * With the SDK's client.
 *
 * @param s3 whose tries and timers they have
 * @param limit of each call, all tries together, instead of the client's own; null for that
 */
record SdkBytes(S3Client s3, @Nullable Duration limit) implements ByteCalls {

    /** The same in no more time than this. */
    SdkBytes within(Duration left) {
        return new SdkBytes(s3, left);
    }

    @Override
    public ResponseInputStream<GetObjectResponse> get(ObjectKey key, @Nullable String ifMatch, @Nullable String range) {
        // Requested by header and not by the SDK's own setting, with which it would compute the sum of every byte
        // again.
        return s3.getObject(request -> request.bucket(key.bucket())
                .key(key.key())
                .ifMatch(ifMatch)
                .range(range)
                .overrideConfiguration(override ->
                        override.putHeader("x-amz-checksum-mode", "ENABLED").apiCallTimeout(limit)));
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        var put = s3.putObject(
                request -> request.bucket(key.bucket())
                        .key(key.key())
                        .contentType(attributes.storedType())
                        .contentDisposition(attributes.contentDisposition())
                        .cacheControl(attributes.cacheControl())
                        .contentEncoding(attributes.contentEncoding())
                        .contentLanguage(attributes.contentLanguage())
                        .metadata(attributes.metadata())
                        .overrideConfiguration(override -> {
                            Expires.of(attributes).accept(override);
                            override.apiCallTimeout(limit);
                        })
                        .ifNoneMatch(StoreCalls.ifNoneMatch(condition))
                        .ifMatch(StoreCalls.ifMatch(condition))
                        .checksumCRC32C(payload.crc32c().base64()),
                bodyOf(payload));
        return new StoredVersion(put.eTag(), put.versionId(), put.checksumCRC32C());
    }

    @Override
    public String uploadPart(MultipartUpload upload, int number, Payload payload) {
        return s3.uploadPart(
                        request -> request.bucket(upload.key().bucket())
                                .key(upload.key().key())
                                .uploadId(upload.id())
                                .partNumber(number)
                                .overrideConfiguration(override -> override.apiCallTimeout(limit))
                                .checksumCRC32C(payload.crc32c().base64()),
                        bodyOf(payload))
                .eTag();
    }

    private static RequestBody bodyOf(Payload payload) {
        return RequestBody.fromContentProvider(payload::newStream, payload.length(), "application/octet-stream");
    }

    @Override
    public void close() {
        s3.close();
    }
}
