package dev.banhmi.gateway.lifecycle;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;

/** SIGTERM while transfers run. */
@Order(5)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShutdownIT {

    private static final String BUCKET = "demo";

    /** Enough, as a rule, to look at what is true until the port is closed. */
    private static final Duration PRE_STOP_DELAY = Duration.ofSeconds(5);

    /** {@code TransferEnd} gives them this much. */
    private static final Duration TIME_FOR_REFUSALS = Duration.ofSeconds(2);

    private static final Pattern WITHOUT_RESPONSE = Pattern.compile("requests without a response (\\d+) ms after");

    private static final Duration SHORT_DELAY = Duration.ofMillis(500);
    private static final GeneratedContent CONTENT = new GeneratedContent(50, 40L << 20);

    private final StoreProcess store = Emulator.S3PROXY.start();

    @BeforeAll
    void putObject() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        store.s3().putObject(request -> request.bucket(BUCKET).key("object"), RequestBody.fromBytes(CONTENT.bytes()));
    }

    @AfterAll
    void stopStore() {
        store.close();
    }

    @Test
    void finishesASlowDownloadAndExitsWith0() throws Exception {
        Duration delay = PRE_STOP_DELAY;
        while (!finishesASlowDownload(delay)) {
            delay = delay.multipliedBy(2);
            assertThat(delay)
                    .as("not even half of this was enough to see what is true until the port is closed")
                    .isLessThan(HANGS);
        }
    }

    /** False when this machine was too busy to look at everything before the port was closed. */
    private boolean finishesASlowDownload(Duration delay) throws Exception {
        try (GatewayProcess gateway = gateway(delay);
                RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            download.send(get("/file/download?bucket=demo&key=object"));
            RawHttp.Response response = download.response();
            assertThat(response.status()).isEqualTo(206);
            byte[] beginning = response.body().readNBytes(1 << 20);

            long terminated = System.nanoTime();
            gateway.terminate();

            try {
                failsItsProbesAndServesOn(gateway);
            } catch (IOException | AssertionError e) {
                if (Duration.ofNanos(System.nanoTime() - terminated).compareTo(delay) < 0) {
                    throw e;
                }
                System.out.println("too late for a pre-stop delay of " + delay + ": " + e);
                return false;
            }
            await().until(() -> isClosed(gateway));
            assertThat(Duration.ofNanos(System.nanoTime() - terminated))
                    .as("the port stays open for the pre-stop delay")
                    .isGreaterThanOrEqualTo(delay);

            // The client takes the rest only now, so the port was closed while the download was under way.
            assertThat(GeneratedContent.sha256(
                            new SequenceInputStream(new ByteArrayInputStream(beginning), response.body())))
                    .isEqualTo(CONTENT.sha256());
            assertThat(gateway.awaitExit(HANGS)).isZero();
            assertThat(gateway.leftovers()).isEmpty();
            return true;
        }
    }

    private static void failsItsProbesAndServesOn(GatewayProcess gateway) throws IOException {
        await().untilAsserted(() -> assertThat(status(gateway, "/readyz")).isEqualTo(503));
        assertThat(status(gateway, "/status/healthcheck")).isEqualTo(503);
        assertThat(status(gateway, "/livez")).isEqualTo(200);
        assertThat(respondsWithConnectionClose(gateway, "/v1/objects/demo/object"))
                .isTrue();
        assertThat(respondsWithConnectionClose(gateway, "/v1/objects/demo/none"))
                .isTrue();
        assertThat(respondsWithConnectionClose(gateway, "/file/status?bucket=demo&key=object"))
                .isTrue();
        assertThat(status(gateway, "/file/status?bucket=demo&key=object"))
                .as("the load balancer still sends requests until its probes have failed")
                .isEqualTo(200);
    }

    @Test
    void finishesASlowUploadAndExitsWith0() throws Exception {
        GeneratedContent content = new GeneratedContent(51, 20L << 20);
        String head = "--B\r\nContent-Type: application/json\r\n\r\n{\"bucket\":\"demo\",\"key\":\"up\",\"size\":"
                + content.length() + ",\"parts\":1}\r\n--B\r\nContent-Type: application/octet-stream\r\n\r\n";
        String tail = "\r\n--B--\r\n";
        try (GatewayProcess gateway = gateway(SHORT_DELAY);
                RawHttp upload = RawHttp.connect(gateway.uri())) {
            upload.send("POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; boundary=B\r\n"
                    + "Expect: 100-continue\r\nContent-Length: "
                    + (head.length() + content.length() + tail.length()) + "\r\n\r\n");
            assertIsBeingRead(upload);
            upload.send(head);
            try (InputStream bytes = content.open()) {
                upload.send(bytes.readNBytes(1 << 20));
                gateway.terminate();
                await().until(() -> isClosed(gateway));
                bytes.transferTo(upload.output());
            }
            upload.send(tail);

            RawHttp.Response response = upload.response();

            assertThat(response.status()).isEqualTo(200);
            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("success");
            assertThat(gateway.awaitExit(HANGS)).isZero();
        }
        assertThat(store.openMultipartUploads(BUCKET)).isEmpty();
    }

    @Test
    void exitsWith0WhenNothingRunsAlthoughAConnectionIsKeptAlive() throws Exception {
        // Whatever would let go of the connection by itself does so later than the test waits.
        try (GatewayProcess gateway = settings()
                        .set("banhmi.shutdown.pre-stop-delay", SHORT_DELAY.toMillis() + "ms")
                        .set("banhmi.shutdown.in-flight-timeout", "10m")
                        .set("server.tomcat.keep-alive-timeout", "10m")
                        .start();
                RawHttp idle = RawHttp.connect(gateway.uri())) {
            idle.send(get("/livez"));
            RawHttp.Response response = idle.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body().readAllBytes()).isNotEmpty();

            gateway.terminate();

            assertThat(gateway.awaitExit(HANGS)).isZero();
        }
    }

    @Test
    void cutsATransferThatDoesNotEndInTime() throws Exception {
        try (GatewayProcess gateway = settings()
                        .set("banhmi.shutdown.pre-stop-delay", "0s")
                        .set("banhmi.shutdown.in-flight-timeout", "1s")
                        .start();
                RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            download.send(get("/file/download?bucket=demo&key=object"));
            RawHttp.Response response = download.response();
            assertThat(response.status()).isEqualTo(206);

            gateway.terminate();

            assertThat(gateway.awaitExit(HANGS)).isZero();
            assertThatIOException()
                    .as("what was cut must not look whole")
                    .isThrownBy(() -> response.body().readAllBytes());
        }
    }

    /** Nothing but the close says where such a response ends, so a close that comes too early must not be clean. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n", "HTTP/1.1\r\n"})
    void resetsAConnectionWhoseEndWouldSayThatTheResponseIsWhole(String version) throws Exception {
        Duration delay = PRE_STOP_DELAY;
        while (!resetsAConnection(version, delay)) {
            delay = delay.multipliedBy(2);
            assertThat(delay)
                    .as("not even half of this was enough to begin before the port is closed")
                    .isLessThan(HANGS);
        }
    }

    /** False when this machine was too busy to begin the download before the port was closed. */
    private boolean resetsAConnection(String version, Duration delay) throws Exception {
        try (GatewayProcess gateway = settings()
                        .set("banhmi.shutdown.pre-stop-delay", delay.toMillis() + "ms")
                        .set("banhmi.shutdown.in-flight-timeout", "1s")
                        .start();
                Socket download = new Socket()) {
            long began = System.nanoTime();
            try {
                if (version.startsWith("HTTP/1.1")) {
                    // From now on every response closes its connection, and Tomcat sends none of those in chunks.
                    gateway.terminate();
                    await().untilAsserted(
                                    () -> assertThat(status(gateway, "/readyz")).isEqualTo(503));
                }
                beginsWithoutALength(download, gateway, version);
            } catch (IOException | AssertionError e) {
                if (Duration.ofNanos(System.nanoTime() - began).compareTo(delay) < 0) {
                    throw e;
                }
                System.out.println("too late for a pre-stop delay of " + delay + ": " + e);
                return false;
            }

            gateway.terminate();

            assertThat(gateway.awaitExit(HANGS)).isZero();
            assertThatIOException()
                    .as("what was cut must not look whole")
                    .isThrownBy(() -> download.getInputStream().readAllBytes())
                    .withMessageContaining("reset");
            return true;
        }
    }

    private static void beginsWithoutALength(Socket download, GatewayProcess gateway, String version)
            throws IOException {
        download.setReceiveBufferSize(64 * 1024);
        download.connect(
                new InetSocketAddress(gateway.uri().getHost(), gateway.uri().getPort()));
        download.getOutputStream()
                .write(("GET /file/download?bucket=demo&key=object " + version + "Host: gateway\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        byte[] beginning = download.getInputStream().readNBytes(2000);
        assertThat(new String(beginning, StandardCharsets.ISO_8859_1))
                .contains(" 206 ")
                .doesNotContainIgnoringCase("content-length", "transfer-encoding");
    }

    /** And one that is whole ends as ever, with all of its bytes. */
    @Test
    void sendsAllOfAResponseWithoutALength() throws Exception {
        try (GatewayProcess gateway = settings().start();
                Socket download =
                        new Socket(gateway.uri().getHost(), gateway.uri().getPort())) {
            download.getOutputStream()
                    .write("GET /file/download?bucket=demo&key=object HTTP/1.0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] response = download.getInputStream().readAllBytes();

            byte[] body = Arrays.copyOfRange(response, response.length - (int) CONTENT.length(), response.length);
            assertThat(GeneratedContent.sha256(new ByteArrayInputStream(body))).isEqualTo(CONTENT.sha256());
        }
    }

    /** The class is loaded before there is anything to shut down; with a cache of classes, it would be at once. */
    @Test
    void exitsWith0WhenTheStartHasOnlyBegun() {
        try (GatewayProcess gateway = settings()
                .fromItsJar()
                .jvmOption("-Xlog:class+load=info:stdout")
                .launch()) {
            await().until(() -> gateway.output().contains("boot.context.event.ApplicationStartingEvent"));

            gateway.terminate();

            assertThat(gateway.awaitExit(HANGS)).isZero();
        }
    }

    /** The store takes every connection and never responds; the SDK's timers end before its calls do. */
    @Test
    void saysThatItHasEndedWhatWaitedForTheStore() throws Exception {
        Map<String, String> requests = Map.of(
                "read", "GET /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: read\r\n\r\n",
                "list", "GET /v1/objects/demo HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: list\r\n\r\n",
                "delete", "DELETE /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: delete\r\n\r\n",
                "write",
                        "PUT /v1/objects/demo/x HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: write\r\n"
                                + "Content-Length: 3\r\n\r\nabc");
        Pauses.repeatedWhereLongerThan(TIME_FOR_REFUSALS, pauses -> {
            try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                    GatewayProcess gateway = GatewayProcess.builder()
                            .store(
                                    URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                                    new StoreProcess.Credentials("nobody", "nothing"))
                            .hashedBucket("demo")
                            .set("banhmi.shutdown.pre-stop-delay", "1s")
                            .set("banhmi.shutdown.in-flight-timeout", "1s")
                            .set("banhmi.shutdown.abort-timeout", "1s")
                            .start()) {
                return isSaid(gateway, pauses, () -> saysThatItHasEndedWhatWaitsFor(silent, requests, gateway));
            }
        });
    }

    private static void saysThatItHasEndedWhatWaitsFor(
            ServerSocket silent, Map<String, String> requests, GatewayProcess gateway) throws IOException {
        Map<String, RawHttp> clients = new HashMap<>();
        List<Socket> calls = new ArrayList<>();
        try {
            for (Map.Entry<String, String> request : requests.entrySet()) {
                RawHttp client = RawHttp.connect(gateway.uri());
                clients.put(request.getKey(), client);
                client.send(request.getValue());
            }
            // That of the write is the look whether it creates the object, before which nothing is sent.
            for (int call = 0; call < requests.size(); call++) {
                calls.add(silent.accept());
                calls.getLast().getInputStream().read();
            }
            gateway.terminate();
            for (Map.Entry<String, RawHttp> client : clients.entrySet()) {
                boolean changes = client.getKey().equals("delete");
                RawHttp.Response response = client.getValue().response();
                String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(response.status())
                        .as("%s: %s", client.getKey(), body)
                        .isEqualTo(changes ? 504 : 503);
                assertThat(body).contains(changes ? "OUTCOME_UNKNOWN" : "SHUTTING_DOWN");
            }
            assertThat(gateway.awaitExit(HANGS)).isZero();
            assertThat(gateway.output()).doesNotContain("a fault in the gateway", "RejectedExecutionException\n\tat");
        } finally {
            for (RawHttp client : clients.values()) {
                client.close();
            }
            for (Socket call : calls) {
                call.close();
            }
        }
    }

    /** The client sends on, so it is not at fault. */
    @Test
    void saysThatItHasEndedAnUpload() throws Exception {
        String metadata = "--B\r\nContent-Type: application/json\r\n\r\n{\"bucket\":\"demo\",\"key\":\"cut\","
                + "\"size\":1000,\"parts\":1}\r\n--B\r\n\r\nabc";
        String chunk = Integer.toHexString(metadata.length()) + "\r\n" + metadata + "\r\n";
        String v1 = "PUT /v1/objects/demo/cut HTTP/1.1\r\nHost: gateway\r\nX-Request-Id: ";
        String of2018 = "POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; boundary=B\r\n"
                + "X-Request-Id: ";
        String length = "\r\nExpect: 100-continue\r\nContent-Length: ";
        String chunked = "\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked";
        Map<String, List<String>> uploads = Map.of(
                "v1-length", List.of(v1 + "v1-length" + length + "1000\r\n\r\n", "abc"),
                "v1-chunked", List.of(v1 + "v1-chunked" + chunked + "\r\n\r\n", "3\r\nabc\r\n"),
                "2018-length", List.of(of2018 + "2018-length" + length + "2000\r\n\r\n", metadata),
                "2018-chunked", List.of(of2018 + "2018-chunked" + chunked + "\r\n\r\n", chunk));
        Pauses.repeatedWhereLongerThan(TIME_FOR_REFUSALS, pauses -> {
            try (GatewayProcess gateway = settings()
                    .set("banhmi.shutdown.pre-stop-delay", "1s")
                    .set("banhmi.shutdown.in-flight-timeout", "1s")
                    .start()) {
                return isSaid(gateway, pauses, () -> saysThatItHasEnded(uploads, gateway));
            }
        });
        assertThat(store.openMultipartUploads(BUCKET)).isEmpty();
    }

    private static void saysThatItHasEnded(Map<String, List<String>> uploads, GatewayProcess gateway)
            throws IOException {
        Map<String, RawHttp> clients = new HashMap<>();
        try {
            for (Map.Entry<String, List<String>> upload : uploads.entrySet()) {
                RawHttp client = RawHttp.connect(gateway.uri());
                clients.put(upload.getKey(), client);
                client.send(upload.getValue().getFirst());
                assertIsBeingRead(client);
                client.send(upload.getValue().getLast());
            }
            gateway.terminate();
            for (Map.Entry<String, RawHttp> client : clients.entrySet()) {
                RawHttp.Response response = client.getValue().response();
                String body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(response.status())
                        .as("%s: %s", client.getKey(), body)
                        .isEqualTo(503);
                assertThat(response.headers()).as(client.getKey()).containsKeys("retry-after", "x-request-id");
                assertThat(body).as(client.getKey()).contains("shutting down").doesNotContain("400");
            }
            assertThat(gateway.awaitExit(HANGS)).isZero();
            for (String id : uploads.keySet()) {
                List<String> lines = gateway.output()
                        .lines()
                        .filter(line -> line.contains(id))
                        .toList();
                assertThat(lines)
                        .filteredOn(line -> line.contains(" banhmi.access "))
                        .singleElement()
                        .asString()
                        .contains(" 503 cut-by-gateway code=SHUTTING_DOWN ");
                assertThat(lines)
                        .filteredOn(line -> line.contains(" WARN "))
                        .singleElement()
                        .asString()
                        .contains("SHUTTING_DOWN");
            }
        } finally {
            for (RawHttp client : clients.values()) {
                client.close();
            }
        }
    }

    private interface Look {

        void at() throws IOException;
    }

    /** Where a client is told nothing, how long the gateway tried tells whether the machine is to blame. */
    private static boolean isSaid(GatewayProcess gateway, Pauses pauses, Look look) throws IOException {
        try {
            look.at();
            return true;
        } catch (EOFException | SocketException nothing) {
            gateway.awaitExit(HANGS);
            pauses.tookAsPrinted(WITHOUT_RESPONSE, gateway.output());
            throw nothing;
        }
    }

    /** Whoever asks first whether to send a body is told when it is being read. */
    private static void assertIsBeingRead(RawHttp upload) throws IOException {
        assertThat(upload.response().status()).as("the request is being read").isEqualTo(100);
    }

    private GatewayProcess gateway(Duration preStopDelay) {
        return settings()
                .set("banhmi.shutdown.pre-stop-delay", preStopDelay.toMillis() + "ms")
                .start();
    }

    private GatewayProcess.Builder settings() {
        return GatewayProcess.builder()
                .store(store.endpoint(), store.credentials())
                .set("banhmi.buckets.demo.key-layout", "plain");
    }

    private static int status(GatewayProcess gateway, String target) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(get(target));
            return connection.response().status();
        }
    }

    private static boolean respondsWithConnectionClose(GatewayProcess gateway, String target) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(get(target));
            return connection
                    .response()
                    .headers()
                    .getOrDefault("connection", "")
                    .equals("close");
        }
    }

    private static boolean isClosed(GatewayProcess gateway) throws IOException {
        try {
            RawHttp.connect(gateway.uri()).close();
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n";
    }
}
