package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.object.ObjectClient.Response;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser is told about pages of other origins, of which two are allowed. */
class AllowedOriginsIT extends ObjectContract {

    private static final String OURS = ObjectWorld.ALLOWED_ORIGINS.getFirst();
    private static final String OTHER = "https://evil.example";
    private static final byte[] CONTENT = content(40, 10);

    private final String name = freshName();

    AllowedOriginsIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void letsPagesOfAllowedOriginsCall() throws IOException {
        stored(HASHED, name, CONTENT, "x-amz-meta-color", "green");

        Response preflight = preflight(OURS, "PUT", "content-type,if-match,x-amz-meta-color,x-api-key");
        assertStatus(preflight, 200);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo(OURS);
        assertThat(preflight.header("access-control-allow-methods")).contains("PUT");
        assertThat(list(preflight, "access-control-allow-headers"))
                .contains("content-type", "if-match", "x-amz-meta-color", "x-api-key");
        assertThat(preflight.header("access-control-max-age")).isEqualTo("3600");
        assertThat(preflight.headers()).doesNotContainKey("access-control-allow-credentials");
        assertThat(preflight.body()).isEmpty();

        for (Response response : new Response[] {
            client.get(HASHED, name, "Origin", OURS),
            client.get(HASHED, name, "Origin", "http://localhost:3000"),
            client.head(HASHED, name, "Origin", OURS),
            client.get(HASHED, name, "Origin", OURS, "Range", "bytes=0-1"),
            client.get(HASHED, name, "Origin", OURS, "If-None-Match", "*"),
            client.get(HASHED, freshName(), "Origin", OURS),
            client.put(HASHED, name, CONTENT, "Origin", OURS, "If-None-Match", "*"),
            client.get("nowhere", name, "Origin", OURS)
        }) {
            assertThat(response.header("access-control-allow-origin"))
                    .as("%s", response)
                    .isIn(OURS, "http://localhost:3000");
            assertThat(list(response, "access-control-expose-headers"))
                    .as("%s", response)
                    .contains("etag", "content-range", "accept-ranges", "x-request-id", "x-amz-checksum-crc32c", "*");
            assertThat(list(response, "vary")).contains("origin");
            assertThat(response.headers()).doesNotContainKey("access-control-allow-credentials");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {OTHER, "null", "http://app.example", "https://app.example:8443", "https://app.example.evil"})
    void tellsPagesOfOtherOriginsNothing(String origin) throws IOException {
        stored(HASHED, name, CONTENT);

        Response refused = preflight(origin, "PUT", "content-type");
        assertProblem(refused, ErrorCode.ORIGIN_NOT_ALLOWED);
        assertThat(refused.json().get("detail").asString()).contains(origin, "banhmi.cors.allowed-origins");
        Response read = client.get(HASHED, name, "Origin", origin);
        assertStatus(read, 200);
        assertThat(list(read, "vary")).contains("origin");
        for (Response response : new Response[] {refused, read}) {
            assertThat(response.headers()).doesNotContainKey("access-control-allow-origin");
        }
    }

    @Test
    void leavesCallersThatAreNoBrowsersAlone() {
        assertStatus(client.put(HASHED, name, CONTENT), 201);
        Response read = client.get(HASHED, name);

        assertStatus(read, 200);
        assertThat(list(read, "vary")).contains("origin");
        assertThat(read.headers()).doesNotContainKeys("access-control-allow-origin", "access-control-expose-headers");
    }

    /** The 2018 API has no pages among its clients. */
    @Test
    void leavesThe2018ApiAsItWas() throws IOException {
        Response preflight = client.raw(
                client.requestHead(
                        "OPTIONS", "/file/download", "Origin: " + OURS, "Access-Control-Request-Method: GET"),
                new byte[0]);

        assertStatus(preflight, 501);
        assertThat(preflight.headers()).doesNotContainKey("access-control-allow-origin");
    }

    private Response preflight(String origin, String method, String headers) throws IOException {
        return client.raw(
                client.requestHead(
                        "OPTIONS",
                        ObjectClient.target(HASHED, name),
                        "Origin: " + origin,
                        "Access-Control-Request-Method: " + method,
                        "Access-Control-Request-Headers: " + headers),
                new byte[0]);
    }

    private static List<String> list(Response response, String header) {
        return Stream.of(response.header(header).split(","))
                .map(value -> value.strip().toLowerCase(Locale.ROOT))
                .toList();
    }
}
