package dev.banhmi.gateway.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ListPosition.After;
import dev.banhmi.gateway.store.ListPosition.Continued;
import dev.banhmi.gateway.store.ListPosition.Start;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

class ObjectPagesTest {

    @Test
    void continuesBehindTheLastObject() {
        ObjectPage page = read(request("", null, 2), List.of("a", "b"), List.of(), "token");

        assertThat(keys(page)).containsExactly("a", "b");
        assertThat(page.next()).isEqualTo(new After("b"));
    }

    @Test
    void isTheLastPageWhenTheStoreIsDone() {
        assertThat(read(request("", null, 2), List.of("a", "b"), List.of(), null)
                        .next())
                .isNull();
        assertThat(read(request("", null, 2), List.of(), List.of(), null).next())
                .isNull();
    }

    @Test
    void continuesWithTheStoresTokenBehindAnEmptyPage() {
        assertThat(read(request("", null, 3), List.of(), List.of(), "token").next())
                .isEqualTo(new Continued("token"));
    }

    @Test
    void continuesBehindAllKeysOfTheLastCommonPrefix() {
        ObjectPage page = read(request("", "/", 3), List.of("a", "c"), List.of("b/", "d/"), "token");

        assertThat(page.prefixes()).containsExactly("b/");
        assertThat(page.next()).isEqualTo(new After("c"));
        page = read(request("", "/", 4), List.of("a", "c"), List.of("b/", "d/"), "token");
        assertThat(page.prefixes()).containsExactly("b/", "d/");
        After next = (After) requireNonNull(page.next());
        assertThat(next.key()).isGreaterThan("d/zzz").isGreaterThan("d/🥖").startsWith("d/");
    }

    /** S3Mock 5.2.0 lists all common prefixes that are left with every page. */
    @Test
    void listsACommonPrefixOnceAlthoughTheStoreRepeatsIt() {
        ListRequest first = request("", "/", 2);
        ObjectPage page = read(first, List.of("b", "d"), List.of("a/", "e/"), "token");

        assertThat(page.prefixes()).containsExactly("a/");
        assertThat(keys(page)).containsExactly("b");
        ListRequest behindAPrefix = new ListRequest("demo", "", "/", new After("e/\uDBFF\uDFFF"), 2);
        assertThat(read(behindAPrefix, List.of("f"), List.of("e/"), null).prefixes())
                .isEmpty();
    }

    /** s3proxy 4.1.0 sorts common prefixes by UTF-16, where what is above U+FFFF comes before U+FF5E. */
    @Test
    void endsBehindTheLastEntryInWhateverOrderTheStoreListsThem() {
        String last = "\uD800\uDC00";
        ObjectPage page = read(request("", "/", 4), List.of(last, "\uFF5E"), List.of(last + "/", "\uFF5E/"), "token");

        assertThat(page.prefixes()).containsExactly("\uFF5E/", last + "/");
        assertThat(keys(page)).containsExactly(last, "\uFF5E");
        assertThat(((After) requireNonNull(page.next())).key()).startsWith(last + "/");
        page = read(request("", "/", 1), List.of(), List.of(last + "/", "\uFF5E/"), "token");
        assertThat(page.prefixes()).containsExactly("\uFF5E/");
    }

    /** A bare s3proxy ends its pages so: what is behind the page's own last object is not on it yet. */
    @Test
    void goesOnBehindTheLastObjectInTheStoresOrder() {
        String last = "\uD800\uDC00";
        ObjectPage page = read(request("", null, 2), List.of(last, "\uFF5E"), List.of(), "token");

        assertThat(((After) requireNonNull(page.next())).key()).isEqualTo("\uFF5E");
    }

    /** s3proxy 4.1.0 does for a prefix that ends with two dots. */
    @Test
    void leavesOutWhatDoesNotHaveThePrefix() {
        assertThat(keys(read(request("a/..", null, 9), List.of("a/..b", "a/b"), List.of(), null)))
                .containsExactly("a/..b");
    }

    @Test
    void continuesWithTheStoresTokenWhereNoKeyHasRoomBehindTheLastCommonPrefix() {
        assertThat(read(request("", "/", 1), List.of(), List.of("d".repeat(1022) + "/"), "token")
                        .next())
                .isEqualTo(new Continued("token"));
    }

    @Test
    void listsAnObjectOfWhichTheStoreSaysLittle() {
        ListObjectsV2Response listed = ListObjectsV2Response.builder()
                .contents(S3Object.builder().key("a").build())
                .build();

        assertThat(ObjectPages.of(listed, request("", null, 1)).objects())
                .containsExactly(new ListedObject("a", 0, "", Instant.EPOCH));
    }

    @Test
    void blamesAStoreThatDoesNotSayWhereMoreIs() {
        assertFault(new Start(), null);
        assertFault(new Continued("token"), "token");
    }

    /** An empty response, or a page of something in between. */
    @Test
    void takesNothingForAnEmptyListing() {
        assertFault(ListObjectsV2Response.builder().build(), new Start());
        assertThat(ObjectPages.of(ListObjectsV2Response.builder().name("demo").build(), request("", null, 3))
                        .objects())
                .isEmpty();
    }

    /** Its pages would never end. */
    @Test
    void blamesAStoreThatBeginsAgain() {
        ListObjectsV2Response listed = ListObjectsV2Response.builder()
                .contents(
                        S3Object.builder().key("a").build(),
                        S3Object.builder().key("b").build())
                .build();
        assertFault(listed, new After("b"));
        assertThat(ObjectPages.of(listed, new ListRequest("demo", "", null, new After("0"), 3))
                        .objects())
                .hasSize(2);
    }

    @Test
    void blamesAStoreForASizeBelowNothing() {
        assertFault(
                ListObjectsV2Response.builder()
                        .contents(S3Object.builder().key("a").size(-1L).build())
                        .build(),
                new Start());
    }

    private static void assertFault(ListPosition from, @Nullable String token) {
        assertFault(
                ListObjectsV2Response.builder()
                        .isTruncated(true)
                        .nextContinuationToken(token)
                        .build(),
                from);
    }

    private static void assertFault(ListObjectsV2Response listed, ListPosition from) {
        assertThatThrownBy(() -> ObjectPages.of(listed, new ListRequest("demo", "", null, from, 3)))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FAULT));
    }

    private static ListRequest request(String prefix, @Nullable String delimiter, int limit) {
        return new ListRequest("demo", prefix, delimiter, new Start(), limit);
    }

    private static ObjectPage read(
            ListRequest request, List<String> keys, List<String> prefixes, @Nullable String token) {
        Stream<S3Object> contents = keys.stream()
                .map(key -> S3Object.builder()
                        .key(key)
                        .size(1L)
                        .eTag("\"v1\"")
                        .lastModified(Instant.EPOCH)
                        .build());
        Stream<CommonPrefix> common = prefixes.stream()
                .map(prefix -> CommonPrefix.builder().prefix(prefix).build());
        ListObjectsV2Response listed = ListObjectsV2Response.builder()
                .contents(contents.toList())
                .commonPrefixes(common.toList())
                .isTruncated(token != null)
                .nextContinuationToken(token)
                .build();
        return ObjectPages.of(listed, request);
    }

    private static List<String> keys(ObjectPage page) {
        return page.objects().stream().map(ListedObject::key).toList();
    }
}
