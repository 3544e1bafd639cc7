package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.LogByTest;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that send their requests too slowly, and the gateway's limits for that, each shorter than in production. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowRequestsIT {

    private static final String BUCKET = "demo";
    private static final GeneratedContent CONTENT = new GeneratedContent(70, 1_000);
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MAX_IDLE = Duration.ofSeconds(3);
    private static final String HEAD = "GET /livez HTTP/1.1\r\nHost: gateway\r\n";
    private static final String PUT =
            "PUT /v1/objects/demo/slow HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\n";
    private static final String UPLOAD_OF_2018 =
            "POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; boundary=B\r\n"
                    + "Content-Length: 1000000\r\n\r\n--B\r\nContent-Type: application/json\r\n\r\n"
                    + "{\"bucket\":\"demo\",\"key\":\"slow\",\"size\":900000,\"parts\":1}"
                    + "\r\n--B\r\nContent-Type: application/octet-stream\r\n\r\n";

    private final StoreProcess store = Emulator.S3PROXY.start();
    private final HeldRelay relay = HeldRelay.start(store.endpoint());
    private final GatewayProcess gateway = GatewayProcess.builder()
            .store(relay.uri(), store.credentials())
            .set("banhmi.buckets.demo.key-layout", "plain")
            .set("banhmi.transfer.max-idle", MAX_IDLE.toSeconds() + "s")
            .set("banhmi.server.head-timeout", HEAD_TIMEOUT.toSeconds() + "s")
            .set("banhmi.server.min-body-rate", "1KB")
            // Longer than the silence, so that a body that stops ends by that.
            .set("banhmi.server.body-rate-period", "5s")
            // More than a reader takes that is never silent for too long, though a kernel's whole buffer is free at a
            // time.
            .set("banhmi.server.min-response-rate", "16MB")
            .set("server.tomcat.max-connections", "8")
            .start();

    private final LogByTest log = new LogByTest(gateway::output);

    @BeforeAll
    void putObject() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        store.s3().putObject(request -> request.bucket(BUCKET).key("object"), RequestBody.fromBytes(CONTENT.bytes()));
    }

    @BeforeEach
    void beginsInTheLog(TestInfo test) {
        log.begin(test.getDisplayName());
    }

    @AfterEach
    void leavesNothing() {
        await().untilAsserted(
                        () -> assertThat(store.openMultipartUploads(BUCKET)).isEmpty());
        assertThat(store.objects(BUCKET)).containsExactly("object");
        log.end();
    }

    @AfterAll
    void stop() {
        gateway.close();
        relay.close();
        store.close();
    }

    /** Each read finds a byte; only the whole of it is slow. The last one is the second head of its connection. */
    @Test
    void endsAHeadThatDrips() throws Exception {
        List<RawHttp> connections = new ArrayList<>();
        try {
            for (String first : List.of("G", HEAD + "X-Drip: ", "\r\n", HEAD + "\r\nGET")) {
                RawHttp connection = RawHttp.connect(gateway.uri());
                connections.add(connection);
                connection.send(first);
                if (first.endsWith("GET")) {
                    connection.response().body().readAllBytes();
                }
                drip(connection, first.equals("\r\n") ? first : "T", Duration.ofMillis(200));
            }
            for (RawHttp connection : connections) {
                RawHttp.Response response = responseOf(connection);
                assertThat(problem(response).get("detail").asString())
                        .contains("not complete 1.0 s after the first byte");
                assertThat(response.headers())
                        .containsEntry("x-content-type-options", "nosniff")
                        .containsEntry("content-security-policy", "sandbox")
                        .containsKey("date")
                        .hasEntrySatisfying("x-request-id", id -> assertThat(id).matches("[0-9a-f]{32}"));
                String line = "[" + response.headers().get("x-request-id") + "]";
                await(
                        "a line in the access log",
                        gateway::output,
                        () -> gateway.output()
                                .lines()
                                .anyMatch(printed -> printed.contains(line)
                                        && printed.contains("- - 408 refused code=REQUEST_TOO_SLOW")));
            }
        } finally {
            for (RawHttp connection : connections) {
                connection.close();
            }
        }
    }

    /** For longer than any head may take. */
    @Test
    void leavesAnIdleConnectionOpen() throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            for (int i = 0; i < 2; i++) {
                long began = System.nanoTime();
                connection.send("GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = connection.response();
                assertThat(response.status()).isEqualTo(200);
                response.body().readAllBytes();
                await().until(() ->
                        System.nanoTime() - began > HEAD_TIMEOUT.multipliedBy(2).toNanos());
            }
        }
    }

    @Test
    void endsABodyThatDrips() throws Exception {
        for (String request : List.of(PUT, UPLOAD_OF_2018)) {
            Pauses.repeatedWhereLongerThan(MAX_IDLE, pauses -> {
                try (RawHttp upload = RawHttp.connect(gateway.uri())) {
                    upload.send(request);
                    drip(upload, "x", Duration.ofMillis(200), pauses);
                    RawHttp.Response response = responseOf(upload);
                    String said = request.equals(PUT) ? detail(response) : messageOf2018(response);
                    pauses.end();
                    if (said.contains("No byte of the body arrived for 3.0 s")) {
                        return false;
                    }
                    assertThat(said)
                            .contains(" bytes of the body arrived in the ")
                            .contains("at least 1024 bytes a second are required");
                    return true;
                }
            });
        }
    }

    /** Whoever reads the body: of a copy it must be empty, and of a deletion it is names. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /v1/objects/demo/copy HTTP/1.1\r\nHost: gateway\r\nx-amz-copy-source: /demo/it\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n1;",
                "POST /v1/objects/demo?delete HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n"
                        + "Content-Length: 1000\r\n\r\n{"
            })
    void endsEveryBodyThatStops(String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(request);

            assertThat(problem(connection.response()).get("code").asString()).isEqualTo("REQUEST_TOO_SLOW");
        }
    }

    /** It stands in front of the connection's next request, and has had its response. */
    @Test
    void endsABodyThatDripsUnread() throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(HEAD + "Content-Length: 100000\r\n\r\n");
            RawHttp.Response response = connection.response();
            assertThat(response.status()).isEqualTo(200);
            response.body().readAllBytes();
            drip(connection, "x", Duration.ofMillis(200));

            assertThat(closes(connection)).isTrue();
        }
    }

    @Test
    void endsABodyThatStops() throws IOException {
        try (RawHttp upload = RawHttp.connect(gateway.uri());
                RawHttp of2018 = RawHttp.connect(gateway.uri())) {
            upload.send(PUT + "x".repeat(100_000));
            of2018.send(UPLOAD_OF_2018 + "x".repeat(100_000));

            for (String said : List.of(detail(upload.response()), messageOf2018(of2018.response()))) {
                assertThat(said).contains("No byte of the body arrived for 3.0 s");
            }
        }
    }

    /**
     * While the gateway waits for the store, nobody waits for the client. Tomcat would count that time, and stop
     * looking for the client's bytes a second after they are waited for.
     */
    @Test
    void givesAClientItsWholeTimeAfterTheStoresPause() throws Exception {
        Pauses.repeatedWhereLongerThan(MAX_IDLE, pauses -> {
            relay.hold();
            try (RawHttp upload = RawHttp.connect(gateway.uri())) {
                upload.send("PUT /v1/objects/demo/paused HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2"
                        + "\r\nIf-None-Match: *\r\nExpect: 100-continue\r\n\r\n");
                long began = System.nanoTime();
                await().until(() ->
                        System.nanoTime() - began > MAX_IDLE.multipliedBy(2).toNanos());
                relay.release();
                pauses.begin();
                assertThat(upload.response().status()).isEqualTo(100);
                Thread.sleep(1_500);
                upload.send("ab");
                int status = upload.response().status();
                pauses.end();
                return status == 201;
            } finally {
                relay.release();
            }
        });
        store.s3().deleteObject(request -> request.bucket(BUCKET).key("paused"));
    }

    /** Slower than the network, faster than the minimum, for longer than a period. */
    @Test
    void takesABodyThatKeepsThePace() throws Exception {
        Pauses.repeatedWhereLongerThan(MAX_IDLE, pauses -> {
            try (RawHttp upload = RawHttp.connect(gateway.uri())) {
                upload.send("PUT /v1/objects/demo/object HTTP/1.1\r\nHost: gateway\r\nContent-Length: 80000\r\n\r\n");
                for (int i = 0; i < 80; i++) {
                    pauses.begin();
                    upload.send(new byte[1_000]);
                    // The pace of a slow client.
                    Thread.sleep(80);
                    pauses.end();
                }
                return upload.response().status() == 200;
            }
        });
    }

    /**
     * Never silent for too long, though the kernel tells of room a megabyte at a time, and never as fast as it must
     * be.
     */
    @Test
    void cutsAResponseThatIsTakenTooSlowly() throws Exception {
        store.s3().putObject(request -> request.bucket(BUCKET).key("large"), RequestBody.fromBytes(new byte[32 << 20]));
        Pauses.repeatedWhereLongerThan(Duration.ofMillis(500), pauses -> {
            try (RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
                download.send("GET /v1/objects/demo/large HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = responseOf(download);
                assertThat(response.status()).isEqualTo(200);
                byte[] piece = new byte[400_000];
                assertThatThrownBy(() -> {
                            pauses.begin();
                            while (response.body().readNBytes(piece, 0, piece.length) == piece.length) {
                                // The pace of a slow client.
                                Thread.sleep(250);
                                pauses.end();
                                pauses.begin();
                            }
                        })
                        .isInstanceOf(IOException.class);
                String line = "[" + response.headers().get("x-request-id") + "]";
                await(
                        "a line in the access log",
                        gateway::output,
                        () -> gateway.output()
                                .lines()
                                .anyMatch(printed -> printed.contains(line) && printed.contains("cut-by-gateway")));
                return gateway.output()
                        .lines()
                        .anyMatch(printed -> printed.contains(line) && printed.contains("code=REQUEST_TOO_SLOW"));
            }
        });
        store.s3().deleteObject(request -> request.bucket(BUCKET).key("large"));
    }

    /** What they wait for is the store, so none of them is slow. */
    @Test
    void servesProbesAndRefusesTheRestWhileEveryConnectionServes() throws Exception {
        List<RawHttp> served = new ArrayList<>();
        relay.hold();
        try {
            for (int i = 0; i < 8; i++) {
                RawHttp download = RawHttp.connect(gateway.uri());
                served.add(download);
                download.send("GET /v1/objects/demo/object HTTP/1.1\r\nHost: gateway\r\n\r\n");
            }
            // Not found, until all of them are served.
            await().until(() -> get("/v1/nothing").status() == 503);

            Seen busy = get("/v1/nothing");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.headers()).containsEntry("connection", "close").containsEntry("retry-after", "1");
            assertThat(busy.json().get("code").asString()).isEqualTo("BUSY");
            assertThat(get("/file/nothing").json().get("msg").asString()).contains("All 8 connections");
            for (String probe : List.of("/livez", "/readyz", "/status/healthcheck")) {
                assertThat(get(probe).status()).as(probe).isEqualTo(200);
            }
            relay.release();
            // Side by side: one that waited for its turn would be too slow, however small it is.
            try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<byte[]>> bodies = new ArrayList<>();
                for (RawHttp download : served) {
                    bodies.add(readers.submit(() -> {
                        RawHttp.Response response = download.response();
                        assertThat(response.status()).isEqualTo(200);
                        return response.body().readAllBytes();
                    }));
                }
                for (Future<byte[]> body : bodies) {
                    assertThat(body.get()).isNotEmpty();
                }
            }
        } finally {
            relay.release();
            for (RawHttp download : served) {
                download.close();
            }
        }
    }

    private record Seen(int status, Map<String, String> headers, JsonNode json) {}

    private Seen get(String path) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            RawHttp.Response response = connection.response();
            byte[] body = response.body().readAllBytes();
            boolean json = response.headers().getOrDefault("content-type", "").contains("json");
            return new Seen(
                    response.status(),
                    response.headers(),
                    new JsonMapper().readTree(json ? body : "{}".getBytes(UTF_8)));
        }
    }

    /** Whether the server ends the connection, with a reset where bytes are on their way. */
    private static boolean closes(RawHttp connection) throws IOException {
        try {
            return connection.responseIfAny() == null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** A response that never comes is an assertion that does not hold. */
    private static RawHttp.Response responseOf(RawHttp connection) {
        try {
            return connection.response();
        } catch (IOException e) {
            return fail("no response", e);
        }
    }

    private static String detail(RawHttp.Response response) throws IOException {
        return problem(response).get("detail").asString();
    }

    private static String messageOf2018(RawHttp.Response response) throws IOException {
        assertThat(response.status()).isEqualTo(408);
        JsonNode json = new JsonMapper().readTree(response.body().readAllBytes());
        assertThat(json.get("status").asString()).isEqualTo("error");
        return json.get("msg").asString();
    }

    private static JsonNode problem(RawHttp.Response response) throws IOException {
        assertThat(response.status()).isEqualTo(408);
        assertThat(response.headers()).containsEntry("connection", "close");
        JsonNode problem = new JsonMapper().readTree(response.body().readAllBytes());
        assertThat(problem.get("code").asString()).isEqualTo("REQUEST_TOO_SLOW");
        assertThat(problem.get("status").asInt()).isEqualTo(408);
        return problem;
    }

    /** A piece now and then, until the connection is closed on either side. */
    private static void drip(RawHttp connection, String piece, Duration pause) {
        drip(connection, piece, pause, new Pauses());
    }

    private static void drip(RawHttp connection, String piece, Duration pause, Pauses pauses) {
        pauses.begin();
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    connection.send(piece);
                    pauses.end();
                    pauses.begin();
                    // The pace of a slow client.
                    Thread.sleep(pause);
                }
            } catch (SocketException e) {
                // That is how it ends.
                return;
            } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
