package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.LegacyClient.stored;
import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uploads that have to succeed. */
class LegacyUploadIT extends LegacyContract {

    private static final long MEBIBYTE = 1L << 20;

    private final String key = freshKey();

    LegacyUploadIT(World world) {
        super(world);
    }

    @Test
    void storesUnderTheSha224OfTheKeyAndSaysWhere() {
        GeneratedContent content = new GeneratedContent(1, 1_000);

        LegacyClient.Response response = client.upload(UploadBody.of(BUCKET, key, content));

        assertSuccess(response);
        JsonNode payload = response.json().get("payload");
        assertThat(payload.get("Bucket").asString()).isEqualTo(BUCKET);
        assertThat(payload.get("Key").asString()).isEqualTo(stored(key));
        String etag = world.store()
                .s3()
                .headObject(request -> request.bucket(BUCKET).key(stored(key)))
                .eTag();
        assertThat(payload.get("ETag").asString()).isEqualTo(etag);
        world.assertStored(key, content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bánh mì/ổ", "a//b/../c", "/", " ", "päth?x=1&y=2#z", "\uD83E\uDD56"})
    void takesAnyStringAsKey(String prefix) {
        String any = prefix + freshKey();
        GeneratedContent content = new GeneratedContent(2, 10);

        assertSuccess(client.upload(UploadBody.of(BUCKET, any, content)));

        world.assertStored(any, content);
        assertThat(client.download(BUCKET, any).sha256()).isEqualTo(content.sha256());
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                UploadBody.CLIENT_PART - 1,
                UploadBody.CLIENT_PART,
                UploadBody.CLIENT_PART + 3,
                8 * MEBIBYTE,
                2 * UploadBody.CLIENT_PART,
                16 * MEBIBYTE,
                16 * MEBIBYTE + 1,
                23 * MEBIBYTE + 7
            })
    void storesFilesOfAllSizesAsTheClientSendsThem(long size) {
        GeneratedContent content = new GeneratedContent(size, size);

        assertSuccess(client.upload(UploadBody.of(BUCKET, key, content)));

        world.assertStored(key, content);
        assertThat(client.download(BUCKET, key).sha256()).isEqualTo(content.sha256());
    }

    @ParameterizedTest
    @ValueSource(longs = {5 * MEBIBYTE + 1, 9 * MEBIBYTE + 11, 37 * MEBIBYTE})
    void storesOnePartOfManyMebibytes(long size) {
        GeneratedContent content = new GeneratedContent(size, size);

        assertSuccess(client.upload(UploadBody.of(BUCKET, key, content, List.of(size))));

        world.assertStored(key, content);
    }

    @Test
    void takesPartsOfOddSizes() {
        long seed = Seeds.seed(LegacyUploadIT.class);
        SplittableRandom random = new SplittableRandom(seed);
        List<Long> parts = new ArrayList<>();
        long size = 0;
        while (size < 20 * MEBIBYTE) {
            long largest = 1L << random.nextInt(23);
            long part = random.nextLong(largest + 1);
            parts.add(part);
            size += part;
        }
        System.out.printf("takesPartsOfOddSizes: seed %d, %d parts, %d bytes%n", seed, parts.size(), size);
        GeneratedContent content = new GeneratedContent(seed, size);

        assertSuccess(client.upload(UploadBody.of(BUCKET, key, content, parts)));

        world.assertStored(key, content);
    }

    @Test
    void takesBytesThatLookLikeABoundary() {
        UploadBody plain = UploadBody.of(BUCKET, key, new GeneratedContent(0, 0));
        String delimiter = "\r\n--" + plain.boundary();
        StringBuilder lookalikes = new StringBuilder();
        for (int length = 1; length < delimiter.length(); length++) {
            lookalikes.append(delimiter, 0, length);
        }
        lookalikes.append("\r\r\n--\r\n----").append(delimiter, 0, delimiter.length() - 1);
        // Long enough that a delimiter's beginning falls on the end of whatever buffer the gateway reads with.
        byte[] bytes = lookalikes.toString().repeat(500).getBytes(UTF_8);
        UploadBody body = new UploadBody(
                plain.boundary(),
                UploadBody.json(Map.of("bucket", BUCKET, "key", key, "size", bytes.length, "parts", 2)),
                () -> new ByteArrayInputStream(bytes),
                List.of(100_001L, bytes.length - 100_001L),
                false);

        assertSuccess(client.upload(body));

        assertThat(world.store()
                        .s3()
                        .getObjectAsBytes(request -> request.bucket(BUCKET).key(stored(key)))
                        .asByteArray())
                .isEqualTo(bytes);
    }

    @Test
    void takesABodyOfUnknownLength() {
        GeneratedContent content = new GeneratedContent(3, 17 * MEBIBYTE);

        assertSuccess(client.uploadChunked(UploadBody.of(BUCKET, key, content)));

        world.assertStored(key, content);
    }

    @Test
    void takesPartsWithoutLengthHeadersAndAQuotedBoundary() {
        GeneratedContent content = new GeneratedContent(4, 6 * MEBIBYTE);
        UploadBody body =
                UploadBody.of(BUCKET, key, content).withoutPartLengthHeaders().withBoundary("ends'with=(odd) signs?");

        LegacyClient.Response response = client.upload(
                "/file/upload", "Multipart/Mixed; boundary=\"" + body.boundary() + "\"", LegacyClient.known(body));

        assertSuccess(response);
        world.assertStored(key, content);
    }

    @Test
    void takesTheOptionalMetadata() {
        GeneratedContent content = new GeneratedContent(5, UploadBody.CLIENT_PART + 1);
        String metadata = UploadBody.json(Map.of(
                "bucket", BUCKET, "key", key, "size", content.length(), "parts", 2, "mpu_id", "abc", "last_part", 1));

        assertSuccess(client.upload(UploadBody.of(BUCKET, key, content).withMetadata(metadata)));

        world.assertStored(key, content);
    }

    @Test
    void ignoresTheQueryString() {
        GeneratedContent content = new GeneratedContent(6, 100);
        UploadBody body = UploadBody.of(BUCKET, key, content);

        LegacyClient.Response response = client.upload(
                "/file/upload" + LegacyClient.query("elsewhere", "other"),
                body.contentType(),
                LegacyClient.known(body));

        assertSuccess(response);
        world.assertStored(key, content);
    }

    private static void assertSuccess(LegacyClient.Response response) {
        assertThat(response.status()).as("%s", response).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.json().get("status").asString()).isEqualTo("success");
    }
}
