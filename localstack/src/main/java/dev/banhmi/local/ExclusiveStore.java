package dev.banhmi.local;

import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Files as one request to s3proxy sees them, with what S3 has and they lack: of several writers over the same version
 * only one wins, and a read is of one version. Only for a process that is alone with its files. Thread-safe.
 */
final class ExclusiveStore extends ForwardingBlobStore {
    /*
     * s3proxy 4.1.0 compares If-Match with what it sees, and writes later; 24 of 120 writes by eight writers were
     * acknowledged and lost (2026-11-29). And it reads an object's attributes and then opens its file by name, so that
     * a write between the two gives new bytes under the old version (https://github.com/gaul/s3proxy/issues/490).
     *
     * So whatever makes an object visible, or removes it, happens under the object's lock, and so does the opening of a
     * file. There the condition is checked once more. A put brings it along; a completion and a deletion have been
     * stripped of it by the time they arrive here, but s3proxy looks at the object before it calls them, and only for the
     * sake of a condition. So they succeed only on what this request has last looked at.
     */

    private final KeyLocks locks;
    private final @Nullable String key;

    /** The versions that this request has seen, by key; empty where it saw that there is none. */
    private final Map<String, Optional<String>> seen = new ConcurrentHashMap<>();

    /**
     * For one request.
     *
     * @param files shared by all requests
     * @param locks shared by all requests
     * @param key of the object that the request names; null when it names none
     */
    ExclusiveStore(BlobStore files, KeyLocks locks, @Nullable String key) {
        super(files);
        this.locks = locks;
        this.key = key;
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return locks.reading(request.bucket(), request.key(), () -> {
            try {
                HeadObjectResponse head = delegate().blobMetadata(request);
                note(request, head.eTag());
                return head;
            } catch (NoSuchKeyException e) {
                note(request, null);
                throw e;
            }
        });
    }

    private void note(HeadObjectRequest request, @Nullable String version) {
        if (key == null || key.equals(request.key())) {
            seen.put(request.key(), Optional.ofNullable(version));
        }
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        return locks.reading(request.bucket(), request.key(), () -> delegate().getBlob(request));
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return locks.writing(request.bucket(), request.key(), () -> {
            String version = request.ifMatch();
            if (version != null) {
                Optional<String> current = current(request.bucket(), request.key());
                boolean holds = version.equals("*")
                        ? current.isPresent()
                        : current.map(ExclusiveStore::unquoted).equals(Optional.of(unquoted(version)));
                require(holds);
            }
            return delegate().putBlob(request, payload);
        });
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return locks.writing(request.bucket(), request.key(), () -> {
            requireUnchanged(request.bucket(), request.key());
            return delegate().completeMultipartUpload(upload, request);
        });
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return locks.writing(request.bucket(), request.key(), () -> {
            requireUnchanged(request.bucket(), request.key());
            return delegate().removeBlob(request);
        });
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return locks.copying(
                request.sourceBucket(),
                request.sourceKey(),
                request.destinationBucket(),
                request.destinationKey(),
                () -> delegate().copyBlob(request));
    }

    private void requireUnchanged(String bucket, String name) {
        Optional<String> last = seen.get(name);
        require(last == null || last.equals(current(bucket, name)));
    }

    private Optional<String> current(String bucket, String name) {
        return Optional.ofNullable(delegate().blobMetadataIfPresent(bucket, name))
                .map(HeadObjectResponse::eTag);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw S3Exceptions.preconditionFailed(null);
        }
    }

    private static String unquoted(String version) {
        return version.startsWith("\"") && version.endsWith("\"") && version.length() > 1
                ? version.substring(1, version.length() - 1)
                : version;
    }
}
