package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is refused before any controller sees it says why, to callers of either API; none of it needs the store. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpRefusalsIT {

    private static final String GET_V1 = "GET /v1/objects/demo/x HTTP/1.1\r\n";
    private static final String GET_2018 = "GET /file/status?bucket=demo&key=x HTTP/1.1\r\n";
    private static final String PAGE = "https://page.example";
    private static final String HOST = "Host: gateway\r\n";
    private static final String ORIGIN = "Origin: ";

    /** What is sent behind the first line of a request, and what the refusal says of it. */
    static final List<Arguments> BEHIND_THE_FIRST_LINE = List.of(
            Arguments.of(
                    "a header too many", HOST + "A: b\r\n".repeat(100), 400, List.of("more than 100 header lines")),
            Arguments.of(
                    "headers too long",
                    HOST + "A: " + "x".repeat(33_000) + "\r\n",
                    400,
                    List.of("longer than 32768 bytes", "server.max-http-request-header-size")),
            Arguments.of(
                    "an unknown transfer coding",
                    HOST + "Transfer-Encoding: gzip, chunked\r\n",
                    501,
                    List.of("\"gzip, chunked\"", "chunked is the only")),
            Arguments.of(
                    "chunked not last",
                    HOST + "Transfer-Encoding: chunked, gzip\r\n",
                    400,
                    List.of("\"chunked, gzip\"", "chunked")),
            Arguments.of(
                    "no transfer coding", HOST + "Transfer-Encoding: \"\r\n", 400, List.of("Transfer-Encoding is")),
            Arguments.of(
                    "a length that is none", HOST + "Content-Length: 1x\r\n", 400, List.of("Content-Length is \"1x\"")),
            Arguments.of(
                    "two lengths",
                    HOST + "Content-Length: 1\r\nContent-Length: 2\r\n",
                    400,
                    List.of("Content-Length is \"1, 2\"")),
            Arguments.of("no host", "A: b\r\n", 400, List.of("no Host header lines; one is required")),
            Arguments.of("two hosts", HOST + HOST, 400, List.of("2 Host header lines; one is required")),
            Arguments.of("a host that is none", "Host: a|b\r\n", 400, List.of("Host is \"a|b\"", "position 1")),
            Arguments.of("a port that is none", "Host: a:65536\r\n", 400, List.of("Host is \"a:65536\"", "65535")),
            Arguments.of("an expectation", HOST + "Expect: tea\r\n", 417, List.of("Expect is \"tea\"", "100-continue")),
            Arguments.of("a line that is no field", HOST + "a line\r\n", 400, List.of("no header line of HTTP")),
            Arguments.of(
                    "a control character in a field's name",
                    HOST + "bad\rheader: x\r\n",
                    400,
                    List.of("no header line of HTTP: \"bad\\u000dheader")),
            Arguments.of(
                    "a control character in a field's value",
                    HOST + "X: bad\rheader\r\n",
                    400,
                    List.of("the header field \"X\" has \"\\u000d\", which")),
            Arguments.of(
                    "another one",
                    HOST + "X: bad\0header\u007f\r\n",
                    400,
                    List.of("the header field \"X\" has \"\\u0000\", which")),
            Arguments.of(
                    "one at the end of a field's value",
                    HOST + "X: /demo/src\u0001\r\n",
                    400,
                    List.of("the header field \"X\" has", "which HTTP does not allow")),
            Arguments.of(
                    "a folded transfer coding",
                    HOST + "Transfer-Encoding:\r\n chunked\r\n",
                    400,
                    List.of("Transfer-Encoding is \" chunked\"", "chunked, once")));

    /** A whole first line, and what the refusal says of it. */
    static final List<Arguments> FIRST_LINES = List.of(
            Arguments.of("/x%zz", "HTTP/1.1", 400, List.of("has a % at position", "written %25")),
            Arguments.of("/50%", "HTTP/1.1", 400, List.of("has a % at position", "written %25")),
            Arguments.of("/x%00", "HTTP/1.1", 400, List.of("has a null character")),
            Arguments.of("/x%4", "HTTP/1.1", 400, List.of("has a % at position", "written %25")),
            Arguments.of("/../../../../x", "HTTP/1.1", 400, List.of("leads above the root")),
            Arguments.of("/a|b", "HTTP/1.1", 400, List.of("a|b", "percent-encoded")),
            Arguments.of("/x", "HTTP/2.5", 505, List.of("\"HTTP/2.5\"", "HTTP/1.1")),
            Arguments.of("/x", "HTTX/1.1", 400, List.of("HTTX/1.1")));

    /** No store is asked for anything. */
    private final GatewayProcess gateway = settings().start();

    private static GatewayProcess.Builder settings() {
        return GatewayProcess.builder()
                .store(URI.create("http://127.0.0.1:9"), new StoreProcess.Credentials("nobody", "nothing"))
                .hashedBucket("demo")
                .set("banhmi.cors.allowed-origins", PAGE);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "banhmi_gateway",
                "banhmi_gateway:8080",
                "stack_service.internal",
                "_a",
                "a_",
                "gateway.",
                "b%C3%A1nh",
                "a!b",
                "10.0.0.1:80",
                "[::1]:8080"
            })
    void servesEveryHostOfRfc3986(String host) throws IOException {
        for (URI port :
                List.of(gateway.uri().resolve("/livez"), gateway.management().resolve("/actuator/prometheus"))) {
            assertThat(exchange(port, "GET " + port.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                            .status())
                    .isEqualTo(200);
            assertThat(exchange(port, "GET http://" + host + port.getPath() + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                            .status())
                    .isEqualTo(200);
        }
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("BEHIND_THE_FIRST_LINE")
    void saysWhatIsWrongWithAHeader(String what, String headers, int status, List<String> said) throws IOException {
        assertSaysInV1(exchange(gateway.uri(), GET_V1 + headers + "\r\n"), status, said);
        assertSaysIn2018(exchange(gateway.uri(), GET_2018 + headers + "\r\n"), status, said);
    }

    /** Pages of an allowed origin can read why, whoever refuses; those of others, and of the 2018 API, cannot. */
    @ParameterizedTest(name = "{0}")
    @FieldSource("BEHIND_THE_FIRST_LINE")
    void tellsPagesOfAllowedOriginsWhatIsWrongWithAHeader(String what, String headers, int status, List<String> said)
            throws IOException {
        assertThat(fields(GET_V1 + ORIGIN + PAGE + "\r\n" + headers + "\r\n"))
                .containsEntry("access-control-allow-origin", PAGE)
                .containsEntry("vary", "Origin")
                .extractingByKey("access-control-expose-headers")
                .asString()
                .contains("X-Request-Id");
        assertThat(fields(GET_V1 + ORIGIN + PAGE + ".evil\r\n" + headers + "\r\n"))
                .containsEntry("vary", "Origin")
                .doesNotContainKeys("access-control-allow-origin", "access-control-expose-headers");
        assertThat(fields(GET_2018 + ORIGIN + PAGE + "\r\n" + headers + "\r\n"))
                .doesNotContainKeys("access-control-allow-origin", "access-control-expose-headers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x%zz HTTP/1.1", "/x%00 HTTP/1.1", "/../../../../x HTTP/1.1", "/x HTTP/2.5"})
    void tellsPagesOfAllowedOriginsWhatIsWrongWithTheFirstLine(String rest) throws IOException {
        assertThat(fields("GET /v1/objects/demo" + rest + "\r\n" + HOST + ORIGIN + PAGE + "\r\n\r\n"))
                .containsEntry("access-control-allow-origin", PAGE);
    }

    @ParameterizedTest
    @FieldSource("FIRST_LINES")
    void saysWhatIsWrongWithTheFirstLine(String path, String version, int status, List<String> said)
            throws IOException {
        String rest = path + " " + version + "\r\n" + HOST + "\r\n";
        Seen v1 = exchange(gateway.uri(), "GET /v1/objects/demo" + rest);
        if (version.startsWith("HTTP")) {
            assertSaysInV1(v1, status, said);
        } else {
            // Tomcat forgets the target together with the version.
            assertThat(v1.status()).isEqualTo(status);
        }
        assertSaysIn2018(exchange(gateway.uri(), "GET /file" + rest), status, said);
    }

    /** Which only begins like a path of v1. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1x/%zz", "/v1x|b", "/v11/objects|", "/v1x/../../.."})
    void refusesAPathThatNobodyOwnsAs2018Did(String path) throws IOException {
        assertSaysIn2018(exchange(gateway.uri(), "GET " + path + " HTTP/1.1\r\n" + HOST + "\r\n"), 400, List.of("."));
    }

    @Test
    void saysThatHttp10HasNoTransferCodings() throws IOException {
        String rest = " HTTP/1.0\r\n" + HOST + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

        assertSaysInV1(
                exchange(gateway.uri(), "PUT /v1/objects/demo/x" + rest),
                400,
                List.of("Transfer-Encoding is \"chunked\"", "HTTP/1.0"));
        assertSaysIn2018(
                exchange(gateway.uri(), "POST /file/upload" + rest),
                400,
                List.of("Transfer-Encoding is \"chunked\"", "HTTP/1.0"));
    }

    @Test
    void saysThatTheTargetIsOfAnotherHost() throws IOException {
        assertSaysInV1(
                exchange(gateway.uri(), "GET http://other/v1/objects/demo/x HTTP/1.1\r\n" + HOST + "\r\n"),
                400,
                List.of("another host than Host", "\"gateway\""));
    }

    /** It has no Host to be checked, and its response no head in which to say what a browser may do with it. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects", "/v1/objects/demo", "/livez", "/file/status?bucket=demo&key=x", "/"})
    void refusesHttp09(String target) throws IOException {
        try (Socket client = new Socket(gateway.uri().getHost(), gateway.uri().getPort())) {
            client.getOutputStream().write(("GET " + target + "\r\n").getBytes(UTF_8));

            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .contains("HTTP is 0.9", "HTTP/1.1 and HTTP/1.0 are served");
        }
    }

    /** The preface of those who assume HTTP/2. */
    @Test
    void refusesHttp2() throws IOException {
        assertSaysInV1(
                exchange(gateway.uri(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                505,
                List.of("HTTP is 2.0", "HTTP/1.1 and HTTP/1.0 are served"));
    }

    /** A preflight is told again which headers it asked for. */
    @Test
    void hasWhatEveryResponseHasWhereAHeadHasNoRoom() throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send("OPTIONS /v1/objects/demo/x HTTP/1.1\r\n" + HOST + "Origin: " + PAGE
                    + "\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: "
                    + "x".repeat(9_000) + "\r\n\r\n");

            RawHttp.Response response = connection.response();

            assertThat(response.status()).isEqualTo(500);
            assertThat(response.headers())
                    .containsKey("x-request-id")
                    .containsEntry("content-type", "application/problem+json")
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("content-security-policy", "sandbox")
                    .containsEntry("access-control-allow-origin", PAGE);
        }
    }

    @Test
    void saysThatItIsNoProxy() throws IOException {
        Seen seen = exchange(gateway.uri(), "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");

        assertSaysIn2018(seen, 501, List.of("\"CONNECT\"", "proxies"));
    }

    /** By a gateway of its own: for a moment it counts connections that a test has closed, and could refuse the next one's. */
    @Test
    void closesAConnectionTooManyOfAnAddress() throws IOException {
        List<RawHttp> open = new ArrayList<>();
        try (GatewayProcess strict =
                settings().set("banhmi.server.max-connections-per-address", "4").start()) {
            for (int i = 0; i < 4; i++) {
                open.add(RawHttp.connect(strict.uri()));
                // So does the wait for its start, with a connection of its own.
                await().until(() -> isServed(open, strict));
            }
            try (RawHttp fifth = RawHttp.connect(strict.uri())) {
                assertThat(fifth.responseIfAny()).isNull();
            }
            assertThat(isServed(open, strict)).as("the last of the four").isTrue();
            open.removeFirst().close();
            open.add(RawHttp.connect(strict.uri()));
            await().until(() -> isServed(open, strict));
        } finally {
            for (RawHttp connection : open) {
                connection.close();
            }
        }
    }

    /** Whether the last one is, and otherwise another in its place. */
    private static boolean isServed(List<RawHttp> open, GatewayProcess strict) throws IOException {
        try {
            open.getLast().send("GET /livez HTTP/1.1\r\n" + HOST + "\r\n");
            RawHttp.Response response = open.getLast().responseIfAny();
            if (response != null) {
                response.body().readAllBytes();
                return true;
            }
        } catch (SocketException e) {
            assertThat(e).hasMessageMatching("Connection reset|Broken pipe");
        }
        open.removeLast().close();
        open.add(RawHttp.connect(strict.uri()));
        return false;
    }

    private record Seen(int status, JsonNode json) {}

    private static Seen exchange(URI server, String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(server)) {
            connection.sendUnlessClosed(request);
            RawHttp.Response response = connection.response();
            byte[] body = response.body().readAllBytes();
            return new Seen(
                    response.status(),
                    response.headers().getOrDefault("content-type", "").contains("json")
                            ? new JsonMapper().readTree(body)
                            : new JsonMapper().valueToTree(new String(body, UTF_8)));
        }
    }

    private Map<String, String> fields(String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.sendUnlessClosed(request);
            RawHttp.Response response = connection.response();
            assertThat(response.status()).isGreaterThanOrEqualTo(400);
            return response.headers();
        }
    }

    private static void assertSaysInV1(Seen seen, int status, List<String> said) {
        assertThat(seen.status()).as("%s", seen).isEqualTo(status);
        assertThat(seen.json().get("status").asInt()).isEqualTo(status);
        assertThat(seen.json().get("detail").asString()).contains(said).doesNotContain("status " + status);
        assertThat(seen.json().get("code").asString())
                .isEqualTo(status == 501 ? "TRANSFER_CODING_UNSUPPORTED" : "INVALID_REQUEST");
    }

    private static void assertSaysIn2018(Seen seen, int status, List<String> said) {
        assertThat(seen.status()).as("%s", seen).isEqualTo(status);
        assertThat(seen.json().propertyNames()).containsExactly("status", "msg");
        assertThat(seen.json().get("status").asString()).isEqualTo("error");
        assertThat(seen.json().get("msg").asString()).contains(said).doesNotContain("status " + status);
    }
}
