package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** What tests of the parts of {@link ExclusiveStore} share: a store with one empty bucket for each test, and what they send to it. */
abstract class StoreContract {

    static final String BUCKET = "demo";
    static final String KEY = "reports/2026/big.bin";

    @TempDir
    Path data;

    /** As a request sees it that names no object, so that it may look at many. */
    ExclusiveStore store;

    private StoredObjects objects;
    private OpenUploads uploads;

    @BeforeEach
    void createBucket() throws IOException {
        Files.createDirectory(data.resolve(BUCKET));
        objects = StoredObjects.in(data);
        uploads = new OpenUploads(objects);
        store = requestFor(null);
    }

    /** The store as a request sees it that names this object. */
    ExclusiveStore requestFor(@Nullable String key) {
        return new ExclusiveStore(objects, uploads, key);
    }

    /** What is thrown makes a response with this status. */
    static ThrowingConsumer<Throwable> failed(int status) {
        return thrown -> assertThat(thrown)
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(status));
    }

    /** What is thrown makes a response with status 400 and this code. */
    static ThrowingConsumer<Throwable> refused(String code) {
        return thrown -> assertThat(thrown).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.statusCode()).isEqualTo(400);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
        });
    }

    static PutObjectRequest.Builder request(String key, long length) {
        return PutObjectRequest.builder()
                .bucket(BUCKET)
                .key(key)
                .contentLength(length)
                .contentType("text/plain");
    }

    Void put(String key, String bytes) {
        return put(request(key, bytes.length()), bytes);
    }

    Void put(PutObjectRequest.Builder request, String bytes) {
        store.putBlob(request.build(), stream(bytes));
        return null;
    }

    static CopyObjectRequest.Builder copy(String from, String to) {
        return CopyObjectRequest.builder()
                .sourceBucket(BUCKET)
                .sourceKey(from)
                .destinationBucket(BUCKET)
                .destinationKey(to);
    }

    String read(String key) throws IOException {
        try (InputStream bytes =
                store.getBlob(GetObjectRequest.builder().bucket(BUCKET).key(key).build())) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    List<String> listed() {
        return store.list(ListObjectsV2Request.builder().bucket(BUCKET).build()).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    List<String> listed(String prefix, int limit) {
        List<String> keys = new ArrayList<>();
        String token = null;
        do {
            ListObjectsV2Response page = store.list(ListObjectsV2Request.builder()
                    .bucket(BUCKET)
                    .prefix(prefix)
                    .maxKeys(limit)
                    .continuationToken(token)
                    .build());
            assertThat(page.contents()).hasSizeLessThanOrEqualTo(limit);
            page.contents().forEach(object -> keys.add(object.key()));
            token = page.nextContinuationToken();
        } while (token != null);
        return keys;
    }

    /** As s3proxy begins one: with a record under its id. */
    MultipartUpload begin(String key) {
        MultipartUpload upload = store.initiateMultipartUpload(CreateMultipartUploadRequest.builder()
                .bucket(BUCKET)
                .key(key)
                .contentType("text/plain")
                .build());
        put(record(upload), "");
        return upload;
    }

    void abort(MultipartUpload upload) {
        store.removeBlob(BUCKET, record(upload));
        store.abortMultipartUpload(upload);
    }

    static String record(MultipartUpload upload) {
        return ".s3proxy-mpu-stub-" + upload.id();
    }

    CompletedPart part(MultipartUpload upload, int number, String bytes) {
        String version = store.uploadMultipartPart(upload, partRequest(upload, number, bytes.length()), stream(bytes))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(version).build();
    }

    static UploadPartRequest partRequest(MultipartUpload upload, int number, long length) {
        return UploadPartRequest.builder()
                .bucket(BUCKET)
                .key(upload.blobName())
                .uploadId(upload.id())
                .partNumber(number)
                .contentLength(length)
                .build();
    }

    static CompleteMultipartUploadRequest.Builder complete(MultipartUpload upload, List<CompletedPart> parts) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(BUCKET)
                .key(upload.blobName())
                .uploadId(upload.id())
                .multipartUpload(manifest -> manifest.parts(parts));
    }

    static InputStream stream(String bytes) {
        return new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Whatever else s3proxy or the launcher keeps in the bucket is gone. */
    void assertNothingButObjects(String... keys) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve(BUCKET))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> data.resolve(BUCKET).relativize(file).toString()))
                    .containsExactlyInAnyOrder(keys);
        }
    }
}
