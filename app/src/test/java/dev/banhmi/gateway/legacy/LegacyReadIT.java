package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.LegacyClient.stored;
import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.GHOST;
import static dev.banhmi.gateway.legacy.World.UNSERVED;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.testkit.GeneratedContent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.S3Exception;
import tools.jackson.databind.JsonNode;

/** Download, status and delete. */
class LegacyReadIT extends LegacyContract {

    private static final long MEBIBYTE = 1L << 20;

    private final String key = freshKey();

    LegacyReadIT(World world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 300_000, 20 * MEBIBYTE})
    void downloadsTheWholeObjectAs206(long size) {
        GeneratedContent content = new GeneratedContent(30 + size, size);
        world.store(key, content);

        LegacyClient.Download download = client.download(BUCKET, key);

        assertThat(download.status()).isEqualTo(206);
        assertThat(download.sha256()).isEqualTo(content.sha256());
        assertThat(download.headers().firstValue("Content-Type")).contains("application/octet-stream");
        assertThat(download.headers().firstValue("Transfer-Encoding")).contains("chunked");
        assertThat(download.headers().firstValue("Content-Length")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-9", "bytes=-5", "bytes=999999999-", "bytes=0-1,5-6", "lines=1-2"})
    void ignoresARange(String range) {
        GeneratedContent content = new GeneratedContent(31, 50_000);
        world.store(key, content);

        LegacyClient.Download download = client.download(BUCKET, key, "Range", range);

        assertThat(download.status()).isEqualTo(206);
        assertThat(download.sha256()).isEqualTo(content.sha256());
    }

    @Test
    void ignoresConditions() {
        GeneratedContent content = new GeneratedContent(32, 100);
        world.store(key, content);

        LegacyClient.Download download = client.download(BUCKET, key, "If-None-Match", "*", "If-Match", "\"other\"");

        assertThat(download.status()).isEqualTo(206);
        assertThat(download.sha256()).isEqualTo(content.sha256());
    }

    @Test
    void downloadsAlwaysAsOctetStream() {
        world.store()
                .s3()
                .putObject(
                        request -> request.bucket(BUCKET)
                                .key(stored(key))
                                .contentType("text/html")
                                .contentEncoding("gzip"),
                        RequestBody.fromString("<p>"));

        LegacyClient.Download download = client.download(BUCKET, key);

        assertThat(download.headers().firstValue("Content-Type")).contains("application/octet-stream");
    }

    @Test
    void reportsWhatHeadObjectKnows() {
        world.store()
                .s3()
                .putObject(
                        request -> request.bucket(BUCKET)
                                .key(stored(key))
                                .contentType("text/plain")
                                .metadata(Map.of("colour", "red")),
                        RequestBody.fromString("four"));
        String etag = world.store()
                .s3()
                .headObject(request -> request.bucket(BUCKET).key(stored(key)))
                .eTag();
        // A connection that the store is about to close for idleness would cost a try.
        assertThat(client.status(BUCKET, key).status()).isEqualTo(200);

        LegacyClient.Response response = client.status(BUCKET, key);

        assertThat(response.status()).as("%s", response).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.json().get("status").asString()).isEqualTo("success");
        JsonNode payload = response.json().get("payload");
        assertThat(payload.get("ContentLength").asLong()).isEqualTo(4);
        assertThat(payload.get("ContentLength").isIntegralNumber()).isTrue();
        assertThat(payload.get("ETag").asString())
                .isEqualTo(etag)
                .startsWith("\"")
                .endsWith("\"");
        assertThat(payload.get("ContentType").asString()).startsWith("text/plain");
        assertThat(payload.get("Metadata")).isEqualTo(LegacyClient.json("{\"colour\": \"red\"}"));
        assertThat(payload.get("AcceptRanges").asString()).isEqualTo("bytes");
        assertThat(payload.has("LastModified")).isFalse();
        JsonNode metadata = payload.get("ResponseMetadata");
        assertThat(metadata.get("HTTPStatusCode").asInt()).isEqualTo(200);
        assertThat(metadata.get("RetryAttempts").asInt()).isZero();
        assertThat(metadata.get("RequestId").isString()).isTrue();
        assertThat(metadata.get("HTTPHeaders").get("content-length").asString()).isEqualTo("4");
    }

    @Test
    void reportsNoMetadataAsAnEmptyObject() {
        world.store(key, new GeneratedContent(33, 5));

        JsonNode payload = client.status(BUCKET, key).json().get("payload");

        assertThat(payload.get("Metadata")).isEqualTo(LegacyClient.json("{}"));
    }

    @Test
    void deletesAndSucceedsAgain() {
        world.store(key, new GeneratedContent(34, 5));

        for (int time = 1; time <= 2; time++) {
            LegacyClient.Response response = client.delete(BUCKET, key);

            assertThat(response.status()).as("time %d: %s", time, response).isEqualTo(204);
            assertThat(response.text()).isEmpty();
            assertThat(world.isStored(key)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /file/download, " + BUCKET,
        "GET, /file/status, " + BUCKET,
        "GET, /file/download, nowhere",
        "GET, /file/status, nowhere",
        "DELETE, /file/delete, nowhere",
        "GET, /file/download, " + UNSERVED,
        "GET, /file/status, " + UNSERVED,
        "DELETE, /file/delete, " + UNSERVED,
        "GET, /file/download, " + GHOST,
        "GET, /file/status, " + GHOST,
    })
    void doesNotFindWhatIsNotThere(String method, String path, String bucket) {
        LegacyClient.Response response = client.send(method, path + LegacyClient.query(bucket, key));

        assertThat(response.status()).as("%s", response).isEqualTo(404);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.json().get("status").asString()).isEqualTo("error");
        assertThat(response.json().get("msg").asString()).isNotBlank();
    }

    /** Not on s3proxy, which responds with 204 where S3 says NoSuchBucket. */
    @Test
    void deletesNothingInABucketThatTheStoreDoesNotHave() {
        assumeThat(deleteInMissingBucket())
                .as("s3proxy responds with 204 where S3 says NoSuchBucket")
                .isEqualTo(404);

        LegacyClient.Response response = client.delete(GHOST, key);

        assertThat(response.status()).as("%s", response).isEqualTo(404);
        assertThat(response.json().get("status").asString()).isEqualTo("error");
        assertThat(response.json().get("msg").asString()).isNotBlank();
    }

    private int deleteInMissingBucket() {
        try {
            return world.store()
                    .s3()
                    .deleteObject(request -> request.bucket(GHOST).key("key"))
                    .sdkHttpResponse()
                    .statusCode();
        } catch (S3Exception e) {
            return e.statusCode();
        }
    }

    @Test
    void reachesNoBucketThatIsNotServed() {
        world.store()
                .s3()
                .putObject(request -> request.bucket(UNSERVED).key(stored(key)), RequestBody.fromString("secret"));

        assertThat(client.download(UNSERVED, key).status()).isEqualTo(404);
        assertThat(client.status(UNSERVED, key).status()).isEqualTo(404);
        assertThat(client.delete(UNSERVED, key).status()).isEqualTo(404);
        assertThat(world.store().objects(UNSERVED)).contains(stored(key));
    }

    @ParameterizedTest
    @CsvSource({"GET, /file/download", "GET, /file/status", "DELETE, /file/delete"})
    void wantsBucketAndKey(String method, String path) {
        for (String query : List.of("", "?bucket=" + BUCKET, "?key=k", "?Bucket=" + BUCKET + "&Key=k")) {
            LegacyClient.Response response = client.send(method, path + query);

            assertThat(response.status()).as("%s for %s", response, query).isEqualTo(404);
            assertThat(response.contentType()).startsWith("application/json");
            assertThat(response.json()).isEqualTo(LegacyClient.json("""
                    {"status": "fail", "msg": "Wrong query parameters, bucket and key is mandatory"}"""));
        }
    }
}
