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
    void respondsWith501WithoutABodyToAMethodThatThePathDoesNotHave(String path) {
        for (String method : METHODS) {
            if (!method.equals(PATHS.get(path))) {
                LegacyClient.Response response = client.send(method, path + "?bucket=demo&key=k");

                assertThat(response.status())
                        .as("%s %s: %s", method, path, response)
                        .isEqualTo(501);
                assertThat(response.text()).as("%s %s", method, path).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/file/upload;a=b", "/%66ile/upload", "/file;a/upload"})
    void respondsWith501HoweverThePathIsWritten(String path) {
        LegacyClient.Response response = client.send("GET", path);

        assertThat(response.status()).as("%s: %s", path, response).isEqualTo(501);
        assertThat(response.text()).isEmpty();
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
            LegacyClient.Response response = client.send(method, target);

            assertThat(response.status())
                    .as("%s %s: %s", method, target, response)
                    .isEqualTo(404);
            assertThat(response.contentType()).as("%s %s", method, target).startsWith("application/json");
            assertThat(response.json()).as("%s %s", method, target).isEqualTo(LegacyClient.json("""
                            {"status": "error", "payload": "Resource not found"}"""));
        }
    }

    @ParameterizedTest
    @CsvSource({"GET, download", "GET, status", "DELETE, delete"})
    void takesNeitherOfTwoObjects(String method, String verb) {
        LegacyClient.Response response = client.send(method, "/file/" + verb + "?bucket=demo&key=a&key=b");

        assertThat(response.status()).as("%s", response).isEqualTo(400);
        assertThat(response.json().get("status").asString()).isEqualTo("error");
        assertThat(response.json().get("msg").asString()).contains("key 2 times");
    }

    /** What Tomcat takes for another path is nobody's, whichever method is asked for. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/file//download",
                "//file/download",
                "/file/./download",
                "/file/x/../download",
                "/file/%2e/download",
                "/%2e%2e/livez",
                "/file%2Fdownload",
                "/x/..;/file/download"
            })
    void findsNoOtherWayToAPath(String path) throws IOException {
        for (String method : List.of("GET", "DELETE", "TRACE")) {
            try (RawHttp connection = RawHttp.connect(world.gateway().uri())) {
                connection.send(method + " " + path + "?bucket=demo&key=k HTTP/1.1\r\nHost: gateway\r\n\r\n");

                assertThat(connection.response().status())
                        .as("%s %s", method, path)
                        .isIn(400, 404);
            }
        }
    }

    @Test
    void saysNothingInTheBodyOfAHeadResponse() {
        LegacyClient.Response response = client.send("HEAD", "/nothing");

        assertThat(response.status()).isEqualTo(404);
        assertThat(response.text()).isEmpty();
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
        LegacyClient.Response response = client.send("GET", "/status/healthcheck");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.contentType()).startsWith("application/json");
        assertThat(response.json()).isEqualTo(LegacyClient.json("{\"status\": \"success\"}"));
    }
}
