package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Patience;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

class ExclusiveStoreTest extends StoreContract {

    @Test
    void showsNothingOfAnObjectThatIsBeingWrittenAndHoldsNobodyUp() throws Exception {
        put(KEY, "before");
        try (ExecutorService others = Executors.newVirtualThreadPerTaskExecutor();
                SlowRequest slow = new SlowRequest(
                        "after", body -> store.putBlob(request(KEY, 5).build(), body))) {
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
        try (SlowRequest slow =
                new SlowRequest("half", body -> store.putBlob(request(KEY, 4).build(), body))) {
            LeftUploads.remove(directory, List.of(BUCKET));

            assertNothingButObjects("whole");
            slow.end();
        } catch (ExecutionException expected) {
            // The file is gone.
        }
        directory.undo();
    }

    @Test
    void writesOnlyOnTheVersionThatIsNamed() throws Exception {
        put(KEY, "one");
        String one = store.blobMetadata(BUCKET, KEY).eTag();
        assertThatThrownBy(() -> put(request(KEY, 3).ifNoneMatch("*"), "two")).satisfies(failed(412));
        assertThatThrownBy(() -> put(request(KEY, 3).ifNoneMatch(one), "two")).satisfies(failed(412));
        put(request(KEY, 3).ifMatch(one), "two");
        assertThatThrownBy(() -> put(request(KEY, 5).ifMatch(one), "three")).satisfies(failed(412));
        put(request(KEY, 5).ifMatch("*"), "three");
        assertThatThrownBy(() -> put(request("new", 1).ifMatch("*"), "x")).satisfies(failed(412));
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
                .satisfies(failed(412));
        assertNothingButObjects(KEY, "copy");
    }

    /** As by cp: the file has none of the attributes that s3proxy writes. */
    @Test
    void servesAFileThatWasPutIntoTheDirectoryByHand() throws Exception {
        for (String name : List.of("looked", "read", "listed", "kept", "replaced")) {
            Files.writeString(data.resolve(BUCKET).resolve(name), "by hand");
        }
        String version = store.blobMetadata(BUCKET, "looked").eTag();
        assertThat(version).isNotNull().contains("-");
        assertThat(store.blobMetadata(BUCKET, "looked").eTag()).isEqualTo(version);
        assertThatThrownBy(() -> store.getBlob(GetObjectRequest.builder()
                        .bucket(BUCKET)
                        .key("read")
                        .ifMatch(version)
                        .build()))
                .satisfies(failed(412));
        assertThat(read("read")).isEqualTo("by hand");
        assertThatThrownBy(() -> put(request("kept", 1).ifNoneMatch("*"), "x")).satisfies(failed(412));
        assertThat(read("kept")).isEqualTo("by hand");
        put(request("replaced", 4).ifMatch("*"), "over");
        assertThat(read("replaced")).isEqualTo("over");
        assertThat(store.list(ListObjectsV2Request.builder().bucket(BUCKET).build())
                        .contents())
                .hasSize(5)
                .allSatisfy(object -> assertThat(object.eTag()).isNotNull());
    }

    /** s3proxy looks at the object first, for the sake of a condition only, and takes none for one that meets it. */
    @Test
    void deletesTheVersionThatIsNamedForOneOfSeveral() throws Exception {
        put(KEY, "x");
        ExclusiveStore first = requestFor(KEY);
        ExclusiveStore second = requestFor(KEY);
        String version = first.blobMetadata(BUCKET, KEY).eTag();
        assertThat(second.blobMetadata(BUCKET, KEY).eTag()).isEqualTo(version);
        first.removeBlob(BUCKET, KEY);
        assertThatThrownBy(() -> second.removeBlob(BUCKET, KEY)).satisfies(failed(412));

        ExclusiveStore third = requestFor(KEY);
        assertThat(third.blobMetadataIfPresent(BUCKET, KEY)).isNull();
        assertThatThrownBy(() -> third.removeBlob(BUCKET, KEY)).satisfies(failed(412));
        put(KEY, "y");
        assertThatThrownBy(() -> third.removeBlob(BUCKET, KEY)).satisfies(failed(412));
        assertThat(read(KEY)).isEqualTo("y");

        requestFor(KEY).removeBlob(BUCKET, KEY);
        requestFor(KEY).removeBlob(BUCKET, KEY);
        assertNothingButObjects();
    }

    @Test
    void deletesABucketOnlyWhenItIsEmpty() throws Exception {
        put(KEY, "x");
        assertThatThrownBy(() -> store.deleteBucket(BUCKET)).satisfies(failed(409));
        assertThat(read(KEY)).isEqualTo("x");
        store.removeBlob(BUCKET, KEY);
        store.deleteBucket(BUCKET);
        assertThat(data).isEmptyDirectory();
        assertThatThrownBy(() -> put(KEY, "x")).satisfies(failed(404));
    }
}
