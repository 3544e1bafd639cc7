package dev.banhmi.gateway.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.TaggingDirective;

/** {@link ObjectCopies} over the AWS SDK, one method per S3 call. Thread-safe. */
final class S3ObjectCopies implements ObjectCopies {
    /*
     * S3 responds to a copy with 200 before it has begun, and puts a failure into the body
     * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html, 2026-11-30). The SDK throws for such a body;
     * one that says neither is a fault of the store.
     *
     * The object's attributes are always replaced: its name and the mark of its upload are among them, and belong to one
     * object. Tags are not copied, as CompleteMultipartUpload copies none, and no right to read or write them is needed.
     */

    /** Patient, because the store responds when the bytes are copied. */
    private final S3Client s3;

    private final StoreCalls calls;

    S3ObjectCopies(S3Client s3, StoreCalls calls) {
        this.s3 = s3;
        this.calls = calls;
    }

    @Override
    public StoredVersion copy(CopySource source, ObjectKey key, ObjectAttributes attributes) {
        return calls.write("CopyObject", key, () -> {
            var copied =
                    s3.copyObject(request -> request.sourceBucket(source.key().bucket())
                            .sourceKey(source.key().key())
                            .copySourceIfMatch(source.etag())
                            .destinationBucket(key.bucket())
                            .destinationKey(key.key())
                            .metadataDirective(MetadataDirective.REPLACE)
                            .taggingDirective(TaggingDirective.REPLACE)
                            .contentType(attributes.storedType())
                            .contentDisposition(attributes.contentDisposition())
                            .cacheControl(attributes.cacheControl())
                            .contentEncoding(attributes.contentEncoding())
                            .contentLanguage(attributes.contentLanguage())
                            .metadata(attributes.metadata())
                            .overrideConfiguration(Expires.of(attributes))
                            .checksumAlgorithm(ChecksumAlgorithm.CRC32_C));
            CopyObjectResult result = copied.copyObjectResult();
            if (result == null || result.eTag() == null) {
                throw UploadCompletion.nameless("CopyObject");
            }
            return new StoredVersion(
                    result.eTag(),
                    copied.versionId(),
                    UploadCompletion.wholeSum(result.checksumTypeAsString(), result.checksumCRC32C()));
        });
    }

    @Override
    public CopiedPart copyPart(CopySource source, MultipartUpload upload, int number, long first, long length) {
        // A range is allowed only of sources above 5 MB; the whole needs none.
        boolean whole = first == 0 && length == source.size();
        return calls.makeOnVersion("UploadPartCopy", upload.key(), () -> {
            CopyPartResult part = s3.uploadPartCopy(
                            request -> request.sourceBucket(source.key().bucket())
                                    .sourceKey(source.key().key())
                                    .copySourceIfMatch(source.etag())
                                    .copySourceRange(whole ? null : "bytes=" + first + "-" + (first + length - 1))
                                    .destinationBucket(upload.key().bucket())
                                    .destinationKey(upload.key().key())
                                    .uploadId(upload.id())
                                    .partNumber(number))
                    .copyPartResult();
            if (part == null || part.eTag() == null) {
                throw UploadCompletion.nameless("UploadPartCopy");
            }
            return new CopiedPart(number, part.eTag(), length, part.checksumCRC32C());
        });
    }

    @Override
    public StoredVersion completeCopy(
            MultipartUpload upload, List<CopiedPart> parts, @Nullable String crc32c, WriteCondition condition) {
        return new UploadCompletion(s3, calls, upload)
                .perform(
                        parts.stream()
                                .map(part -> UploadCompletion.part(part.number(), part.etag(), part.reportedCrc32c()))
                                .toList(),
                        crc32c,
                        condition);
    }
}
