package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uploads that break off. */
class LegacyTruncationIT extends LegacyContract {

    private static final long MEBIBYTE = 1L << 20;

    private final String key = freshKey();

    LegacyTruncationIT(World world) {
        super(world);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void abortsTheMultipartUploadWhenTheConnectionBreaks(boolean reset) throws IOException {
        UploadBody body = UploadBody.of(
                BUCKET, key, new GeneratedContent(20, 60 * MEBIBYTE), List.of(30 * MEBIBYTE, 30 * MEBIBYTE));
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(client.uploadHead(body));
            connection.send(body.first(45 * MEBIBYTE));
            // Without this the check below would hold for a gateway that sends nothing before it has all.
            await().untilAsserted(() ->
                    assertThat(world.store().openMultipartUploads(BUCKET)).hasSize(1));
            if (reset) {
                connection.reset();
            }
        }

        await().untilAsserted(() ->
                assertThat(world.store().openMultipartUploads(BUCKET)).isEmpty());
        assertThat(world.isStored(key)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {500, 3 * MEBIBYTE, 9 * MEBIBYTE, 18 * MEBIBYTE})
    void storesNothingWhenTheRequestEndsEarly(long size) throws IOException {
        UploadBody body = UploadBody.of(BUCKET, key, new GeneratedContent(21, size));
        for (long missing : List.of(size / 2, 60L, 4L)) {
            try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
                connection.send(client.uploadHead(body));
                connection.send(body.first(body.length() - missing));
                connection.endRequest();
                RawHttp.Response response = connection.responseIfAny();

                if (response != null) {
                    assertThat(response.status())
                            .as("%d of %d bytes missing", missing, body.length())
                            .isEqualTo(400);
                    JsonNode json = LegacyClient.json(new String(response.body().readAllBytes(), UTF_8));
                    assertThat(json.get("status").asString()).isEqualTo("error");
                }
            }
            world.assertNothingLeft();
            assertThat(world.isStored(key))
                    .as("stored although %d bytes of the request were missing", missing)
                    .isFalse();
        }
    }

    @Test
    void storesNothingWhenTheChunksEndEarly() throws IOException {
        UploadBody body = UploadBody.of(BUCKET, key, new GeneratedContent(22, 100_000));
        byte[] cut = body.first(body.length());
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(client.uploadHead(body).replaceFirst("Content-Length: \\d+", "Transfer-Encoding: chunked"));
            connection.send(Integer.toHexString(cut.length) + "\r\n");
            connection.send(Arrays.copyOf(cut, 50_000));
            connection.endRequest();
            RawHttp.Response response = connection.responseIfAny();

            if (response != null) {
                assertThat(response.status()).isEqualTo(400);
            }
        }
        world.assertNothingLeft();
        assertThat(world.isStored(key)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_000, 9 * MEBIBYTE})
    void refusesABodyWithoutItsLastBoundary(long size) throws IOException {
        UploadBody whole = UploadBody.of(BUCKET, key, new GeneratedContent(23, size));
        int closing = whole.boundary().length() + "\r\n----\r\n".length();
        byte[] cut = whole.first(whole.length() - closing);
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send(
                    client.uploadHead(whole).replaceFirst("Content-Length: \\d+", "Content-Length: " + cut.length));
            connection.send(cut);
            RawHttp.Response response = connection.response();

            assertThat(response.status()).isEqualTo(400);
        }
        assertThat(world.isStored(key)).isFalse();
    }
}
