package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

class ExclusiveStoreTest {

    private static final String BUCKET = "demo";
    private static final String KEY = "reports/2026/big.bin";

    @TempDir
    private Path data;

    private ExclusiveStore.Shared shared;
    private ExclusiveStore store;

    @BeforeEach
    void createBucket() throws IOException {
        Files.createDirectory(data.resolve(BUCKET));
        shared = ExclusiveStore.Shared.of(data);
        store = new ExclusiveStore(shared, null);
    }

    @Test
    void showsNothingOfAnObjectThatIsBeingWrittenAndHoldsNobodyUp() throws Exception {
        put(KEY, "before");
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
                Slow slow =
                        new Slow("after", body -> store.putBlob(request(KEY, 5).build(), body))) {
            Future<String> read = others.submit(() -> read(KEY));
            assertThat(read.get(Patience.HANGS.toSeconds(), TimeUnit.SECONDS)).isEqualTo("before");
            Future<?> write = others.submit(() -> put(KEY, "between"));
            write.get(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
            assertThat(listed()).containsExactly(KEY);
            assertThat(read(KEY)).isEqualTo("between");
            slow.end();
        }
        assertThat(listed()).containsExactly(KEY);
        assertThat(read(KEY)).isEqualTo("after");
        assertNothingButObjects(KEY);
    }

    @Test
    void leavesNoPartOfAnObjectToTheNextStart() throws Exception {
        put("whole", "whole");
        DataDirectory directory = DataDirectory.prepare(data, List.of(BUCKET));
        try (Slow slow = new Slow("half", body -> store.putBlob(request(KEY, 4).build(), body))) {
            LeftUploads.remove(directory, List.of(BUCKET));

            assertNothingButObjects("whole");
            slow.end();
        } catch (ExecutionException expected) {
            // The file is gone.
        }
        directory.undo();
    }

    @Test
    void keepsNoPartThatComesAfterTheAbort() throws Exception {
        MultipartUpload upload = begin(KEY);
        part(upload, 1, "first");
        try (Slow slow = new Slow("late", body -> store.uploadMultipartPart(upload, partRequest(upload, 2, 4), body))) {
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
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        CompletedPart missing = CompletedPart.builder().partNumber(2).build();
        assertThatThrownBy(() -> store.completeMultipartUpload(
                        upload, complete(upload, List.of(part, missing)).build()))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
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
            ExclusiveStore own = new ExclusiveStore(shared, KEY);
            own.blobMetadata(BUCKET, KEY);
            completions.add(() -> {
                try {
                    own.completeMultipartUpload(upload, complete(upload, parts).build());
                    return true;
                } catch (S3Exception e) {
                    isPreconditionFailed(e);
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

    @Test
    void writesOnlyOnTheVersionThatIsNamed() throws Exception {
        put(KEY, "one");
        String one = store.blobMetadata(BUCKET, KEY).eTag();
        assertThatThrownBy(() -> put(request(KEY, 3).ifNoneMatch("*"), "two"))
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        assertThatThrownBy(() -> put(request(KEY, 3).ifNoneMatch(one), "two"))
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        put(request(KEY, 3).ifMatch(one), "two");
        assertThatThrownBy(() -> put(request(KEY, 5).ifMatch(one), "three"))
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        put(request(KEY, 5).ifMatch("*"), "three");
        assertThatThrownBy(() -> put(request("new", 1).ifMatch("*"), "x"))
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        put(request("new", 1).ifNoneMatch("*"), "x");
        assertThat(read(KEY)).isEqualTo("three");
        assertNothingButObjects(KEY, "new");
    }

    @Test
    void copiesOneVersionWithItsAttributes() throws Exception {
        put(request(KEY, 5).metadata(Map.of("by", "me")), "bytes");
        store.copyBlob(copy(KEY, "copy").build());
        assertThat(read("copy")).isEqualTo("bytes");
        assertThat(store.blobMetadata(BUCKET, "copy").metadata()).containsEntry("by", "me");

        store.copyBlob(copy(KEY, KEY)
                .metadataDirective(MetadataDirective.REPLACE)
                .metadata(Map.of("by", "you"))
                .build());
        assertThat(read(KEY)).isEqualTo("bytes");
        assertThat(store.blobMetadata(BUCKET, KEY).metadata()).containsEntry("by", "you");
        assertThat(store.blobMetadata(BUCKET, "copy").metadata()).containsEntry("by", "me");

        assertThatThrownBy(() -> store.copyBlob(copy("missing", "copy").build()))
                .isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> store.copyBlob(
                        copy(KEY, "copy").copySourceIfMatch("\"other\"").build()))
                .satisfies(ExclusiveStoreTest::isPreconditionFailed);
        assertNothingButObjects(KEY, "copy");
    }

    @ParameterizedTest
    @ValueSource(strings = {".mpus-x", ".mpus-drafts/x", ".s3proxy-versions/x", "../outside", "../demo2/x", "."})
    void leavesWhatIsNoFileOfTheBucketToS3proxy(String key) throws Exception {
        assertThatThrownBy(() -> put(key, "x")).isInstanceOf(RuntimeException.class);
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void keepsDirectoryMarkers() throws Exception {
        put("folder/", "");
        put("folder/file", "x");
        assertThat(listed()).containsExactly("folder/", "folder/file");
        store.removeBlob(
                DeleteObjectRequest.builder().bucket(BUCKET).key("folder/file").build());
        assertThat(listed()).containsExactly("folder/");
    }

    /** s3proxy takes both names for one file. */
    @Test
    void keepsAnObjectApartFromTheNameWithASlash() throws Exception {
        put("dir/doc", "innocent");

        for (String other : List.of("dir/doc/", "dir/doc/x", "dir/doc/x/")) {
            assertThatThrownBy(() -> put(other, "")).satisfies(refused("XMinioParentIsObject"));
            assertThatThrownBy(() -> store.copyBlob(copy("dir/doc", other).build()))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
            assertThatThrownBy(() -> store.blobMetadata(BUCKET, other)).isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> store.getBlob(BUCKET, other)).isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> store.copyBlob(copy(other, "copy").build()))
                    .isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> begin(other))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(400));
            store.removeBlob(BUCKET, other);
            assertThat(read("dir/doc")).isEqualTo("innocent");
        }
        assertThatThrownBy(() -> put("dir", "x")).satisfies(refused("XMinioObjectExistsAsDirectory"));
        assertThatThrownBy(() -> begin("dir")).satisfies(refused("XMinioObjectExistsAsDirectory"));
        assertThat(listed()).containsExactly("dir/doc");
        assertNothingButObjects("dir/doc");
    }

    @Test
    void refusesBytesUnderANameThatEndsWithASlash() throws Exception {
        put("doc", "innocent");
        assertThatThrownBy(() -> put("q/", "bytes")).satisfies(refused("XMinioInvalidObjectName"));
        assertThatThrownBy(() -> begin("q/")).satisfies(refused("XMinioInvalidObjectName"));
        assertThatThrownBy(() -> store.copyBlob(copy("doc", "q/").build()))
                .satisfies(refused("XMinioInvalidObjectName"));
        assertThat(listed()).containsExactly("doc");
        assertNothingButObjects("doc");
    }

    /** The file systems of Linux have room for 4 KB of attributes, or for 64. */
    @Test
    void keepsAllMetadataOrRefusesTheObject() throws Exception {
        Map<String, String> all = new TreeMap<>();
        boolean isRefused = false;
        for (int count = 20; count <= 4000 && !isRefused; count *= 2) {
            while (all.size() < count) {
                all.put("a" + all.size(), "v" + all.size());
            }
            try {
                put(request(KEY, 4).metadata(all), "kept");
                assertThat(store.blobMetadata(BUCKET, KEY).metadata()).isEqualTo(all);
            } catch (S3Exception e) {
                assertThat(e).satisfies(refused("MetadataTooLarge"));
                assertThatThrownBy(() -> store.initiateMultipartUpload(CreateMultipartUploadRequest.builder()
                                .bucket(BUCKET)
                                .key(KEY)
                                .metadata(all)
                                .build()))
                        .satisfies(refused("MetadataTooLarge"));
                assertThatThrownBy(() -> store.copyBlob(copy(KEY, KEY)
                                .metadataDirective(MetadataDirective.REPLACE)
                                .metadata(all)
                                .build()))
                        .satisfies(refused("MetadataTooLarge"));
                isRefused = true;
            }
        }
        String longest = "x".repeat(100_000);
        assertThatThrownBy(() -> put(request(KEY, 4).contentDisposition(longest), "lost"))
                .satisfies(refused("MetadataTooLarge"));
        assertThatThrownBy(() -> put(request(KEY, 4).metadata(Map.of("x".repeat(250), "v")), "lost"))
                .satisfies(refused("MetadataTooLarge"));
        assertThat(read(KEY)).isEqualTo("kept");
        assertNothingButObjects(KEY);
    }

    @Test
    void refusesASegmentThatIsTooLongForAFile() throws Exception {
        String longest = "x".repeat(255);
        put(longest + "/" + "y".repeat(218), "x");
        assertThatThrownBy(() -> put("y".repeat(219), "x")).satisfies(refused("KeyTooLongError"));
        assertThatThrownBy(() -> put("é".repeat(110), "x")).satisfies(refused("KeyTooLongError"));
        assertThatThrownBy(() -> put(longest + "x/y", "x")).satisfies(refused("KeyTooLongError"));

        MultipartUpload upload = begin("z".repeat(169));
        CompletedPart part = part(upload, 10_000, "bytes");
        store.completeMultipartUpload(upload, complete(upload, List.of(part)).build());
        assertThat(read("z".repeat(169))).isEqualTo("bytes");
        assertThatThrownBy(() -> begin("z".repeat(170))).satisfies(refused("KeyTooLongError"));
        part(begin("z".repeat(212) + "/" + "y".repeat(212)), 10_000, "bytes");
        assertThatThrownBy(() -> begin("z".repeat(213) + "/y")).satisfies(refused("KeyTooLongError"));
        assertThatThrownBy(() -> begin("z/" + "y".repeat(213))).satisfies(refused("KeyTooLongError"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/x",
                "a//b",
                "a//",
                ".",
                "a/../b",
                "./a",
                ".mpus-x",
                ".s3proxy-slash",
                ".s3proxy-mpu-stub-x"
            })
    void refusesNamesWithoutAFile(String key) {
        assertThatThrownBy(() -> ObjectFiles.requirePath(data.resolve(BUCKET), key))
                .satisfies(refused("XMinioInvalidObjectName"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/", "...", ".a/.b", "a.mpus-", "bánh mì"})
    void takesNamesWithAFile(String key) {
        ObjectFiles.requirePath(data.resolve(BUCKET), key);
    }

    /** To s3proxy a dot is the directory. */
    @Test
    void listsWhatStartsWithADot() {
        for (String key : List.of("..a", ".env", "a", "d/.x", "d/..y", "d/z", "e.", "e.f")) {
            put(key, "x");
        }
        assertThat(listed(".", 1000)).containsExactly("..a", ".env");
        assertThat(listed("..", 1000)).containsExactly("..a");
        assertThat(listed("d/.", 1000)).containsExactly("d/..y", "d/.x");
        assertThat(listed("d/.", 1)).containsExactly("d/..y", "d/.x");
        assertThat(listed("e.", 1)).containsExactly("e.", "e.f");
        for (String none : List.of("/", "a//", "./", "d/../", "d/./.")) {
            assertThat(listed(none, 1000)).as(none).isEmpty();
        }
    }

    private List<String> listed(String prefix, int limit) {
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

    private static ThrowingConsumer<Throwable> refused(String code) {
        return thrown -> assertThat(thrown).isInstanceOfSatisfying(S3Exception.class, e -> {
            assertThat(e.statusCode()).isEqualTo(400);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
        });
    }

    @Test
    void deletesABucketOnlyWhenItIsEmpty() throws Exception {
        put(KEY, "x");
        assertThatThrownBy(() -> store.deleteBucket(BUCKET))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(409));
        assertThat(read(KEY)).isEqualTo("x");
        store.removeBlob(BUCKET, KEY);
        store.deleteBucket(BUCKET);
        assertThat(data).isEmptyDirectory();
        assertThatThrownBy(() -> put(KEY, "x"))
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
    }

    private static void isPreconditionFailed(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(412));
    }

    private static PutObjectRequest.Builder request(String key, long length) {
        return PutObjectRequest.builder()
                .bucket(BUCKET)
                .key(key)
                .contentLength(length)
                .contentType("text/plain");
    }

    private Void put(String key, String bytes) {
        return put(request(key, bytes.length()), bytes);
    }

    private Void put(PutObjectRequest.Builder request, String bytes) {
        store.putBlob(request.build(), stream(bytes));
        return null;
    }

    private static CopyObjectRequest.Builder copy(String from, String to) {
        return CopyObjectRequest.builder()
                .sourceBucket(BUCKET)
                .sourceKey(from)
                .destinationBucket(BUCKET)
                .destinationKey(to);
    }

    private String read(String key) throws IOException {
        try (InputStream bytes =
                store.getBlob(GetObjectRequest.builder().bucket(BUCKET).key(key).build())) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private List<String> listed() {
        return store.list(ListObjectsV2Request.builder().bucket(BUCKET).build()).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    /** As s3proxy begins one: with a record under its id. */
    private MultipartUpload begin(String key) {
        MultipartUpload upload = store.initiateMultipartUpload(CreateMultipartUploadRequest.builder()
                .bucket(BUCKET)
                .key(key)
                .contentType("text/plain")
                .build());
        put(record(upload), "");
        return upload;
    }

    private void abort(MultipartUpload upload) {
        store.removeBlob(BUCKET, record(upload));
        store.abortMultipartUpload(upload);
    }

    private static String record(MultipartUpload upload) {
        return ".s3proxy-mpu-stub-" + upload.id();
    }

    private CompletedPart part(MultipartUpload upload, int number, String bytes) {
        String version = store.uploadMultipartPart(upload, partRequest(upload, number, bytes.length()), stream(bytes))
                .eTag();
        return CompletedPart.builder().partNumber(number).eTag(version).build();
    }

    private static UploadPartRequest partRequest(MultipartUpload upload, int number, long length) {
        return UploadPartRequest.builder()
                .bucket(BUCKET)
                .key(upload.blobName())
                .uploadId(upload.id())
                .partNumber(number)
                .contentLength(length)
                .build();
    }

    private static CompleteMultipartUploadRequest.Builder complete(MultipartUpload upload, List<CompletedPart> parts) {
        return CompleteMultipartUploadRequest.builder()
                .bucket(BUCKET)
                .key(upload.blobName())
                .uploadId(upload.id())
                .multipartUpload(manifest -> manifest.parts(parts));
    }

    private static InputStream stream(String bytes) {
        return new ByteArrayInputStream(bytes.getBytes(StandardCharsets.UTF_8));
    }

    /** Whatever else s3proxy or the launcher keeps in the bucket is gone. */
    private void assertNothingButObjects(String... keys) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve(BUCKET))) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> data.resolve(BUCKET).relativize(file).toString()))
                    .containsExactlyInAnyOrder(keys);
        }
    }

    /** A request whose last byte is long in coming: the store has read all others by the time this is made. */
    private static final class Slow implements AutoCloseable {

        private final CountDownLatch waits = new CountDownLatch(1);
        private final CountDownLatch goesOn = new CountDownLatch(1);
        private final ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor();
        private final Future<?> request;

        Slow(String content, Function<InputStream, ?> send) throws Exception {
            int last = content.length() - 1;
            InputStream body =
                    new SequenceInputStream(stream(content.substring(0, last)), new Last(content.charAt(last)));
            request = thread.submit(() -> send.apply(body));
            assertThat(waits.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS))
                    .as("the store reads")
                    .isTrue();
        }

        /** Sends the last byte and waits for the response. */
        void end() throws Exception {
            goesOn.countDown();
            request.get(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            goesOn.countDown();
            thread.close();
        }

        private final class Last extends InputStream {

            private final char last;
            private boolean sent;

            Last(char last) {
                this.last = last;
            }

            @Override
            public int read() throws IOException {
                if (sent) {
                    return -1;
                }
                waits.countDown();
                try {
                    goesOn.await();
                } catch (InterruptedException e) {
                    throw new InterruptedIOException();
                }
                sent = true;
                return last;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int next = length == 0 ? 0 : read();
                if (length == 0 || next < 0) {
                    return next;
                }
                target[offset] = (byte) next;
                return 1;
            }
        }
    }
}
