package dev.banhmi.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.util.List;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Files as one request to s3proxy sees them, with what S3 has and they lack: an object is seen whole or not at all, of several
 * writers over the same version only one wins, a read is of one version, and a part that comes after its upload was aborted is
 * not kept. Only for a process that is alone with its files. Thread-safe.
 */
final class ExclusiveStore extends ForwardingBlobStore {
    /*
     * s3proxy 4.1.0 compares If-Match with what it sees, and writes later; 24 of 120 writes by eight writers were
     * acknowledged and lost (2026-11-29). And it reads an object's attributes and then opens its file by name, so that
     * a write between the two gives new bytes under the old version (https://github.com/gaul/s3proxy/issues/490).
     *
     * So an object is written as a draft, for as long as its bytes take to come. Only what makes it visible, or removes it,
     * happens under the object's lock, and so does the opening of a file. There its Conditions are checked once more.
     *
     * An object that has no file of its own, because its name ends with a slash or s3proxy refuses it, is left to s3proxy, which
     * reads no bytes then.
     */

    private final StoredObjects objects;
    private final OpenUploads uploads;
    private final PermittedUploads permitted;
    private final Conditions conditions;

    /** Whether this request has listed the parts of an upload, and has not completed it yet. */
    private volatile boolean hasListedParts;

    /**
     * For one request.
     *
     * @param objects of the store
     * @param uploads of the store
     * @param key of the object that the request names; null when it names none
     */
    ExclusiveStore(StoredObjects objects, OpenUploads uploads, @Nullable String key) {
        PermittedUploads permitted = new PermittedUploads(objects.s3proxy());
        super(permitted);
        this.permitted = permitted;
        this.objects = objects;
        this.uploads = uploads;
        this.conditions = new Conditions(objects, key);
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        ObjectFile object = objects.file(request.bucket(), request.key());
        HeadObjectResponse head = look(object, request);
        return head.eTag() == null && objects.adopt(object) ? look(object, request) : head;
    }

    private HeadObjectResponse look(ObjectFile object, HeadObjectRequest request) {
        return objects.reading(object, () -> {
            try {
                requireOwnFile(object);
                HeadObjectResponse head = object.withVersion(delegate().blobMetadata(request));
                conditions.saw(object.key(), head);
                return head;
            } catch (NoSuchKeyException e) {
                conditions.saw(object.key(), null);
                throw e;
            }
        });
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        ObjectFile object = objects.file(request.bucket(), request.key());
        ResponseInputStream<GetObjectResponse> bytes = open(object, request);
        if (bytes.response().eTag() != null || !objects.adopt(object)) {
            return bytes;
        }
        bytes.abort();
        return open(object, request);
    }

    private ResponseInputStream<GetObjectResponse> open(ObjectFile object, GetObjectRequest request) {
        return objects.reading(object, () -> {
            requireOwnFile(object);
            ResponseInputStream<GetObjectResponse> bytes = delegate().getBlob(request);
            return object.key().endsWith("/") && bytes.response().eTag() == null
                    ? Conditions.ofDirectory(request, bytes)
                    : bytes;
        });
    }

    /** To s3proxy {@code x/} and {@code x} are one file, and {@code x/y} is a fault while there is an object {@code x}. */
    private static void requireOwnFile(ObjectFile object) {
        if (object.isTaken()) {
            throw S3Exceptions.noSuchKey(object.bucket(), object.key(), "the place has another object, or none");
        }
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        return FilePermissions.use(() -> {
            try {
                return BucketListing.of(objects, request);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return DiskSpace.use(payload, bytes -> put(request, bytes));
    }

    private PutObjectResponse put(PutObjectRequest request, InputStream payload) {
        ObjectFile object = objects.file(request.bucket(), request.key());
        ObjectAttributes attributes = ObjectAttributes.of(request);
        if (!object.isOwn()) {
            return objects.writing(object, () -> {
                objects.requireRoom(object, request.contentLength(), attributes);
                conditions.requireMatch(object, request.ifMatch(), request.ifNoneMatch());
                return delegate().putBlob(request, payload);
            });
        }
        object.requireRoom(request.contentLength());
        return objects.publish(
                object,
                attributes,
                draft -> delegate()
                        .putBlob(
                                request.toBuilder()
                                        .bucket(draft.container())
                                        .ifMatch(null)
                                        .ifNoneMatch(null)
                                        .build(),
                                payload),
                () -> conditions.requireMatch(object, request.ifMatch(), request.ifNoneMatch()));
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return DiskSpace.use(() -> copy(request));
    }

    private CopyObjectResponse copy(CopyObjectRequest request) {
        ObjectFile source = objects.file(request.sourceBucket(), request.sourceKey());
        ObjectFile object = objects.file(request.destinationBucket(), request.destinationKey());
        requireOwnFile(source);
        ObjectAttributes attributes = ObjectAttributes.of(request);
        if (!object.isOwn()) {
            return objects.writing(object, () -> {
                Long length =
                        delegate().blobMetadata(source.bucket(), source.key()).contentLength();
                objects.requireRoom(object, length, attributes);
                return delegate().copyBlob(request);
            });
        }
        object.requireRoom(null);
        return objects.publish(object, attributes, draft -> copy(request, source, draft), () -> {});
    }

    /** From a second name for the version that is there, which nobody replaces; where there can be none, nobody may. */
    private CopyObjectResponse copy(CopyObjectRequest request, ObjectFile source, Draft draft) {
        CopyObjectRequest.Builder copy = request.toBuilder().destinationBucket(draft.container());
        try (Draft version = objects.draft(request.destinationBucket())) {
            version.link(source.key(), source.path());
            return delegate().copyBlob(copy.sourceBucket(version.container()).build());
        } catch (FileSystemException | UnsupportedOperationException e) {
            return objects.reading(
                    source,
                    () -> delegate().copyBlob(copy.sourceBucket(source.bucket()).build()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        ObjectFile object = objects.file(request.bucket(), request.key());
        return objects.writing(object, () -> {
            conditions.requireDeletable(object);
            return object.isTaken()
                    ? DeleteObjectResponse.builder().build()
                    : delegate().removeBlob(request);
        });
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        objects.file(request.bucket(), request.key()).requireRoomInParts();
        return DiskSpace.use(() -> {
            objects.requireRoomFor(ObjectAttributes.of(request), request.bucket());
            return delegate().initiateMultipartUpload(request);
        });
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream payload) {
        UploadPartResponse response =
                DiskSpace.use(payload, bytes -> delegate().uploadMultipartPart(upload, request, bytes));
        try {
            uploads.requireOpen(upload);
        } catch (NoSuchUploadException e) {
            delegate().abortMultipartUpload(upload);
            throw e;
        }
        return response;
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        hasListedParts = true;
        return delegate().listMultipartUpload(upload);
    }

    /**
     * s3proxy begins its 200 before a completion, unless the store has versions or the completion brings its condition along, and
     * then can only end in {@code InternalError} when a condition no longer holds, another object has the place, or the disk is
     * full. It asks this just before. So it is told to complete first and to respond afterwards, with the status that is due.
     */
    @Override
    public boolean supportsVersioning() {
        return hasListedParts;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        hasListedParts = false;
        return DiskSpace.use(() -> complete(upload, request));
    }

    private CompleteMultipartUploadResponse complete(MultipartUpload upload, CompleteMultipartUploadRequest request) {
        ObjectFile object = objects.file(request.bucket(), request.key());
        if (!object.isOwn()) {
            return objects.writing(object, () -> {
                requireConditions(object, request);
                return delegate().completeMultipartUpload(upload, request);
            });
        }
        return uploads.completing(upload, () -> {
            uploads.requireOpen(upload);
            requireConditions(object, request);
            object.requireRoomInParts();
            // The parts stay until the object is visible.
            CompleteMultipartUploadResponse response = objects.publish(
                    object, ObjectAttributes.NONE, draft -> uploads.assemble(upload, request, draft), () -> {
                        uploads.requireOpen(upload);
                        requireConditions(object, request);
                    });
            permitted.complete();
            delegate().abortMultipartUpload(upload);
            return response;
        });
    }

    private void requireConditions(ObjectFile object, CompleteMultipartUploadRequest request) {
        conditions.requireUnchanged(object);
        conditions.requireMatch(object, null, request.ifNoneMatch());
    }

    @Override
    public void deleteBucket(String bucket) {
        try {
            Draft.forget(objects.data(), bucket);
        } catch (DirectoryNotEmptyException e) {
            throw S3Exceptions.bucketNotEmpty(bucket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delegate().deleteBucket(bucket);
    }
}
