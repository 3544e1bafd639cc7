package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The calls that move the bytes of objects. Whoever makes them throws what the AWS SDK throws, and notes each try for
 * its {@link Delivery}. Thread-safe.
 */
interface ByteCalls extends AutoCloseable {

    /**
     * GetObject, with the object's checksums.
     *
     * @param ifMatch the version, or null for whichever is there
     * @param range as in the {@code Range} field, or null for all of it
     * @return to be closed or aborted
     */
    ResponseInputStream<GetObjectResponse> get(ObjectKey key, @Nullable String ifMatch, @Nullable String range);

    /** PutObject. */
    StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition);

    /** UploadPart; returns the ETag of the part. */
    String uploadPart(MultipartUpload upload, int number, Payload payload);

    /** Ends what is under way. */
    @Override
    void close();
}
