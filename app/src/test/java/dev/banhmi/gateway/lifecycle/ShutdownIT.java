package dev.banhmi.gateway.lifecycle;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;

/** SIGTERM while transfers run. */
@Order(5)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShutdownIT {

    private static final String BUCKET = "demo";

    /** Enough, as a rule, to look at what is true until the port is closed. */
    private static final Duration PRE_STOP_DELAY = Duration.ofSeconds(5);

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
                    + "Content-Length: " + (head.length() + content.length() + tail.length()) + "\r\n\r\n" + head);
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

    private GatewayProcess gateway(Duration preStopDelay) {
        return settings()
                .set("banhmi.shutdown.pre-stop-delay", preStopDelay.toMillis() + "ms")
                .start();
    }

    private GatewayProcess.Builder settings() {
        return GatewayProcess.builder()
                .shortLived()
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
