package dev.banhmi.gateway.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;

/** SIGTERM while transfers run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShutdownIT {

    private static final String BUCKET = "demo";
    private static final Duration PRE_STOP_DELAY = Duration.ofSeconds(2);
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
        try (GatewayProcess gateway = gateway();
                RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            download.send(get("/file/download?bucket=demo&key=object"));
            RawHttp.Response response = download.response();
            assertThat(response.status()).isEqualTo(206);
            // Reads for about twice as long as the port stays open.
            Future<String> slow = threads.submit(() -> GeneratedContent.sha256(
                    new Paced(response.body(), CONTENT.length(), PRE_STOP_DELAY.multipliedBy(2))));

            gateway.terminate();
            long terminated = System.nanoTime();

            await().pollDelay(Duration.ZERO)
                    .atMost(Duration.ofSeconds(1))
                    .untilAsserted(() -> assertThat(status(gateway, "/readyz")).isEqualTo(503));
            assertThat(status(gateway, "/status/healthcheck")).isEqualTo(503);
            assertThat(status(gateway, "/livez")).isEqualTo(200);
            assertThat(answersConnectionClose(gateway, "/v1/objects/demo/object"))
                    .isTrue();
            assertThat(answersConnectionClose(gateway, "/v1/objects/demo/none")).isTrue();
            assertThat(answersConnectionClose(gateway, "/file/status?bucket=demo&key=object"))
                    .isTrue();
            assertThat(status(gateway, "/file/status?bucket=demo&key=object"))
                    .as("the load balancer still sends requests until its probes have failed")
                    .isEqualTo(200);
            await().until(() -> System.nanoTime() - terminated > PRE_STOP_DELAY.toNanos() * 2 / 3);
            assertThat(status(gateway, "/readyz"))
                    .as("the port stays open for the pre-stop delay")
                    .isEqualTo(503);
            await().atMost(PRE_STOP_DELAY.plusSeconds(1)).until(() -> isClosed(gateway));
            assertThat(slow.isDone()).as("the download still runs").isFalse();

            assertThat(slow.get()).isEqualTo(CONTENT.sha256());
            assertThat(gateway.awaitExit(Duration.ofSeconds(10))).isZero();
            assertThat(gateway.leftovers()).isEmpty();
        }
    }

    @Test
    void finishesASlowUploadAndExitsWith0() throws Exception {
        GeneratedContent content = new GeneratedContent(51, 20L << 20);
        String head = "--B\r\nContent-Type: application/json\r\n\r\n{\"bucket\":\"demo\",\"key\":\"up\",\"size\":"
                + content.length() + ",\"parts\":1}\r\n--B\r\nContent-Type: application/octet-stream\r\n\r\n";
        String tail = "\r\n--B--\r\n";
        try (GatewayProcess gateway = gateway();
                RawHttp upload = RawHttp.connect(gateway.uri())) {
            upload.send("POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; boundary=B\r\n"
                    + "Content-Length: " + (head.length() + content.length() + tail.length()) + "\r\n\r\n" + head);
            try (InputStream bytes = new Paced(content.open(), content.length(), PRE_STOP_DELAY.multipliedBy(2))) {
                upload.send(bytes.readNBytes(1 << 20));
                gateway.terminate();
                bytes.transferTo(upload.output());
            }
            assertThat(isClosed(gateway)).isTrue();
            upload.send(tail);

            RawHttp.Response response = upload.response();

            assertThat(response.status()).isEqualTo(200);
            assertThat(new String(response.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("success");
            assertThat(gateway.awaitExit(Duration.ofSeconds(10))).isZero();
        }
        assertThat(store.openMultipartUploads(BUCKET)).isEmpty();
    }

    @Test
    void exitsWith0WhenNothingRunsAlthoughAConnectionIsKeptAlive() throws Exception {
        try (GatewayProcess gateway = gateway();
                RawHttp idle = RawHttp.connect(gateway.uri())) {
            idle.send(get("/livez"));
            RawHttp.Response response = idle.response();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body().readAllBytes()).isNotEmpty();

            gateway.terminate();

            assertThat(gateway.awaitExit(PRE_STOP_DELAY.plusSeconds(5))).isZero();
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

            assertThat(gateway.awaitExit(Duration.ofSeconds(10))).isZero();
            assertThatIOException()
                    .as("what was cut must not look whole")
                    .isThrownBy(() -> response.body().readAllBytes());
        }
    }

    private GatewayProcess gateway() {
        return settings()
                .set("banhmi.shutdown.pre-stop-delay", PRE_STOP_DELAY.toMillis() + "ms")
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

    private static boolean answersConnectionClose(GatewayProcess gateway, String target) throws IOException {
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

    /** Hands out its bytes evenly over a time. */
    private static final class Paced extends FilterInputStream {

        private final long length;
        private final long nanos;
        private final long start = System.nanoTime();
        private long handedOut;

        Paced(InputStream bytes, long length, Duration time) {
            super(bytes);
            this.length = length;
            this.nanos = time.toNanos();
        }

        @Override
        public int read(byte[] target, int offset, int count) throws IOException {
            long due = start + (long) ((double) nanos * handedOut / length);
            try {
                // The pace of a slow client.
                Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
            int read = super.read(target, offset, Math.min(count, 64 * 1024));
            handedOut += Math.max(0, read);
            return read;
        }
    }
}
