package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.LogByTest;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.IOException;
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

    /** Enough, as a rule, for what has to arrive before it is over. */
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /** A part of it is in the store by then, unless the machine is too slow to take it in that time. */
    private static final int ONE_PART_AND_SOME = 9 << 20;

    /** What a gateway that has run each kind of transfer before takes for a small one, as a rule. */
    private static final Duration WARM = Duration.ofSeconds(1);

    private static final int MOST_WARMING = 10;

    private static final GeneratedContent CONTENT = new GeneratedContent(60, 40L << 20);

    /** Takes a fraction of the longest time, as a rule. */
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
    void putObjects() throws IOException {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        store.s3().putObject(request -> request.bucket(BUCKET).key("object"), RequestBody.fromBytes(CONTENT.bytes()));
        store.s3().putObject(request -> request.bucket(BUCKET).key("short"), RequestBody.fromBytes(SHORT.bytes()));
        warmUp();
    }

    /** The first calls of a gateway are its slowest, and the longest time is to be one of the clients. */
    private void warmUp() throws IOException {
        String legacyBody = "--B\r\nContent-Type: application/json\r\n\r\n"
                + "{\"bucket\":\"demo\",\"key\":\"warm\",\"size\":1,\"parts\":1}"
                + "\r\n--B\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--B--\r\n";
        long took = Long.MAX_VALUE;
        for (int i = 0; i < MOST_WARMING && took > WARM.toNanos(); i++) {
            long began = System.nanoTime();
            warmUp("PUT /v1/objects/demo/warm HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1\r\n\r\nx");
            warmUp("GET /v1/objects/demo/warm HTTP/1.1\r\nHost: gateway\r\n\r\n");
            warmUp("GET /file/download?bucket=demo&key=warm HTTP/1.1\r\nHost: gateway\r\n\r\n");
            warmUp("DELETE /v1/objects/demo/warm HTTP/1.1\r\nHost: gateway\r\n\r\n");
            warmUp("POST /file/upload HTTP/1.1\r\nHost: gateway\r\n"
                    + "Content-Type: multipart/mixed; boundary=B\r\nContent-Length: " + legacyBody.length()
                    + "\r\n\r\n" + legacyBody);
            warmUp("DELETE /v1/objects/demo/warm HTTP/1.1\r\nHost: gateway\r\n\r\n");
            took = System.nanoTime() - began;
        }
        store.s3().deleteObject(request -> request.bucket(BUCKET).key("warm"));
    }

    private void warmUp(String request) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(request);
            connection.response().body().readAllBytes();
        }
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
            trickle(upload, atOnce);

            RawHttp.Response response = upload.response();

            assertThat(response.status()).isEqualTo(408);
            assertThat(response.headers()).containsEntry("connection", "close");
            JsonNode problem = new JsonMapper().readTree(response.body().readAllBytes());
            assertThat(problem.get("code").asString()).isEqualTo("TRANSFER_TOO_LONG");
            assertThat(problem.get("detail").asString()).contains(" after " + LONGEST.toSeconds() + " s, ");
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
            trickle(upload, ONE_PART_AND_SOME);

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
        Pauses.repeatedWhereLongerThan(LONGEST, pauses -> {
            String id;
            try (RawHttp download = RawHttp.connect(gateway.uri(), 64 * 1024)) {
                pauses.begin();
                download.send("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = download.response();
                pauses.end();
                if (isTooLate(response, pauses)) {
                    return false;
                }
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
            return true;
        });
        assertThat(gateway.output()).doesNotContain("\tat ");
    }

    /** Whether the gateway had not even begun to respond when the time was over. */
    private static boolean isTooLate(RawHttp.Response response, Pauses pauses) {
        return response.status() >= 400 && pauses.longest().compareTo(LONGEST) > 0;
    }

    private List<String> linesWith(String id) {
        return gateway.output().lines().filter(line -> line.contains(id)).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/objects/demo/short", "/file/download?bucket=demo&key=short"})
    void leavesShorterTransfersAlone(String target) throws Exception {
        // A busy machine may need more than one try for one that is short enough; what is cut before that fails the
        // test.
        Pauses.repeatedWhereLongerThan(LONGEST, pauses -> {
            try (RawHttp download = RawHttp.connect(gateway.uri())) {
                pauses.begin();
                download.send("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = download.response();
                if (isTooLate(response, pauses)) {
                    return false;
                }
                assertThat(GeneratedContent.sha256(response.body())).isEqualTo(SHORT.sha256());
                return true;
            }
        });
    }

    /** So many bytes, and then one now and then, until the connection is closed on either side. */
    private static void trickle(RawHttp upload, int atOnce) {
        Thread.startVirtualThread(() -> {
            try {
                upload.send(new byte[atOnce]);
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
