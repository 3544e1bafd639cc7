package dev.banhmi.gateway.store;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What is in the store of an upload that is to be removed; for both calls an upload that the store does not know is gone. */
final class UploadRemains {

    private static final int NOT_FOUND = 404;

    private UploadRemains() {}

    static void remove(S3Client s3, MultipartUpload upload) {
        try {
            s3.abortMultipartUpload(request -> request.bucket(upload.key().bucket())
                    .key(upload.key().key())
                    .uploadId(upload.id()));
        } catch (SdkException e) {
            if (!isUnknown(e)) {
                throw StoreFailures.translate("AbortMultipartUpload", upload.key(), e);
            }
        }
    }

    static boolean exist(S3Client s3, MultipartUpload upload) {
        try {
            return !s3.listParts(request -> request.bucket(upload.key().bucket())
                            .key(upload.key().key())
                            .uploadId(upload.id())
                            .maxParts(1))
                    .parts()
                    .isEmpty();
        } catch (SdkException e) {
            if (isUnknown(e)) {
                return false;
            }
            throw StoreFailures.translate("ListParts", upload.key(), e);
        }
    }

    private static boolean isUnknown(SdkException failure) {
        return failure instanceof S3Exception refusal && refusal.statusCode() == NOT_FOUND;
    }
}
