package dev.banhmi.local.listing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** Uploads in parts that run while a bucket is listed: they begin, become visible, are deleted, and begin again. */
final class UploadsMeanwhile implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();
    private final Semaphore steps = new Semaphore(0);
    private final AtomicBoolean over = new AtomicBoolean();
    private final S3Client s3;
    private final String bucket;

    UploadsMeanwhile(S3Client s3, String bucket, int count) {
        this.s3 = s3;
        this.bucket = bucket;
        for (int i = 0; i < count; i++) {
            String key = "upload-" + i;
            running.add(threads.submit(() -> upload(key)));
        }
    }

    /** Two of them go a step on, unless they have not yet done the steps of before. */
    void goOn() {
        if (steps.availablePermits() == 0) {
            steps.release(2);
        }
    }

    private Void upload(String key) throws InterruptedException {
        while (!over.get()) {
            String id = s3.createMultipartUpload(
                            request -> request.bucket(bucket).key(key))
                    .uploadId();
            boolean goesOn = steps.tryAcquire(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
            if (goesOn && !over.get()) {
                String etag = s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(id)
                                        .partNumber(1),
                                RequestBody.fromString("part"))
                        .eTag();
                CompletedPart part =
                        CompletedPart.builder().partNumber(1).eTag(etag).build();
                s3.completeMultipartUpload(request ->
                        request.bucket(bucket).key(key).uploadId(id).multipartUpload(parts -> parts.parts(part)));
                s3.deleteObject(request -> request.bucket(bucket).key(key));
            } else {
                s3.abortMultipartUpload(
                        request -> request.bucket(bucket).key(key).uploadId(id));
            }
        }
        return null;
    }

    @Override
    public void close() {
        over.set(true);
        steps.release(running.size());
        threads.close();
        assertThat(running).allSatisfy(one -> assertThat(one.state()).isEqualTo(Future.State.SUCCESS));
    }
}
