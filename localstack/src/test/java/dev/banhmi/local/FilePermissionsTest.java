package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** With real permissions, which root does not feel: {@code LauncherObjectsIT}. */
class FilePermissionsTest extends StoreContract {

    @ParameterizedTest
    @MethodSource("missing")
    void refusesWhatThePermissionsDoNotAllow(RuntimeException failure) {
        assertThatThrownBy(() -> FilePermissions.use(() -> {
                    throw failure;
                }))
                .satisfies(failed(403))
                .hasMessageContaining("no permission for the/file");
    }

    /** The words of Java, Linux and macOS. */
    static Stream<RuntimeException> missing() {
        return Stream.of(
                new RuntimeException(new AccessDeniedException("the/file")),
                new UncheckedIOException(new FileSystemException("the/file", null, "Operation not permitted")),
                new UncheckedIOException(new FileSystemException("the/file", "other", "Read-only file system")));
    }

    @Test
    void handsOnWhateverElseFails() {
        RuntimeException failure = new UncheckedIOException(new IOException("Input/output error"));
        assertThatThrownBy(() -> FilePermissions.use(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(FilePermissions.use(() -> "done")).isEqualTo("done");
    }

    /** Without the permission for the directory of the bucket, everything of an upload is refused, and the client need not ask again. */
    @Test
    void refusesUploadsInParts() {
        Files files = new Files();
        StoredObjects real = StoredObjects.in(data);
        StoredObjects objects = new StoredObjects(data, files.under(real.s3proxy()), real.locks(), real.unreadable());
        store = new ExclusiveStore(objects, new OpenUploads(objects), null);
        MultipartUpload upload = begin(KEY);
        files.close();

        assertThatThrownBy(() -> begin("other")).satisfies(failed(403));
        assertThatThrownBy(() -> part(upload, 1, "part")).satisfies(failed(403));
        assertThatThrownBy(() -> store.listMultipartUpload(upload)).satisfies(failed(403));
        assertThatThrownBy(() -> store.abortMultipartUpload(upload)).satisfies(failed(403));
    }

    /** What is visible has succeeded, whatever becomes of its parts. */
    @Test
    void completesAnUploadWhosePartsItMayNotRemove() throws Exception {
        Files files = new Files();
        StoredObjects real = StoredObjects.in(data);
        StoredObjects objects = new StoredObjects(data, files.under(real.s3proxy()), real.locks(), real.unreadable());
        store = new ExclusiveStore(objects, new OpenUploads(objects), null);
        MultipartUpload upload = begin(KEY);
        CompletedPart part = part(upload, 1, "whole");
        files.close();

        assertThatCode(() -> {
                    store.completeMultipartUpload(
                            upload, complete(upload, List.of(part)).build());
                    store.removeBlob(BUCKET, record(upload));
                })
                .doesNotThrowAnyException();
        assertThat(read(KEY)).isEqualTo("whole");
        ExclusiveStore next = new ExclusiveStore(objects, new OpenUploads(objects), null);
        assertThatThrownBy(() -> next.removeBlob(BUCKET, record(upload))).satisfies(failed(403));
    }

    /** In a directory in which nothing can be made or removed, from some time on. */
    private static final class Files {

        private boolean closed;

        void close() {
            closed = true;
        }

        private void change() {
            if (closed) {
                throw new UncheckedIOException(new AccessDeniedException("the/file"));
            }
        }

        BlobStore under(BlobStore s3proxy) {
            return new ForwardingBlobStore(s3proxy) {
                @Override
                public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
                    change();
                    return super.removeBlob(request);
                }

                @Override
                public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
                    change();
                    return super.initiateMultipartUpload(request);
                }

                @Override
                public UploadPartResponse uploadMultipartPart(
                        MultipartUpload upload, UploadPartRequest request, InputStream payload) {
                    change();
                    return super.uploadMultipartPart(upload, request, payload);
                }

                @Override
                public List<Part> listMultipartUpload(MultipartUpload upload) {
                    change();
                    return super.listMultipartUpload(upload);
                }

                @Override
                public void abortMultipartUpload(MultipartUpload upload) {
                    change();
                    super.abortMultipartUpload(upload);
                }
            };
        }
    }
}
