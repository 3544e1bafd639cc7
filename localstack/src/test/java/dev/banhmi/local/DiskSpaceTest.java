package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class DiskSpaceTest extends StoreContract {

    private final Disk disk = new Disk();

    @BeforeEach
    void writeToADiskThatMayBeFull() {
        StoredObjects real = StoredObjects.in(data);
        StoredObjects objects = new StoredObjects(data, disk.under(real.s3proxy()), real.locks(), real.unreadable());
        store = new ExclusiveStore(objects, new OpenUploads(objects), null);
    }

    @ParameterizedTest
    @MethodSource("fullDisks")
    void refusesEveryWriteAndReadsWhatIsSentToItsEnd(RuntimeException full) throws Exception {
        put(KEY, "before");
        MultipartUpload upload = begin(KEY);
        CompletedPart part = part(upload, 1, "after");
        disk.fill(full);

        List<Runnable> writes = new ArrayList<>(List.of(
                () -> store.copyBlob(copy(KEY, "copy").build()),
                () -> begin("other"),
                () -> store.completeMultipartUpload(
                        upload, complete(upload, List.of(part)).build())));
        InputStream object = new BufferedInputStream(stream("object"));
        writes.add(() -> store.putBlob(request(KEY, 6).build(), object));
        InputStream second = new BufferedInputStream(stream("second"));
        writes.add(() -> store.uploadMultipartPart(upload, partRequest(upload, 2, 6), second));
        for (Runnable write : writes) {
            assertThatThrownBy(write::run)
                    .satisfies(refused("XMinioStorageFull"))
                    .hasMessageContaining("is full");
        }
        assertThat(object.read()).isNegative();
        assertThat(second.read()).isNegative();
        assertThat(read(KEY)).isEqualTo("before");
        assertThat(listed()).contains(KEY).doesNotContain("copy", "other");

        disk.fill(null);
        store.completeMultipartUpload(upload, complete(upload, List.of(part)).build());
        assertThat(read(KEY)).isEqualTo("after");
    }

    /** The words of Linux, macOS and Windows. */
    static Stream<RuntimeException> fullDisks() {
        return Stream.of(
                new RuntimeException(new IOException("No space left on device")),
                new UncheckedIOException(new FileSystemException("a", "b", "No space left on device")),
                new RuntimeException(new IOException("Disk quota exceeded")),
                new RuntimeException(new IOException("There is not enough space on the disk")));
    }

    @Test
    void leavesOtherFaultsAsTheyAre() {
        RuntimeException fault = new RuntimeException(new IOException("Input/output error"));
        disk.fill(fault);
        InputStream object = stream("object");
        assertThatThrownBy(() -> store.putBlob(request(KEY, 6).build(), object)).isSameAs(fault);
        assertThatThrownBy(() -> store.copyBlob(copy(KEY, "copy").build())).isNotNull();
    }

    /** A disk that s3proxy writes to until there is no room: it reads a little and closes what it was sent. */
    private static final class Disk {

        private @Nullable RuntimeException full;

        void fill(@Nullable RuntimeException failure) {
            full = failure;
        }

        private void write(@Nullable InputStream payload) {
            RuntimeException failure = full;
            if (failure == null) {
                return;
            }
            if (payload != null) {
                try (payload) {
                    assertThat(payload.read()).isNotNegative();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            throw failure;
        }

        BlobStore under(BlobStore s3proxy) {
            return new ForwardingBlobStore(s3proxy) {
                @Override
                public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
                    write(payload);
                    return super.putBlob(request, payload);
                }

                @Override
                public CopyObjectResponse copyBlob(CopyObjectRequest request) {
                    write(null);
                    return super.copyBlob(request);
                }

                @Override
                public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
                    write(null);
                    return super.initiateMultipartUpload(request);
                }

                @Override
                public UploadPartResponse uploadMultipartPart(
                        MultipartUpload upload, UploadPartRequest request, InputStream payload) {
                    write(payload);
                    return super.uploadMultipartPart(upload, request, payload);
                }

                @Override
                public CompleteMultipartUploadResponse completeMultipartUpload(
                        MultipartUpload upload, CompleteMultipartUploadRequest request) {
                    write(null);
                    return super.completeMultipartUpload(upload, request);
                }
            };
        }
    }
}
