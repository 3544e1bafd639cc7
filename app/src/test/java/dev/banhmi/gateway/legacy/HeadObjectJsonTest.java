package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.StoreResponse;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeadObjectJsonTest {

    private static final Map<String, String> HEADERS =
            Map.of("x-amz-id-2", "host", "accept-ranges", "bytes", "etag", "\"e\"");

    private static final ObjectInfo FULL = new ObjectInfo(
            5_000_000_000L,
            "\"e\"",
            Instant.parse("2018-07-01T12:34:56Z"),
            new ObjectAttributes("text/plain", "inline", "no-store", "gzip", "vi", null, Map.of("a", "b")),
            "v1",
            "STANDARD_IA",
            "AES256",
            Map.of(),
            new StoreResponse("request", 200, HEADERS, 3));

    private static final ObjectInfo BARE = new ObjectInfo(
            0,
            "\"e\"",
            Instant.EPOCH,
            new ObjectAttributes(null, null, null, null, null, null, Map.of()),
            null,
            null,
            null,
            Map.of(),
            new StoreResponse("", 200, Map.of(), 0));

    @Test
    void hasTheFieldNamesOf2018() {
        assertThat(HeadObjectJson.withoutTime(FULL))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry(
                                "ResponseMetadata",
                                Map.of(
                                        "RequestId",
                                        "request",
                                        "HostId",
                                        "host",
                                        "HTTPStatusCode",
                                        200,
                                        "HTTPHeaders",
                                        HEADERS,
                                        "RetryAttempts",
                                        3)),
                        Map.entry("AcceptRanges", "bytes"),
                        Map.entry("ContentLength", 5_000_000_000L),
                        Map.entry("ETag", "\"e\""),
                        Map.entry("VersionId", "v1"),
                        Map.entry("CacheControl", "no-store"),
                        Map.entry("ContentDisposition", "inline"),
                        Map.entry("ContentEncoding", "gzip"),
                        Map.entry("ContentLanguage", "vi"),
                        Map.entry("ContentType", "text/plain"),
                        Map.entry("ServerSideEncryption", "AES256"),
                        Map.entry("StorageClass", "STANDARD_IA"),
                        Map.entry("Metadata", Map.of("a", "b"))));
    }

    @Test
    void leavesOutWhatTheStoreDoesNotSay() {
        assertThat(HeadObjectJson.withoutTime(BARE))
                .containsOnlyKeys("ResponseMetadata", "AcceptRanges", "ContentLength", "ETag", "Metadata")
                .containsEntry("AcceptRanges", "bytes");
    }

    @Test
    void writesTheTimeAsPythonDoes() {
        assertThat(HeadObjectJson.withTime(FULL)).containsEntry("LastModified", "2018-07-01T12:34:56+00:00");
        assertThat(HeadObjectJson.withoutTime(FULL)).doesNotContainKey("LastModified");
    }
}
