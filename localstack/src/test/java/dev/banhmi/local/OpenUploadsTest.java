package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class OpenUploadsTest extends StoreContract {

    @Test
    void keepsNoPartThatComesAfterTheAbort() throws Exception {
        MultipartUpload upload = begin(KEY);
        part(upload, 1, "first");
        try (SlowRequest slow =
                new SlowRequest("late", body -> store.uploadMultipartPart(upload, partRequest(upload, 2, 4), body))) {
            abort(upload);
            assertThatThrownBy(slow::end).hasCauseInstanceOf(NoSuchUploadException.class);
        }
        assertNothingButObjects();
    }

    @Test
    void completesAnUploadOnce() throws Exception {
        MultipartUpload upload = begin(KEY);
        List<CompletedPart> parts = List.of(part(upload, 1, "first, "), part(upload, 2, "second"));
        part(upload, 3, "not used");
        String version = store.completeMultipartUpload(
                        upload, complete(upload, parts).build())
                .eTag();
        assertThat(version).endsWith("-2\"");
        assertThat(read(KEY)).isEqualTo("first, second");
        assertThat(store.blobMetadata(BUCKET, KEY).eTag()).isEqualTo(version);
        assertThat(store.blobMetadata(BUCKET, KEY).contentType()).isEqualTo("text/plain");

        store.removeBlob(BUCKET, record(upload));
        assertNothingButObjects(KEY);
        assertThatThrownBy(() -> store.completeMultipartUpload(
                        upload, complete(upload, parts).build()))
                .isInstanceOf(NoSuchUploadException.class);
    }

    @Test
    void keepsThePartsOfACompletionThatIsRefused() throws Exception {
        MultipartUpload upload = begin(KEY);
        CompletedPart part = part(upload, 1, "bytes");
        put(KEY, "in the way");
        assertThatThrownBy(() -> store.completeMultipartUpload(
                        upload, complete(upload, List.of(part)).ifNoneMatch("*").build()))
                .satisfies(failed(412));
        CompletedPart missing = CompletedPart.builder().partNumber(2).build();
        assertThatThrownBy(() -> store.completeMultipartUpload(
                        upload, complete(upload, List.of(part, missing)).build()))
                .satisfies(failed(400));
        assertThat(read(KEY)).isEqualTo("in the way");
        assertThat(store.listMultipartUpload(upload)).hasSize(1);

        store.completeMultipartUpload(upload, complete(upload, List.of(part)).build());

        assertThat(read(KEY)).isEqualTo("bytes");
    }

    /** As s3proxy does with If-Match: it looks, and completes without a condition. */
    @Test
    void completesOnlyOneOfThoseThatSawTheSameVersion() throws Exception {
        put(KEY, "before");
        List<Callable<Boolean>> completions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            MultipartUpload upload = begin(KEY);
            List<CompletedPart> parts = List.of(part(upload, 1, "upload " + i));
            ExclusiveStore own = requestFor(KEY);
            own.blobMetadata(BUCKET, KEY);
            completions.add(() -> {
                try {
                    own.completeMultipartUpload(upload, complete(upload, parts).build());
                    return true;
                } catch (S3Exception e) {
                    assertThat(e).satisfies(failed(412));
                    assertThat(own.listMultipartUpload(upload))
                            .as("parts of a refused completion")
                            .hasSize(1);
                    return false;
                }
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(completions.size())) {
            int winners = 0;
            for (Future<Boolean> completion : threads.invokeAll(completions)) {
                winners += completion.get() ? 1 : 0;
            }
            assertThat(winners).isEqualTo(1);
        }
    }
}
