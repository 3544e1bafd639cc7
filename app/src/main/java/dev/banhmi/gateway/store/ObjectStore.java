package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An S3 store. Every method throws {@link GatewayException} with a code that begins with {@code STORE_} when the store
 * fails after its retries, or with {@link ErrorCode#BUSY} when every connection to it stays in use; any other code is
 * named at the method. After {@link ErrorCode#STORE_UNREACHABLE} and {@link ErrorCode#BUSY} nothing was sent. {@link
 * #put}, {@link #completeUpload} and {@link #delete} throw {@link ErrorCode#OUTCOME_UNKNOWN} when a try of them got no
 * response and may still be at work, or may have succeeded before a later one was refused. Thread-safe; calls block.
 */
public interface ObjectStore {

    /**
     * Looks at an object.
     *
     * @param key where
     * @return its facts
     * @throws GatewayException {@link ErrorCode#OBJECT_NOT_FOUND}
     */
    ObjectInfo head(ObjectKey key);

    /**
     * Looks at one version of an object.
     *
     * @param key where
     * @param etag the version, with its quotes
     * @return its facts
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the object is another version by now,
     *     {@link ErrorCode#OBJECT_NOT_FOUND}
     */
    ObjectInfo headVersion(ObjectKey key, String etag);

    /**
     * Opens an object from its first byte.
     *
     * @param key where
     * @return the content, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#OBJECT_NOT_FOUND}, {@link ErrorCode#OBJECT_ARCHIVED}
     */
    ObjectContent get(ObjectKey key);

    /**
     * Opens a part of one version of an object.
     *
     * @param key where
     * @param etag the version, with its quotes
     * @param first position of the first byte
     * @param last position of the last byte, inside the object
     * @return the content, to be closed by the caller; its stream has {@code last - first + 1} bytes
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the object is another version by now,
     *     {@link ErrorCode#OBJECT_NOT_FOUND}, {@link ErrorCode#OBJECT_ARCHIVED}
     */
    ObjectContent getRange(ObjectKey key, String etag, long first, long last);

    /**
     * Opens a range of the version that is there now, whichever that is.
     *
     * @param key where
     * @param range as HTTP writes a single one: {@code bytes=0-9}, {@code bytes=10-} or {@code bytes=-5}
     * @return the content, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#RANGE_NOT_SATISFIABLE}, {@link ErrorCode#OBJECT_NOT_FOUND},
     *     {@link ErrorCode#OBJECT_ARCHIVED}
     */
    OpenRange getCurrentRange(ObjectKey key, String range);

    /**
     * Signs a URL with which anyone can read an object from the store itself, without a call to the store. Does not
     * check that the object exists.
     *
     * @param key where
     * @param versionId pins this version; null reads what is there when the URL is used
     * @param withBytes true for a URL that is good for GET, false for HEAD
     * @param shown the attributes in it that are not null replace the object's own in the store's response; an
     *     {@code Expires} must be a date
     * @return valid for {@code banhmi.s3.offload-expiry}, or as long as the credentials that signed it
     * @throws GatewayException {@link ErrorCode#STORE_CREDENTIALS_INVALID} when there are no credentials
     */
    URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes, ObjectAttributes shown);

    /**
     * Lists objects in the order of their keys. A page may be empty although others follow it.
     *
     * @param request which objects, how many and from where on
     * @return at most that many
     * @throws GatewayException {@link ErrorCode#STORE_REFUSED} also when the position is none that the store gave
     */
    ObjectPage list(ListRequest request);

    /**
     * Removes an object; nothing happens when there is none.
     *
     * @param key where
     * @param condition {@link WriteCondition.Always} or {@link WriteCondition.IfMatch}
     * @throws GatewayException {@link ErrorCode#OUTCOME_UNKNOWN} whenever it may have been removed; after any other
     *     code, {@link ErrorCode#PRECONDITION_FAILED} among them, nothing was removed
     */
    void delete(ObjectKey key, WriteCondition condition);

    /**
     * Whether {@link #put} can write an object with such attributes; a multipart upload always can.
     *
     * @param attributes to be kept with it
     * @return false when the store would take its body for something else than its bytes
     */
    boolean canPut(ObjectAttributes attributes);

    /**
     * Writes an object in one call.
     *
     * @param key where
     * @param payload all bytes, up to {@link StoreLimits#LARGEST_PART}
     * @param attributes kept with it
     * @param condition checked by the store at the moment of the write
     * @return the new version
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} or {@link ErrorCode#WRITE_CONFLICT}: nothing was
     *     written
     */
    StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition);

    /**
     * Begins a multipart upload, which the caller completes or aborts.
     *
     * @param key where
     * @param attributes kept with the object
     * @return the open upload
     */
    MultipartUpload beginUpload(ObjectKey key, ObjectAttributes attributes);

    /**
     * Sends one part.
     *
     * @param upload an open upload
     * @param number 1 to 10,000
     * @param payload 5 MiB to 5 GiB, the last part may be smaller
     * @return the acknowledged part
     */
    UploadedPart uploadPart(MultipartUpload upload, int number, Payload payload);

    /**
     * Makes a multipart upload visible.
     *
     * @param upload an open upload
     * @param parts all of them, in order of their numbers
     * @param crc32c of all bytes, which the store verifies
     * @param condition checked by the store at the moment of the write
     * @return the new version
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} or {@link ErrorCode#WRITE_CONFLICT}: nothing
     *     became visible and the upload is still open
     */
    StoredVersion completeUpload(
            MultipartUpload upload, List<UploadedPart> parts, Crc32c crc32c, WriteCondition condition);

    /**
     * Drops a multipart upload with all its parts; nothing happens when it is gone already. A part in flight may still
     * succeed, {@link #hasParts} tells, and then only a further abort removes it.
     *
     * @param upload to drop
     */
    void abortUpload(MultipartUpload upload);

    /**
     * Asks whether an upload that was aborted has left parts: the store may have been finishing some.
     *
     * @param upload that was aborted
     * @return false when there are none, or no such upload
     */
    boolean hasParts(MultipartUpload upload);

    /**
     * Ends every call that has not ended, and refuses those to come: with {@link ErrorCode#SHUTTING_DOWN}, or with {@link
     * ErrorCode#OUTCOME_UNKNOWN} where a write may have been done.
     */
    void endCalls();
}
