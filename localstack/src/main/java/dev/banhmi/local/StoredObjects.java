package dev.banhmi.local;

import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The objects of a store, which all its requests have in common: their files, one lock for each, and how a new version takes the place of
 * the one that is there. Thread-safe.
 *
 * @param data with a directory for each bucket
 * @param s3proxy what makes objects of its files
 * @param locks of the objects
 * @param unreadable what listings have left out
 */
record StoredObjects(Path data, BlobStore s3proxy, KeyLocks locks, UnreadableEntries unreadable) {

    static StoredObjects in(Path data) {
        return new StoredObjects(
                data, new FilesystemNio2BlobStore(data.toString()), new KeyLocks(), new UnreadableEntries());
    }

    ObjectFile file(String bucket, String key) {
        return new ObjectFile(data, bucket, key);
    }

    /**
     * Reads an object while nobody changes it.
     *
     * @throws S3Exception with status 403 when the launcher may not
     */
    <T> T reading(ObjectFile object, Supplier<T> read) {
        return locks.reading(object.bucket(), object.key(), () -> FilePermissions.use(read));
    }

    /**
     * Gives an object a version whose file somebody has put into the directory by hand, and which so has none. It keeps it until it
     * is replaced.
     *
     * @return false if it cannot have one
     */
    boolean adopt(ObjectFile object) {
        return object.isOwn() && writing(object, object::adopt);
    }

    /**
     * Changes an object while nobody else reads or changes it.
     *
     * @throws S3Exception with status 403 when the launcher may not
     */
    <T> T writing(ObjectFile object, Supplier<T> write) {
        return locks.writing(object.bucket(), object.key(), () -> FilePermissions.use(write));
    }

    /**
     * Writes a new version, while others read and change the object, and makes it visible.
     *
     * @param write writes it as a draft
     * @param condition is checked under the object's lock, and throws where the version must not become visible
     * @return what {@code write} returns
     * @throws S3Exception with status 404 when there is no such bucket, with 400 when there is no room for the attributes, with 403
     *     when the launcher may not
     */
    <T> T publish(ObjectFile object, ObjectAttributes attributes, Function<Draft, T> write, Runnable condition) {
        try (Draft draft = draft(object.bucket())) {
            attributes.requireRoomIn(draft.directory());
            T response = FilePermissions.use(() -> write.apply(draft));
            return writing(object, () -> {
                condition.run();
                draft.publish(object);
                return response;
            });
        }
    }

    /**
     * Checks that an object can be written, though not as a draft.
     *
     * @param length bytes; null when unknown
     * @throws S3Exception with status 404 when there is no such bucket, with 400 when there is no room for the object
     */
    void requireRoom(ObjectFile object, @Nullable Long length, ObjectAttributes attributes) {
        object.requireRoom(length);
        requireRoomFor(attributes, object.bucket());
    }

    /**
     * Checks that an object in this bucket can have these attributes.
     *
     * @throws S3Exception with status 404 when there is no such bucket, with 400 when there is no room
     */
    void requireRoomFor(ObjectAttributes attributes, String bucket) {
        try (Draft draft = draft(bucket)) {
            attributes.requireRoomIn(draft.directory());
        }
    }

    /**
     * Creates an empty draft, to be closed by the caller.
     *
     * @throws S3Exception with status 404 when there is no such bucket, with 403 when the launcher may not write to its directory
     */
    Draft draft(String bucket) {
        s3proxy.headBucket(HeadBucketRequest.builder().bucket(bucket).build());
        return FilePermissions.use(() -> Draft.in(data, bucket));
    }
}
