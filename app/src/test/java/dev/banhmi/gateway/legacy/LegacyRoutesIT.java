package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and methods. */
class LegacyRoutesIT extends LegacyContract {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND");

    private static final Map<String, String> PATHS = Map.of(
            "/file/upload", "POST",
            "/file/download", "GET",
            "/file/status", "GET",
            "/file/delete", "DELETE",
            "/status/healthcheck", "GET");

    LegacyRoutesIT(World world) {
        super(world);
    }

    @ParameterizedTest
    @CsvSource({"/file/upload", "/file/download", "/file/status", "/file/delete", "/status/healthcheck"})
    void answers501WithoutABodyToAMethodThatThePathDoesNotHave(String path) {
        for (String method : METHODS) {
            if (!method.equals(PATHS.get(path))) {
                LegacyClient.Answer answer = client.send(method, path + "?bucket=demo&key=k");

                assertThat(answer.status())
                        .as("%s %s: %s", method, path, answer)
                        .isEqualTo(501);
                assertThat(answer.text()).as("%s %s", method, path).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/file/upload;a=b", "/%66ile/upload", "/file;a/upload"})
    void answers501HoweverThePathIsWritten(String path) {
        LegacyClient.Answer answer = client.send("GET", path);

        assertThat(answer.status()).as("%s: %s", path, answer).isEqualTo(501);
        assertThat(answer.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bucket=demo&key=%zz", "bucket=demo&key=%", "bucket=demo&key=%ff%fe"})
    void findsNoParametersInAMalformedQuery(String query) throws IOException {
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            connection.send("GET /file/status?" + query + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            RawHttp.Response response = connection.response();

            assertThat(response.status()).isEqualTo(404);
            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Wrong query parameters");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/file",
                "/file/",
                "/file/nothing",
                "/file/upload/",
                "/file/upload/more",
                "/File/Upload",
                "/status",
                "/status/",
                "/status/healthcheck/",
                "/error",
                "/actuator",
                "/actuator/health",
                "/favicon.ico",
                "/index.html",
                "/v10",
                "/a%20b",
                "/nothing?bucket=demo&key=k"
            })
    void doesNotKnowOtherPaths(String target) {
        for (String method : List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "PROPFIND")) {
            LegacyClient.Answer answer = client.send(method, target);

            assertThat(answer.status()).as("%s %s: %s", method, target, answer).isEqualTo(404);
            assertThat(answer.contentType()).as("%s %s", method, target).startsWith("application/json");
            assertThat(answer.json()).as("%s %s", method, target).isEqualTo(LegacyClient.json("""
                            {"status": "error", "payload": "Resource not found"}"""));
        }
    }

    @Test
    void saysNothingInTheBodyOfAHeadAnswer() {
        LegacyClient.Answer answer = client.send("HEAD", "/nothing");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.text()).isEmpty();
    }

    @Test
    void keepsAConnectionForMoreThanAHundredRequests() throws IOException {
        try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
            for (int request = 1; request <= 250; request++) {
                connection.send("GET /status/healthcheck HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = connection.response();

                assertThat(response.status()).as("request %d", request).isEqualTo(200);
                assertThat(response.body().readAllBytes()).isNotEmpty();
            }
        }
    }

    @Test
    void isHealthy() {
        LegacyClient.Answer answer = client.send("GET", "/status/healthcheck");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("application/json");
        assertThat(answer.json()).isEqualTo(LegacyClient.json("{\"status\": \"success\"}"));
    }
}
