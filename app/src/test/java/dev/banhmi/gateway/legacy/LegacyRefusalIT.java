package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.UploadBody.json;
import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.GHOST;
import static dev.banhmi.gateway.legacy.World.PLAIN;
import static dev.banhmi.gateway.legacy.World.UNSERVED;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.RawHttp;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;

/** Uploads that are refused: what the caller hears, and that nothing is stored. */
class LegacyRefusalIT extends LegacyContract {

    private static final long MEBIBYTE = 1L << 20;

    private final String key = freshKey();
    private final GeneratedContent small = new GeneratedContent(7, 1_000);

    LegacyRefusalIT(World world) {
        super(world);
    }

    static Stream<String> wrongMetadata() {
        Map<String, Object> right = Map.of("bucket", BUCKET, "key", "refused", "size", 1_000, "parts", 1);
        List<String> wrong = new ArrayList<>();
        for (String property : right.keySet()) {
            wrong.add(json(without(right, property)));
            wrong.add(json(with(right, property, List.of())));
            wrong.add(json(with(right, property, Map.of("a", 1))));
            wrong.add(json(with(right, property, true)));
            wrong.add(json(right).replaceFirst("\"" + property + "\":[^,}]*", "\"" + property + "\":null"));
        }
        wrong.add(json(with(right, "bucket", 5)));
        wrong.add(json(with(right, "key", 5)));
        wrong.add(json(with(right, "size", "1000")));
        wrong.add(json(with(right, "parts", "1")));
        wrong.add(json(with(right, "size", -1)));
        wrong.add(json(with(right, "size", 1_000.5)));
        wrong.add(json(with(right, "parts", 0)));
        wrong.add(json(with(right, "parts", -1)));
        wrong.add(json(with(right, "parts", 1.5)));
        wrong.add(json(right).replace("1000", "1e400"));
        wrong.add(json(right).replace("1000", "9223372036854775808"));
        wrong.add(json(with(right, "unknown", 1)));
        wrong.add(json(with(right, "Bucket", BUCKET)));
        wrong.add(json(with(right, "mpu_id", 1)));
        wrong.add(json(with(right, "last_part", "1")));
        wrong.add("");
        wrong.add("null");
        wrong.add("[]");
        wrong.add("\"text\"");
        wrong.add("{");
        wrong.add(json(right) + "}");
        wrong.add(json(right).replace("\"size\":1000", "\"size\":1000,\"pad\":\"" + "x".repeat(3_000_000) + "\""));
        return wrong.stream();
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("wrongMetadata")
    void refusesWrongMetadata(String wrongMetadata) throws Exception {
        List<String> before = world.store().objects(BUCKET);

        LegacyClient.Response response =
                client.uploadRegardless(UploadBody.of(BUCKET, key, small).withMetadata(wrongMetadata));

        String shown = wrongMetadata.substring(0, Math.min(200, wrongMetadata.length()));
        assertThat(response.status()).as("%s for %s", response, shown).isEqualTo(400);
        assertRefusal(response);
        assertThat(world.store().objects(BUCKET)).containsExactlyInAnyOrderElementsOf(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipart/form-data; boundary=B",
                "application/octet-stream",
                "application/json",
                "multipart/mixed",
                "multipart/mixed; boundary=",
                "nonsense"
            })
    void refusesWhatIsNotMultipartMixed(String contentType) {
        UploadBody body = UploadBody.of(BUCKET, key, small).withBoundary("B");

        LegacyClient.Response response = client.upload("/file/upload", contentType, LegacyClient.known(body));

        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertRefusal(response);
        assertThat(world.isStored(key)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", UNSERVED, GHOST, "../demo", "demo/"})
    void refusesABucketThatDoesNotExist(String bucket) {
        LegacyClient.Response response = client.upload(UploadBody.of(bucket, key, small));

        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertThat(response.json()).isEqualTo(LegacyClient.json("""
            {"status": "error", "msg": "Bucket do not exist."}\
            """));
    }

    /** As v1 does; in hashed buckets a key is any string. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".banhmi", ".banhmi/y", "./.banhmi/y", "q1/../.banhmi/y", "zz/../al/x", "./.mpus-evil",
                "./.s3proxy-mpu-stub-evil", "../demo/x", ".", "..", "a/.", "line\nbreak"
            })
    void refusesAPlainKeyThatReachesAnother(String other) {
        world.store().s3().putObject(put -> put.bucket(PLAIN).key("al/x"), RequestBody.fromString("innocent"));
        List<String> before = world.store().objects(PLAIN);
        for (LegacyClient.Response response : List.of(
                client.upload(UploadBody.of(PLAIN, other, small)),
                client.send("GET", "/file/download" + query(other)),
                client.status(PLAIN, other),
                client.delete(PLAIN, other))) {
            assertThat(response.status()).as("%s", response).isEqualTo(400);
            assertRefusal(response);
        }
        assertThat(world.store().objects(PLAIN)).containsExactlyElementsOf(before);

        assertThat(client.status(BUCKET, other).status()).isEqualTo(404);
        assertThat(client.upload(UploadBody.of(BUCKET, other, small)).status()).isEqualTo(200);
        world.assertStored(other, small);
        assertThat(client.delete(BUCKET, other).status()).isEqualTo(204);
    }

    private static String query(String key) {
        return "?bucket=" + PLAIN + "&key=" + URLEncoder.encode(key, UTF_8);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 6 * MEBIBYTE, 18 * MEBIBYTE})
    void neverOverwrites(long size) throws Exception {
        GeneratedContent first = new GeneratedContent(8, size);
        GeneratedContent second = new GeneratedContent(9, Math.max(size, 1));
        assertThat(client.upload(UploadBody.of(BUCKET, key, first)).status()).isEqualTo(200);

        LegacyClient.Response response = client.uploadRegardless(UploadBody.of(BUCKET, key, second));

        assertThat(response.status()).as("%s", response).isEqualTo(409);
        assertThat(response.json().get("msg").asString()).isEqualTo("Object already exist in the bucket");
        JsonNode head = LegacyClient.json(response.json().get("aws_response").asString());
        assertThat(head.get("ContentLength").asLong()).isEqualTo(size);
        assertThat(head.get("ETag").asString()).startsWith("\"").endsWith("\"");
        assertThat(head.get("ResponseMetadata").get("HTTPStatusCode").asInt()).isEqualTo(200);
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
        assertThat(OffsetDateTime.parse(head.get("LastModified").asString()))
                .isBetween(now.minusMinutes(10), now.plusMinutes(1));
        world.assertStored(key, first);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 9 * MEBIBYTE})
    void refusesMorePartsThanAnnounced(long part) throws Exception {
        GeneratedContent content = new GeneratedContent(10, 3 * part);

        assertRefusedAndNotStored(
                UploadBody.of(BUCKET, key, content, List.of(part, part, part)).announcing(BUCKET, key, 3 * part, 2));
        assertRefusedAndNotStored(
                UploadBody.of(BUCKET, key, content, List.of(part, part, part)).announcing(BUCKET, key, 2 * part, 2));
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 9 * MEBIBYTE})
    void refusesFewerPartsThanAnnounced(long part) throws Exception {
        GeneratedContent content = new GeneratedContent(11, 2 * part);

        assertRefusedAndNotStored(
                UploadBody.of(BUCKET, key, content, List.of(part, part)).announcing(BUCKET, key, 2 * part, 3));
        assertRefusedAndNotStored(
                UploadBody.of(BUCKET, key, content, List.of(part, part)).announcing(BUCKET, key, 3 * part, 3));
    }

    @Test
    void refusesMetadataWithoutAFile() throws Exception {
        GeneratedContent nothing = new GeneratedContent(12, 0);

        assertRefusedAndNotStored(UploadBody.of(BUCKET, key, nothing, List.of()).announcing(BUCKET, key, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {1_000, 5 * MEBIBYTE, 8 * MEBIBYTE, 18 * MEBIBYTE})
    void refusesOneByteMoreOrLessThanAnnounced(long size) throws Exception {
        UploadBody body = UploadBody.of(BUCKET, key, new GeneratedContent(13, size));

        assertRefusedAndNotStored(
                body.announcing(BUCKET, key, size + 1, body.parts().size()));
        assertRefusedAndNotStored(
                body.announcing(BUCKET, key, size - 1, body.parts().size()));
    }

    @ParameterizedTest
    @ValueSource(longs = {World.SMALL_LIMIT + 1, 1L << 45})
    void refusesMoreThanTheBucketTakesBeforeTheFileIsSent(long size) throws Exception {
        UploadBody announcement = UploadBody.of(World.SMALL, key, small).announcing(World.SMALL, key, size, 1);
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(
                    client.uploadHead(announcement).replaceFirst("Content-Length: \\d+", "Content-Length: " + size));
            connection.send(announcement.first(announcement.length() - 1_100));
            RawHttp.Response response = connection.response();

            assertThat(response.status()).isEqualTo(413);
            // Not to its end, for which the gateway waits while it reads what else may come.
            byte[] body = new byte[1_000];
            int length = response.body().read(body);
            JsonNode json = LegacyClient.json(new String(body, 0, length, UTF_8));
            assertThat(json.propertyNames()).containsExactlyInAnyOrder("status", "msg");
            assertThat(json.get("status").asString()).isEqualTo("error");
            assertThat(json.get("msg").asString()).contains(Long.toString(size), "at most 1024");
        }
        assertThat(world.store().objects(World.SMALL)).doesNotContain(LegacyClient.stored(key));
    }

    @Test
    void refusesMoreThanTheBucketTakesAlsoWhenLessIsAnnounced() throws Exception {
        GeneratedContent large = new GeneratedContent(15, 4 * World.SMALL_LIMIT);

        LegacyClient.Response response = client.uploadRegardless(
                UploadBody.of(World.SMALL, key, large).announcing(World.SMALL, key, World.SMALL_LIMIT, 1));

        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertRefusal(response);
        assertThat(world.store().objects(World.SMALL)).doesNotContain(LegacyClient.stored(key));
    }

    @Test
    void takesAsMuchAsTheBucketTakes() {
        GeneratedContent full = new GeneratedContent(16, World.SMALL_LIMIT);

        assertThat(client.upload(UploadBody.of(World.SMALL, key, full)).status())
                .isEqualTo(200);
        assertThat(world.store().sha256(World.SMALL, LegacyClient.stored(key))).isEqualTo(full.sha256());
    }

    @Test
    void waitsNoMoreThanAWhileForTheRestOfARefusedBody() throws Exception {
        UploadBody body = UploadBody.of("nowhere", key, new GeneratedContent(14, 60 * MEBIBYTE));
        long began = System.nanoTime();
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(client.uploadHead(body));
            connection.send(body.first(MEBIBYTE));
            RawHttp.Response response = connection.response();

            assertThat(response.status()).isEqualTo(400);
            long responded = System.nanoTime();
            // The world's own limit for silence is ten minutes, longer than this connection waits.
            assertThat(new String(response.body().readAllBytes(), UTF_8)).contains("Bucket do not exist.");
            long ended = System.nanoTime();
            System.out.printf(
                    Locale.ROOT,
                    "%s: refused after %.1f s, ended %.1f s later%n",
                    world,
                    (responded - began) / 1e9,
                    (ended - responded) / 1e9);
            assertThat(Duration.ofNanos(ended - began))
                    .as("the connection is kept for ten seconds")
                    .isGreaterThan(Duration.ofSeconds(9));
            assertThat(Duration.ofNanos(ended - responded))
                    .as("what must not be waited for is the limit for silence")
                    .isLessThan(HANGS);
        }
    }

    private void assertRefusedAndNotStored(UploadBody body) throws Exception {
        LegacyClient.Response response = client.uploadRegardless(body);

        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertRefusal(response);
        assertThat(world.isStored(key)).isFalse();
        world.assertNothingLeft();
    }

    private static void assertRefusal(LegacyClient.Response response) {
        assertThat(response.contentType()).startsWith("application/json");
        JsonNode json = response.json();
        assertThat(json.propertyNames()).containsExactlyInAnyOrder("status", "msg");
        assertThat(json.get("status").asString()).isEqualTo("error");
        assertThat(json.get("msg").asString()).isNotBlank();
    }

    private static Map<String, Object> with(Map<String, Object> all, String property, Object value) {
        Map<String, Object> changed = new TreeMap<>(all);
        changed.put(property, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> all, String property) {
        Map<String, Object> changed = new TreeMap<>(all);
        changed.remove(property);
        return changed;
    }
}
