package dev.banhmi.local;

import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Uploads in parts as s3proxy keeps them for one request, refused with status 403 where the launcher has no permission for the files. What
 * is left of an upload that is complete is no reason to fail: its object is visible. Thread-safe.
 */
final class PermittedUploads extends ForwardingBlobStore {

    private static final Logger LOG = LoggerFactory.getLogger(PermittedUploads.class);

    private volatile boolean complete;

    PermittedUploads(BlobStore s3proxy) {
        super(s3proxy);
    }

    /** From now on the request removes no more than the parts of the upload that it has completed, and the record of it. */
    void complete() {
        complete = true;
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        return FilePermissions.use(() -> super.initiateMultipartUpload(request));
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream payload) {
        return FilePermissions.use(() -> super.uploadMultipartPart(upload, request, payload));
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        return FilePermissions.use(() -> super.listMultipartUpload(upload));
    }

    @Override
    public void abortMultipartUpload(MultipartUpload upload) {
        remove(upload.blobName(), upload, () -> {
            super.abortMultipartUpload(upload);
            return upload;
        });
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return remove(request.key(), DeleteObjectResponse.builder().build(), () -> super.removeBlob(request));
    }

    private <T> T remove(String key, T failed, Supplier<T> removal) {
        try {
            return FilePermissions.use(removal);
        } catch (RuntimeException e) {
            if (!complete) {
                throw e;
            }
            LOG.warn(
                    "{}: what is left of an upload that is complete cannot be removed ({}); the next start does it",
                    key,
                    e.toString());
            return failed;
        }
    }
}
