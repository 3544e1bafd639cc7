package dev.banhmi.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.AbstractNio2BlobStore;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** What s3proxy keeps of uploads until they are completed or aborted: a record of each, and its parts, as files. Thread-safe. */
final class OpenUploads {

    /** What s3proxy keeps of an upload under its id, and removes before it looks for parts to abort. */
    private static final String RECORD = ".s3proxy-mpu-stub-";

    private final StoredObjects objects;

    /** By the buckets and ids of uploads. Taken before an object's. */
    private final KeyLocks completions = new KeyLocks();

    OpenUploads(StoredObjects objects) {
        this.objects = objects;
    }

    /** Completes an upload that nobody else completes meanwhile. */
    <T> T completing(MultipartUpload upload, Supplier<T> completion) {
        return completions.writing(upload.containerName(), upload.id(), completion);
    }

    /**
     * Checks that an upload has been neither completed nor aborted.
     *
     * @throws NoSuchUploadException if it has
     */
    void requireOpen(MultipartUpload upload) {
        if (objects.s3proxy().blobMetadataIfPresent(upload.containerName(), RECORD + upload.id()) == null) {
            throw NoSuchUploadException.builder()
                    .statusCode(404)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("NoSuchUpload")
                            .errorMessage("The upload has been completed or aborted.")
                            .build())
                    .build();
        }
    }

    /**
     * Writes an upload's object, whatever its condition, as a draft, which gets the parts under second names. They stay where they are:
     * whoever repeats a completion without parts is told by s3proxy that it has succeeded, if there is an object with the same bytes.
     */
    CompleteMultipartUploadResponse assemble(
            MultipartUpload upload, CompleteMultipartUploadRequest request, Draft draft) {
        CompletedMultipartUpload manifest = request.multipartUpload();
        for (CompletedPart part : manifest == null ? List.<CompletedPart>of() : manifest.parts()) {
            String name = AbstractNio2BlobStore.multipartPartName(upload.id(), upload.blobName(), part.partNumber());
            Path file = objects.file(request.bucket(), name).path();
            // s3proxy says which part is missing.
            if (Files.exists(file)) {
                draft.add(name, file);
            }
        }
        MultipartUpload inDraft = new MultipartUpload(
                upload.id(),
                upload.request().toBuilder().bucket(draft.container()).build(),
                upload.response());
        return objects.s3proxy()
                .completeMultipartUpload(
                        inDraft,
                        request.toBuilder()
                                .bucket(draft.container())
                                .ifMatch(null)
                                .ifNoneMatch(null)
                                .build());
    }
}
