package dev.banhmi.gateway.observe;

import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every request has an id and a line in the log, whoever responds to it and however it ends. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestLogIT {

    private static final String NEW_ID = "[0-9a-f]{32}";

    /** More than all buffers between the gateway and a client that does not read. */
    private static final int LARGE = 24 << 20;

    private StoreProcess store;
    private GatewayProcess gateway;

    @BeforeAll
    void start() {
        store = Emulator.S3PROXY.start();
        store.s3().createBucket(request -> request.bucket("demo"));
        gateway = gateway().set("banhmi.transfer.max-idle", "2s").start();
    }

    private GatewayProcess.Builder gateway() {
        return GatewayProcess.builder()
                .store(store.endpoint(), store.credentials())
                .hashedBucket("demo")
                .hashedBucket("ghost")
                .set("server.tomcat.max-http-response-header-size", "2KB");
    }

    @AfterAll
    void stop() {
        gateway.close();
        store.close();
    }

    private static List<String> requests() {
        String host = " HTTP/1.1\r\nHost: gateway\r\n\r\n";
        return List.of(
                "GET /v1/objects/demo" + host,
                "GET /v1/objects/demo/nothing" + host,
                "HEAD /v1/objects/demo/nothing" + host,
                "GET /v1/objects/nowhere/x" + host,
                "GET /v1/objects/ghost/x" + host,
                "DELETE /v1/objects/demo/nothing" + host,
                "PATCH /v1/objects/demo/nothing" + host,
                "TRACE /v1/objects/demo/nothing" + host,
                "GET /v1/nothing" + host,
                "GET /file/status?bucket=demo&key=nothing" + host,
                "GET /file/download?bucket=nowhere&key=nothing" + host,
                "GET /file/download" + host,
                "PUT /file/download" + host,
                "GET /nobodys/path" + host,
                "PROPFIND /nobodys/path" + host,
                // What Tomcat refuses by itself.
                "GET /v1/objects/demo/a|b" + host,
                "GET /file/a|b" + host,
                "GET /v1/objects/demo/%zz" + host,
                "GET /../above" + host,
                "GET /v1/objects/demo/x HTTP/1.1\r\n\r\n",
                "GET /v1/objects/demo/x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /v1/objects/demo/x HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /v1/objects/demo/x HTTP/3.7\r\nHost: gateway\r\n\r\n",
                "PUT /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: nonsense\r\n\r\n",
                "PUT /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nContent-Length: many\r\n\r\n",
                "PUT /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Length: 3\r\n\r\nabc",
                "GET /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nX: " + "x".repeat(33_000) + "\r\n\r\n",
                "G\"T /v1/objects/demo/x" + host);
    }

    @ParameterizedTest
    @MethodSource("requests")
    void hasAnIdInItsResponseAndItsLine(String request) throws IOException {
        RawHttp.Response response = respond(request);

        String id = response.headers().getOrDefault("x-request-id", "none");
        assertThat(id).matches(NEW_ID);
        String method = request.startsWith("G\"T") ? "" : " " + request.substring(0, request.indexOf(' ')) + " ";
        assertThat(lineOf(id)).contains(method, " " + response.status() + " ");
    }

    @Test
    void probesHaveAnIdAndNoLine() throws IOException {
        for (String probe : List.of("/livez", "/readyz", "/status/healthcheck")) {
            RawHttp.Response response = respond("GET " + probe + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            assertThat(response.headers().getOrDefault("x-request-id", "none")).matches(NEW_ID);
        }
        // A line that is written later is there, so one of a probe would be.
        lineOf(respond("GET /later HTTP/1.1\r\nHost: gateway\r\n\r\n").headers().getOrDefault("x-request-id", "none"));
        assertThat(gateway.output()).doesNotContain("/livez", "/readyz", "/status/healthcheck");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "3f2b-47_A.b~c", "Root=1-67891233-abcdef012345678912345678", "a/b+c==", "user@host:7"})
    void takesTheCallersIdOver(String id) throws IOException {
        String sent = id + System.nanoTime();
        assertThat(idOf("X-Request-Id: " + sent)).isEqualTo(sent);
        assertThat(lineOf(sent)).contains(" GET /v1/objects/demo/nothing 404 refused code=OBJECT_NOT_FOUND ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Request-Id: ",
                "X-Request-Id: a b",
                "X-Request-Id: a\"b",
                "X-Request-Id: a]b",
                "X-Request-Id: a,b",
                "X-Request-Id: a%0Ab",
                "X-Request-Id: a\u00e9",
                "X-Request-Id: ${jndi:x}",
                "X-Request-Id: a\r\nX-Request-Id: b",
                "X-Request-Id: a\r\nx-request-id: a",
                "X-Request-Id: 123456789012345678901234567890123456789012345678901234567890"
                        + "123456789012345678901234567890123456789012345678901234567890123456789"
            })
    void replacesAnIdThatCouldConfuseAReader(String fields) throws IOException {
        assertThat(idOf(fields)).matches(NEW_ID);
    }

    /** Whether Tomcat would notice while the object is being sent, or when everything is done. */
    @ParameterizedTest
    @ValueSource(ints = {0, 9, LARGE})
    void hasWhatEveryResponseHasWhereAHeadHasNoRoom(int size) throws IOException {
        String target = "/v1/objects/demo/described-" + size;
        respond("PUT " + target + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + size + "\r\nCache-Control: "
                + "c".repeat(1_900) + "\r\n\r\n" + "x".repeat(size));

        for (String method : List.of("GET", "HEAD")) {
            RawHttp.Response response = respond(method + " " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");

            assertThat(response.status()).isEqualTo(500);
            assertThat(response.headers())
                    .containsEntry("content-type", "application/problem+json")
                    .containsEntry("x-content-type-options", "nosniff")
                    .containsEntry("content-security-policy", "sandbox")
                    .doesNotContainKey("cache-control");
            assertThat(lineOf(response)).contains(" " + method + " " + target + " 500 refused code=INTERNAL ");
        }
    }

    @Test
    void countsBytesAndSaysThatATransferIsComplete() throws IOException {
        RawHttp.Response put = respond(
                "PUT /v1/objects/demo/counted%20here HTTP/1.1\r\nHost: gateway\r\nContent-Length: 9\r\n\r\nbanh mi!\n");
        int receipt = put.body().readAllBytes().length;
        assertThat(lineOf(put))
                .contains(" PUT /v1/objects/demo/counted%20here 201 complete code=- in=9 out=" + receipt + " ms=");

        RawHttp.Response get = respond("GET /v1/objects/demo/counted%20here HTTP/1.1\r\nHost: gateway\r\n\r\n");
        assertThat(lineOf(get)).contains(" GET /v1/objects/demo/counted%20here 200 complete code=- in=0 out=9 ms=");
    }

    @Test
    void keepsQueriesOutAndLinesWhole() throws IOException {
        RawHttp.Response response = respond(
                "GET /v1/objects/demo/a%0D%0Ab%22?X-Amz-Signature=s3cret&cursor=s3cret HTTP/1.1\r\nHost: gateway\r\n\r\n");
        assertThat(lineOf(response)).contains(" GET /v1/objects/demo/a%0D%0Ab%22 ");
        RawHttp.Response legacy =
                respond("GET /file/status?bucket=demo&key=s3cret%0AERROR HTTP/1.1\r\nHost: gateway\r\n\r\n");
        assertThat(lineOf(legacy)).contains(" GET /file/status 404 refused code=OBJECT_NOT_FOUND ");
        assertThat(gateway.output()).doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects/ghost/x", "/file/download?bucket=ghost&key=x"})
    void tellsAFailureOfTheStoreInOneLineWithItsCodeAndCause(String target) throws IOException {
        int before = gateway.output().length();
        RawHttp.Response response = respond("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
        String id = response.headers().getOrDefault("x-request-id", "none");
        lineOf(id);

        // What the operator has to do is said once a minute and so by one of these methods, whichever comes first.
        List<String> lines = gateway.output()
                .substring(before)
                .lines()
                .filter(line -> !line.contains("OperatorNotices"))
                .toList();
        String path = target.replaceFirst("\\?.*", "");
        assertThat(lines)
                .filteredOn(line -> line.contains(" WARN "))
                .singleElement()
                .asString()
                .contains(
                        "[" + id + "] ",
                        ": GET " + path + ": " + response.status() + " STORE_BUCKET_MISSING: The bucket ghost",
                        " Cause: NoSuchBucketException: ",
                        "Status Code: 404");
        assertThat(lines).filteredOn(line -> line.contains(id)).hasSize(2);
        assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    }

    @Test
    void saysWhoEndedAnUpload() throws IOException {
        try (RawHttp upload = RawHttp.connect(gateway.uri())) {
            put(upload, "gone", "Content-Length: 1000\r\nExpect: 100-continue", "");
            assertThat(upload.response().status())
                    .as("the request is being read")
                    .isEqualTo(100);
            upload.reset();
        }
        assertThat(lineOf("upload-gone")).contains(" PUT /v1/objects/demo/gone 400 cut-by-client code=");

        try (RawHttp upload = RawHttp.connect(gateway.uri())) {
            put(upload, "half", "Transfer-Encoding: chunked", "3\r\nabc\r\n5\r\n");
            upload.endRequest();
            upload.responseIfAny();
        }
        assertThat(lineOf("upload-half")).contains(" PUT /v1/objects/demo/half 400 cut-by-client code=");

        try (RawHttp upload = RawHttp.connect(gateway.uri())) {
            put(upload, "idle", "Content-Length: 1000", "abc");
            assertThat(upload.response().status()).isEqualTo(408);
        }
        assertThat(lineOf("upload-idle")).contains(" PUT /v1/objects/demo/idle 408 refused code=", " in=3 ");
    }

    @Test
    void saysWhoEndedADownload() throws IOException {
        respond("PUT /v1/objects/demo/large HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + LARGE + "\r\n\r\n"
                + "x".repeat(LARGE));
        try (RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            download.send(
                    "GET /v1/objects/demo/large HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: download-gone\r\n\r\n");
            download.response();
            download.reset();
        }
        assertThat(lineOf("download-gone")).contains(" GET /v1/objects/demo/large 200 cut-by-client code=- in=0 out=");

        try (RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            download.send(
                    "GET /v1/objects/demo/large HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: download-idle\r\n\r\n");
            download.response();
            assertThat(lineOf("download-idle")).contains(" GET /v1/objects/demo/large 200 cut-by-gateway ");
        }
    }

    @Test
    void hasItsValuesAsFieldsWhereTheLogIsStructured() throws IOException {
        try (GatewayProcess structured =
                gateway().set("logging.structured.format.console", "logstash").start()) {
            RawHttp.Response response =
                    respond(structured, "GET /v1/objects/ghost/x HTTP/1.1\r\nHost: gateway\r\n\r\n");
            String id = response.headers().getOrDefault("x-request-id", "none");
            await().until(() -> structured.output().contains("\"banhmi.access\""));

            List<JsonNode> lines = structured
                    .output()
                    .lines()
                    .filter(line -> line.startsWith("{") && line.contains(id))
                    .map(line -> new JsonMapper().readTree(line))
                    .toList();
            assertThat(lines)
                    .as("what the operator has to do, the failure, the access")
                    .hasSize(3)
                    .allMatch(line -> line.get("requestId").asString().equals(id));
            assertThat(lines.getFirst().get("level").asString()).isEqualTo("WARN");
            JsonNode access = lines.getLast();
            assertThat(access.get("logger_name").asString()).isEqualTo("banhmi.access");
            assertThat(access.get("method").asString()).isEqualTo("GET");
            assertThat(access.get("path").asString()).isEqualTo("/v1/objects/ghost/x");
            assertThat(access.get("status").asInt()).isEqualTo(502);
            assertThat(access.get("outcome").asString()).isEqualTo("refused");
            assertThat(access.get("code").asString()).isEqualTo("STORE_BUCKET_MISSING");
            assertThat(access.get("bytesIn").asLong()).isZero();
            assertThat(access.get("bytesOut").asLong()).isPositive();
            assertThat(access.get("durationMs").asDouble()).isPositive();
        }
    }

    private static void put(RawHttp upload, String name, String fields, String body) throws IOException {
        upload.send("PUT /v1/objects/demo/" + name + " HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: upload-" + name
                + "\r\n" + fields + "\r\n\r\n" + body);
    }

    private RawHttp.Response respond(String request) throws IOException {
        return respond(gateway, request);
    }

    /** The response with its body read, so that the connection can be closed. */
    private static RawHttp.Response respond(GatewayProcess gateway, String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.sendUnlessClosed(request);
            RawHttp.Response response = connection.response();
            byte[] body = request.startsWith("HEAD ") || response.status() == 204
                    ? new byte[0]
                    : response.body().readAllBytes();
            return new RawHttp.Response(response.status(), response.headers(), new ByteArrayInputStream(body));
        }
    }

    private String idOf(String fields) throws IOException {
        RawHttp.Response response =
                respond("GET /v1/objects/demo/nothing HTTP/1.1\r\nHost: gateway\r\n" + fields + "\r\n\r\n");
        return response.headers().getOrDefault("x-request-id", "none");
    }

    private String lineOf(RawHttp.Response response) {
        return lineOf(response.headers().getOrDefault("x-request-id", "none"));
    }

    /** The one line of a request in the access log, which is written after its last byte. */
    private String lineOf(String id) {
        await().until(() -> linesOf(id).size() > 0);
        assertThat(linesOf(id)).hasSize(1);
        return linesOf(id).getFirst();
    }

    private List<String> linesOf(String id) {
        return gateway.output()
                .lines()
                .filter(line -> line.contains("[" + id + "] banhmi.access "))
                .toList();
    }
}
