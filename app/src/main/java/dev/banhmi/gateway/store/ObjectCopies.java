package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Copies inside an S3 store, whose bytes do not leave it. Every copy is pinned to the version of its source, and every
 * method throws {@link GatewayException} as those of {@link ObjectStore} do. Thread-safe; calls block, for minutes where
 * the object is large.
 */
public interface ObjectCopies {

    /**
     * Copies a whole object in one call, over whatever is there.
     *
     * @param source up to {@link StoreLimits#LARGEST_PART}
     * @param key where to
     * @param attributes kept with the copy, instead of the source's
     * @return the new version
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the source is another version by now,
     *     {@link ErrorCode#OBJECT_NOT_FOUND}, {@link ErrorCode#OBJECT_ARCHIVED}: nothing was written
     */
    StoredVersion copy(CopySource source, ObjectKey key, ObjectAttributes attributes);

    /**
     * Copies bytes into a part of an upload.
     *
     * @param source as in {@link #copy}, of any size
     * @param upload an open upload
     * @param number 1 to 10,000
     * @param first position of the part's first byte in the source
     * @param length 5 MiB to 5 GiB; the last part may be smaller
     * @return the acknowledged part
     * @throws GatewayException as {@link #copy}
     */
    CopiedPart copyPart(CopySource source, MultipartUpload upload, int number, long first, long length);

    /**
     * Makes an upload of copied parts visible.
     *
     * @param upload an open upload
     * @param parts all of them, in order of their numbers
     * @param crc32c Base64 of the CRC32C of all bytes, which the store verifies; null when nobody knows it
     * @param condition checked by the store at the moment of the write
     * @return the new version
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} or {@link ErrorCode#WRITE_CONFLICT}: nothing
     *     became visible and the upload is still open
     */
    StoredVersion completeCopy(
            MultipartUpload upload, List<CopiedPart> parts, @Nullable String crc32c, WriteCondition condition);
}
