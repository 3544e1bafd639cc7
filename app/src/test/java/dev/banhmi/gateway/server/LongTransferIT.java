package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.LogByTest;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Transfers that go on for longer than any may. */
@Order(4)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LongTransferIT {

    private static final String BUCKET = "demo";

    /** Enough for what has to arrive before it is over, also on a busy machine. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** A part of it is in the store by then; it has to arrive before the time is over, so it is no more than that. */
    private static final int ONE_PART_AND_SOME = 9 << 20;

    private static final GeneratedContent CONTENT = new GeneratedContent(60, 40L << 20);

    /** Takes a fraction of the longest time, also on a busy machine. */
    private static final GeneratedContent SHORT = new GeneratedContent(61, 2L << 20);

    private final StoreProcess store = Emulator.S3PROXY.start();
    private final GatewayProcess gateway = GatewayProcess.builder()
            .store(store.endpoint(), store.credentials())
            .set("banhmi.buckets.demo.key-layout", "plain")
            .set("banhmi.transfer.max-request-duration", LONGEST.toMillis() + "ms")
            .set("banhmi.transfer.max-wait", "1s")
            .start();

    private final LogByTest log = new LogByTest(gateway::output);

    @BeforeAll
    void putObject() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        store.s3().putObject(request -> request.bucket(BUCKET).key("object"), RequestBody.fromBytes(CONTENT.bytes()));
        store.s3().putObject(request -> request.bucket(BUCKET).key("short"), RequestBody.fromBytes(SHORT.bytes()));
    }

    @BeforeEach
    void beginsInTheLog(TestInfo test) {
        log.begin(test.getDisplayName());
    }

    @AfterEach
    void leavesNoFaultInTheLog() {
        log.end();
    }

    @AfterAll
    void stop() {
        gateway.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, ONE_PART_AND_SOME})
    void endsAnUploadWithNothingStored(int atOnce) throws IOException {
        try (RawHttp upload = RawHttp.connect(gateway.uri())) {
            upload.send("PUT /v1/objects/demo/slow HTTP/1.1\r\nHost: gateway\r\nContent-Length: 40000000\r\n\r\n");
            upload.send(new byte[atOnce]);
            trickle(upload);

            RawHttp.Response response = upload.response();

            assertThat(response.status()).isEqualTo(408);
            assertThat(response.headers()).containsEntry("connection", "close");
            JsonNode problem = new JsonMapper().readTree(response.body().readAllBytes());
            assertThat(problem.get("code").asString()).isEqualTo("TRANSFER_TOO_LONG");
            assertThat(problem.get("detail").asString()).contains(LONGEST.toString());
        }
        assertNothingStored();
    }

    @Test
    void endsAnUploadOf2018WithNothingStored() throws IOException {
        try (RawHttp upload = RawHttp.connect(gateway.uri())) {
            upload.send("POST /file/upload HTTP/1.1\r\nHost: gateway\r\nContent-Type: multipart/mixed; boundary=B\r\n"
                    + "Content-Length: 40000000\r\n\r\n--B\r\nContent-Type: application/json\r\n\r\n"
                    + "{\"bucket\":\"demo\",\"key\":\"slow\",\"size\":30000000,\"parts\":1}"
                    + "\r\n--B\r\nContent-Type: application/octet-stream\r\n\r\n");
            upload.send(new byte[ONE_PART_AND_SOME]);
            trickle(upload);

            RawHttp.Response response = upload.response();

            assertThat(response.status()).isEqualTo(408);
            assertThat(new String(response.body().readNBytes(60), UTF_8))
                    .startsWith("{\"status\":\"error\",\"msg\":\"The transfer was not finished after");
        }
        assertNothingStored();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects/demo/object", "/file/download?bucket=demo&key=object"})
    void cutsADownloadAndSaysSoInOneLine(String target) throws Exception {
        String id;
        try (RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            download.send("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            RawHttp.Response response = download.response();
            assertThat(response.status()).isIn(200, 206);
            id = "[" + response.headers().get("x-request-id") + "]";
            long started = System.nanoTime();
            await().until(() -> System.nanoTime() - started > LONGEST.toNanos());

            assertThatIOException()
                    .as("what was cut must not look whole")
                    .isThrownBy(() -> response.body().readAllBytes());
        }
        await().untilAsserted(() -> assertThat(linesWith(id))
                .anyMatch(line -> line.contains("cut-by-gateway code=TRANSFER_TOO_LONG in=0 ")));
        assertThat(linesWith(id))
                .filteredOn(line -> line.contains(" WARN "))
                .singleElement()
                .asString()
                .contains("the response was cut, TRANSFER_TOO_LONG: ");
        assertThat(gateway.output()).doesNotContain("\tat ");
    }

    private List<String> linesWith(String id) {
        return gateway.output().lines().filter(line -> line.contains(id)).toList();
    }

    @Test
    void leavesShorterTransfersAlone() throws IOException {
        for (String target : new String[] {"/v1/objects/demo/short", "/file/download?bucket=demo&key=short"}) {
            // A busy machine may need more than one try for one that is short enough.
            await().until(() -> isWhole(target));
        }
    }

    /** False when the download took as long as one may; what is cut before that fails the test. */
    private boolean isWhole(String target) throws IOException {
        long began = System.nanoTime();
        try (RawHttp download = RawHttp.connect(gateway.uri())) {
            download.send("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
            assertThat(GeneratedContent.sha256(download.response().body())).isEqualTo(SHORT.sha256());
            return true;
        } catch (EOFException | SocketException cut) {
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("cut before the longest time: %s", cut)
                    .isGreaterThanOrEqualTo(LONGEST);
            return false;
        }
    }

    /** A byte now and then, until the connection is closed on either side. */
    private static void trickle(RawHttp upload) {
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    upload.send("x");
                    // The pace of a slow client.
                    Thread.sleep(Duration.ofMillis(100));
                }
            } catch (IOException e) {
                // That is how it ends.
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void assertNothingStored() {
        await().untilAsserted(
                        () -> assertThat(store.openMultipartUploads(BUCKET)).isEmpty());
        assertThat(store.objects(BUCKET)).containsExactly("object", "short");
    }
}
