package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

class BucketListingTest extends StoreContract {

    private static final Comparator<String> BY_UTF_8 =
            Comparator.comparing(key -> key.codePoints().toArray(), Arrays::compare);

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

    /** Against S3's definition: names in the order of their bytes, each once, whatever the size of a page. */
    @Test
    void listsWhatS3Lists() throws Exception {
        Random random = new Random(1);
        List<String> segments = List.of("a", "a.", "a-", "b", "z", "\uFFFE", "\uD83C\uDF5E", ".x", "%41", "a b");
        TreeSet<String> keys = new TreeSet<>(BY_UTF_8);
        for (int i = 0; i < 40; i++) {
            List<String> path = new ArrayList<>();
            for (int depth = random.nextInt(3); depth >= 0; depth--) {
                path.add(segments.get(random.nextInt(segments.size())));
            }
            String key = String.join("/", path);
            if (keys.stream().noneMatch(other -> (other + "/").startsWith(key + "/") || key.startsWith(other + "/"))) {
                put(key, "x");
                keys.add(key);
            }
        }
        put("dir/", "");
        keys.add("dir/");
        List<String> prefixes = new ArrayList<>(List.of("", "nothing", "nothing/", "dir", "dir/"));
        keys.forEach(key -> prefixes.add(key.substring(0, random.nextInt(key.length() + 1))));
        for (String prefix : prefixes) {
            for (int limit : new int[] {1, 2, 7, 1000}) {
                String what = "prefix '%s' by %d".formatted(prefix, limit);
                List<String> found =
                        keys.stream().filter(key -> key.startsWith(prefix)).toList();
                assertThat(listed(prefix, limit)).as(what).containsExactlyElementsOf(found);
                assertThat(folded(prefix, limit))
                        .as("%s, folded", what)
                        .containsExactlyElementsOf(found.stream()
                                .map(key -> fold(key, prefix))
                                .distinct()
                                .toList());
            }
        }
        for (String key : keys) {
            assertThat(startingAfter(key)).as("after %s", key).containsExactlyElementsOf(keys.tailSet(key, false));
        }
    }

    private static String fold(String key, String prefix) {
        int slash = key.indexOf('/', prefix.length());
        return slash < 0 ? key : key.substring(0, slash + 1);
    }

    private List<String> folded(String prefix, int limit) {
        TreeSet<String> names = new TreeSet<>(BY_UTF_8);
        String token = null;
        do {
            ListObjectsV2Response page = store.list(ListObjectsV2Request.builder()
                    .bucket(BUCKET)
                    .prefix(prefix)
                    .delimiter("/")
                    .maxKeys(limit)
                    .continuationToken(token)
                    .build());
            List<String> entries = Stream.concat(
                            page.contents().stream().map(S3Object::key),
                            page.commonPrefixes().stream().map(CommonPrefix::prefix))
                    .toList();
            assertThat(entries).hasSizeLessThanOrEqualTo(limit).noneMatch(names::contains);
            names.addAll(entries);
            token = page.nextContinuationToken();
        } while (token != null);
        return List.copyOf(names);
    }

    private List<String> startingAfter(String key) {
        return store
                .list(ListObjectsV2Request.builder()
                        .bucket(BUCKET)
                        .startAfter(key)
                        .build())
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** Two files would be one entry, and nobody could read either. */
    @Test
    void leavesOutWhatHasNoName() throws Exception {
        put("ok", "x");
        put("real\uFFFD", "x");
        Path bucket = data.resolve(BUCKET);
        assertThat(new ProcessBuilder(
                                "bash",
                                "-c",
                                "printf x >$'bad\\xff1'; printf x >$'bad\\xfe1'; mkdir $'dir\\xff'; printf x >$'dir\\xff/x'")
                        .directory(bucket.toFile())
                        .start()
                        .waitFor())
                .isZero();
        assertThat(listed("", 1000)).containsExactly("ok", "real\uFFFD");
        assertThat(folded("", 1)).containsExactly("ok", "real\uFFFD");
    }

    /** There is no prefix of nothing. */
    @Test
    void foldsNoDirectoryWithoutAnObject() throws Exception {
        put("a/b/c/deep", "x");
        put("dir/", "");
        put("z", "x");
        Path bucket = data.resolve(BUCKET);
        Files.createDirectories(bucket.resolve("empty/x/y"));
        Files.createDirectory(bucket.resolve("linked"));
        Files.createSymbolicLink(bucket.resolve("linked/self"), Path.of("."));
        Files.createSymbolicLink(bucket.resolve("linked/z"), Path.of("../z"));
        Files.createDirectories(bucket.resolve("a/nothing"));
        for (int limit : new int[] {1, 2, 1000}) {
            assertThat(folded("", limit)).containsExactly("a/", "dir/", "z");
            assertThat(folded("a/", limit)).containsExactly("a/b/");
            assertThat(folded("e", limit)).isEmpty();
        }
    }

    @Test
    void listsNothingOfABucketThatItDoesNotHave() throws Exception {
        Path bucket = data.resolve(BUCKET);
        Files.delete(bucket);
        assertThatThrownBy(this::listed).satisfies(failed(404));
    }

    @Test
    void refusesATokenThatItHasNotGiven() {
        for (String token : List.of("not one of ours", "\uFFFE", "_w")) {
            assertThatThrownBy(() -> store.list(ListObjectsV2Request.builder()
                            .bucket(BUCKET)
                            .continuationToken(token)
                            .build()))
                    .as(token)
                    .satisfies(failed(400));
        }
    }
}
