package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * CompleteMultipartUpload, for parts that were sent and for parts that were copied.
 *
 * @param s3 patient, because the store responds when it has put the parts together
 * @param calls makes the call
 * @param upload open
 */
record UploadCompletion(S3Client s3, StoreCalls calls, MultipartUpload upload) {

    /** A part as the call names it; its sum may be unknown. */
    static CompletedPart part(int number, String etag, @Nullable String crc32c) {
        return CompletedPart.builder()
                .partNumber(number)
                .eTag(etag)
                .checksumCRC32C(crc32c)
                .build();
    }

    /** Makes the parts visible as one object, whose sum, where it is known, the store verifies. */
    StoredVersion perform(List<CompletedPart> parts, @Nullable String crc32c, WriteCondition condition) {
        return calls.writeOn(condition, "CompleteMultipartUpload", upload.key(), () -> {
            var done = s3.completeMultipartUpload(
                    request -> request.bucket(upload.key().bucket())
                            .key(upload.key().key())
                            .uploadId(upload.id())
                            .multipartUpload(list -> list.parts(parts))
                            .checksumType(ChecksumType.FULL_OBJECT)
                            .checksumCRC32C(crc32c)
                            .ifNoneMatch(StoreCalls.ifNoneMatch(condition))
                            .ifMatch(StoreCalls.ifMatch(condition)));
            if (done.eTag() == null) {
                throw nameless("CompleteMultipartUpload");
            }
            return new StoredVersion(
                    done.eTag(), done.versionId(), wholeSum(done.checksumTypeAsString(), done.checksumCRC32C()));
        });
    }

    /** A checksum of checksums says nothing about the bytes. */
    static @Nullable String wholeSum(@Nullable String type, @Nullable String crc32c) {
        return "COMPOSITE".equals(type) || (crc32c != null && crc32c.contains("-")) ? null : crc32c;
    }

    /** What a response is that says neither what was written nor why not. */
    static GatewayException nameless(String operation) {
        return new GatewayException(
                ErrorCode.STORE_FAULT, "The store's response to " + operation + " names no version.");
    }
}
