package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.GatewayException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What is in the store of an upload that is to be removed; for both calls an upload that the store does not know is gone. */
final class UploadRemains {

    private static final int NOT_FOUND = 404;

    private UploadRemains() {}

    static void remove(S3Client s3, StoreCalls calls, MultipartUpload upload) {
        try {
            calls.make(
                    "AbortMultipartUpload",
                    upload.key(),
                    () -> s3.abortMultipartUpload(
                            request -> request.bucket(upload.key().bucket())
                                    .key(upload.key().key())
                                    .uploadId(upload.id())));
        } catch (GatewayException e) {
            if (!isUnknown(e)) {
                throw e;
            }
        }
    }

    static boolean exist(S3Client s3, StoreCalls calls, MultipartUpload upload) {
        try {
            return calls.make(
                    "ListParts",
                    upload.key(),
                    () -> !s3.listParts(request -> request.bucket(upload.key().bucket())
                                    .key(upload.key().key())
                                    .uploadId(upload.id())
                                    .maxParts(1))
                            .parts()
                            .isEmpty());
        } catch (GatewayException e) {
            if (isUnknown(e)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isUnknown(GatewayException failure) {
        return failure.getCause() instanceof S3Exception refusal && refusal.statusCode() == NOT_FOUND;
    }
}
