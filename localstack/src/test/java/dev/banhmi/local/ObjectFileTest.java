package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ObjectFileTest extends StoreContract {

    @ParameterizedTest
    @ValueSource(strings = {".mpus-x", ".mpus-drafts/x", ".s3proxy-versions/x", "../outside", "../demo2/x", "."})
    void leavesWhatIsNoFileOfTheBucketToS3proxy(String key) throws Exception {
        assertThatThrownBy(() -> put(key, "x")).isInstanceOf(RuntimeException.class);
        try (Stream<Path> files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile)).isEmpty();
        }
    }

    /** A name that can be written to and is in no listing would be lost to whoever lists. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".mpus-",
                ".mpus-y",
                ".mpus-drafts",
                ".mpus",
                ".mpusx",
                ".s3proxy-",
                ".s3proxy-slash",
                ".s3proxy-versions",
                ".s3proxy-mpu-stub-1",
                ".s3proxy",
                "x.mpus-y",
            })
    void listsEveryNameThatItTakes(String segment) {
        boolean isRefused = false;
        for (String key : List.of(segment, "d/" + segment, "d/e/" + segment, segment + "/f", "d/" + segment + "/f")) {
            try {
                new ObjectFile(data, BUCKET, key).requirePath();
            } catch (S3Exception e) {
                assertThat(e).satisfies(refused("XMinioInvalidObjectName"));
                isRefused = true;
                continue;
            }
            assertThat(isRefused).as("%s, where others are refused", key).isFalse();
            put(key, "x");
            assertThat(listed()).as(key).contains(key);
            assertThat(listed(key, 1)).as(key).containsExactly(key);
            store.removeBlob(BUCKET, key);
        }
    }

    /** What is checked before the bytes come may no longer hold when they are all there. */
    @Test
    void refusesWhatAnotherObjectHasTakenThePlaceOfMeanwhile() throws Exception {
        try (SlowRequest below = slow("a/b");
                SlowRequest deeper = slow("a/b/c/d");
                SlowRequest above = slow("e")) {
            put("a", "x");
            put("e/f", "x");
            for (SlowRequest slow : List.of(below, deeper)) {
                assertThatThrownBy(slow::end).rootCause().satisfies(refused("XMinioParentIsObject"));
            }
            assertThatThrownBy(above::end).rootCause().satisfies(refused("XMinioObjectExistsAsDirectory"));
        }
        assertThat(listed()).containsExactly("a", "e/f");
        assertNothingButObjects("a", "e/f");
    }

    private SlowRequest slow(String key) throws Exception {
        return new SlowRequest("after", body -> store.putBlob(request(key, 5).build(), body));
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
                    .satisfies(failed(400));
            assertThatThrownBy(() -> store.blobMetadata(BUCKET, other)).isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> store.getBlob(BUCKET, other)).isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> store.copyBlob(copy(other, "copy").build()))
                    .isInstanceOf(NoSuchKeyException.class);
            assertThatThrownBy(() -> begin(other)).satisfies(failed(400));
            requestFor(other).removeBlob(BUCKET, other);
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
        assertThatThrownBy(() -> new ObjectFile(data, BUCKET, key).requirePath())
                .satisfies(refused("XMinioInvalidObjectName"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b", "a/", "...", ".a/.b", "a.mpus-", "bánh mì"})
    void takesNamesWithAFile(String key) {
        new ObjectFile(data, BUCKET, key).requirePath();
    }
}
