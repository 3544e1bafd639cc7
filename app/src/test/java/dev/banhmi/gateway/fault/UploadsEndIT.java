package dev.banhmi.gateway.fault;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.StoreProcess;
import dev.banhmi.testkit.TlsKeys;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Uploads that end in the middle leave nothing in a store that finishes parts late, and after the abort: counted in the
 * files of the store.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UploadsEndIT {

    private static final String BUCKET = "demo";
    private static final int MEBIBYTE = 1 << 20;
    private static final int PART = 8 * MEBIBYTE;

    /** Every part of it is on its way at once, and the last one is not full. */
    private static final GeneratedContent CONTENT = new GeneratedContent(61, 3 * PART + 3 * MEBIBYTE);

    /** Of uploads at a time: each has its parts in this JVM's memory. */
    private static final int AT_ONCE = 4;

    private static final int PARTS_AT_ONCE = 12;

    /** {@code TransferEnd} gives them this much. */
    private static final Duration TIME_FOR_REFUSALS = Duration.ofSeconds(2);

    private static final Pattern WITHOUT_RESPONSE = Pattern.compile("requests without a response (\\d+) ms after");

    private static final Duration LATER_THAN_THE_CUT = Duration.ofSeconds(2);

    private final StoreProcess store = Emulator.S3PROXY.start();

    @BeforeAll
    void createBucket() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
    }

    @AfterAll
    void stopStore() {
        store.close();
    }

    /** How many clients go away; a soak has more. */
    int clients() {
        return 24;
    }

    @Test
    void leavesNothingOfUploadsWhoseClientsGoAway() throws Exception {
        Random random = new Random(Seeds.seed(UploadsEndIT.class));
        Function<String, Duration> lateness = _ -> Duration.ofMillis(random.nextInt(1_000));
        Semaphore turns = new Semaphore(AT_ONCE);
        // Those of each fourth client are so late that the gateway gives them up before.
        try (LatePartsProxy late = LatePartsProxy.start(store.endpoint(), lateness, path -> path.endsWith("-late"));
                GatewayProcess gateway = gateway(late)
                        .set("banhmi.transfer.abort-retries", "1s,2s,3s,4s,30s")
                        .set("banhmi.transfer.max-idle", "30m")
                        .set("banhmi.server.body-rate-period", "1h")
                        .start();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < clients(); i++) {
                String name = "gone-" + i + (i % 4 == 3 ? "-late" : "");
                // At every chunk, and more often where several parts are on their way.
                int sent = (int) (CONTENT.length() * (i + 1) / (clients() + 1)) + random.nextInt(1000);
                // A reset takes with it what has not been read yet.
                boolean announced = i % 2 == 0;
                clients.add(threads.submit(() -> {
                    turns.acquire();
                    await().until(() -> late.waiting() < PARTS_AT_ONCE);
                    try (RawHttp client = begin(gateway.connect(), name, announced, sent)) {
                        if (name.endsWith("-late") && sent > PART + MEBIBYTE) {
                            // What has not come when the gateway gives it up cannot be late.
                            await().until(() -> late.hasCome(name));
                        }
                        if (announced) {
                            client.reset();
                        }
                    } finally {
                        turns.release();
                    }
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(HANGS.toSeconds(), TimeUnit.SECONDS);
            }
            await().until(() -> late.waiting() == 0);
            await().untilAsserted(() -> {
                assertNothingIsLeft();
                assertThat(late.orphans()).as("parts finished after the abort").isEmpty();
            });
            assertThat(late.everOrphaned())
                    .as("parts that were finished after the abort")
                    .isPositive();
            System.out.println("UploadsEndIT: " + late.finished() + " parts were finished, " + late.everOrphaned()
                    + " of them after the abort");
        }
        assertNothingIsLeft();
    }

    @Test
    void leavesNothingOfUploadsThatSigtermCuts() throws Exception {
        leavesNothingOfUploadsThatSigtermCuts(builder -> builder);
    }

    @Test
    void leavesNothingOfUploadsOverTlsThatSigtermCuts() throws Exception {
        TlsKeys keys = TlsKeys.create();
        leavesNothingOfUploadsThatSigtermCuts(builder -> builder.tls(keys));
    }

    /** Nothing else ends what the clients stopped sending: neither their silence nor their pace. */
    private void leavesNothingOfUploadsThatSigtermCuts(UnaryOperator<GatewayProcess.Builder> settings)
            throws Exception {
        Pauses.repeatedWhereLongerThan(TIME_FOR_REFUSALS, pauses -> {
            try (LatePartsProxy late = LatePartsProxy.start(store.endpoint(), _ -> Duration.ofSeconds(1));
                    GatewayProcess gateway = settings.apply(gateway(late))
                            .set("banhmi.transfer.max-idle", "30m")
                            .set("banhmi.server.body-rate-period", "1h")
                            .set("banhmi.shutdown.in-flight-timeout", "1s")
                            .set("banhmi.shutdown.abort-timeout", HANGS.toSeconds() + "s")
                            .start();
                    Cut cut = Cut.of(gateway, late)) {
                gateway.terminate();

                assertThat(gateway.awaitExit(HANGS)).isZero();
                assertThat(store.filesOfUploads(BUCKET)).as("at exit").isEmpty();
                assertNothingIsLeft();
                assertThat(gateway.output()).doesNotContain("shutting down with upload");
                return areTold(cut, gateway, pauses);
            }
        });
    }

    /** False where the machine took so long that the gateway had to close a connection without a word. */
    private static boolean areTold(Cut cut, GatewayProcess gateway, Pauses pauses) throws IOException {
        pauses.tookAsPrinted(WITHOUT_RESPONSE, gateway.output());
        List<Integer> statuses = cut.statuses();
        if (pauses.longest().compareTo(TIME_FOR_REFUSALS) >= 0 && statuses.contains(0)) {
            return false;
        }
        assertThat(statuses).as("what the clients are told").allMatch(status -> status >= 400);
        return true;
    }

    /** How many uploads a shutdown cuts; a soak has more. */
    int cut() {
        return 20;
    }

    @Test
    void leavesNothingOfManyUploadsThatSigtermCutsInEveryStage() throws Exception {
        Pauses.repeatedWhereLongerThan(TIME_FOR_REFUSALS, this::leavesNothingOfManyUploadsThatSigtermCutsInEveryStage);
    }

    private boolean leavesNothingOfManyUploadsThatSigtermCutsInEveryStage(Pauses pauses) throws Exception {
        Random random = new Random(Seeds.seed(UploadsEndIT.class));
        // However long it takes until all parts have come, those of the last upload are still on their way then.
        String last = "/cut-" + (cut() - 1);
        CountDownLatch terminated = new CountDownLatch(1);
        Function<String, Duration> lateness = path -> {
            if (path.endsWith(last)) {
                await().until(() -> terminated.getCount() == 0);
                return LATER_THAN_THE_CUT;
            }
            return Duration.ofMillis(random.nextInt(5_000));
        };
        try (LatePartsProxy late = LatePartsProxy.start(store.endpoint(), lateness);
                GatewayProcess gateway = gateway(late)
                        .set("banhmi.transfer.abort-retries", "1s,2s,3s,4s,30s")
                        .set("banhmi.shutdown.in-flight-timeout", "1s")
                        .set("banhmi.shutdown.abort-timeout", HANGS.toSeconds() + "s")
                        .start();
                Cut cut = Cut.inEveryStage(gateway, late, cut(), random)) {
            int onTheirWay = late.waiting();

            gateway.terminate();
            terminated.countDown();

            assertThat(gateway.awaitExit(HANGS)).isZero();
            assertThat(store.filesOfUploads(BUCKET)).as("at exit").isEmpty();
            assertNothingIsLeft();
            assertThat(late.waiting()).as("parts on their way at exit").isZero();
            assertThat(late.orphans()).as("parts finished after the abort").isEmpty();
            assertThat(gateway.output()).doesNotContain("shutting down with upload");
            assertThat(onTheirWay).as("parts on their way at SIGTERM").isPositive();
            System.out.println("UploadsEndIT: SIGTERM cut " + cut.clients().size() + " uploads with " + onTheirWay
                    + " parts" + " on their way and " + (late.finished() - onTheirWay) + " in the store");
            return areTold(cut, gateway, pauses);
        }
    }

    @Test
    void namesEveryUploadThatTheStoreDoesNotFinishInTime() throws Exception {
        try (LatePartsProxy late = LatePartsProxy.start(store.endpoint(), _ -> HANGS);
                GatewayProcess gateway = gateway(late)
                        .set("banhmi.shutdown.in-flight-timeout", "1s")
                        .set("banhmi.shutdown.abort-timeout", "5s")
                        .start();
                Cut _ = Cut.of(gateway, late)) {
            List<String> open = store.openMultipartUploads(BUCKET);
            assertThat(open).hasSize(Cut.UPLOADS);

            gateway.terminate();

            assertThat(gateway.awaitExit(HANGS)).isZero();
            for (String upload : open) {
                String[] keyAndId = upload.split(" ", 2);
                assertThat(gateway.output())
                        .contains("shutting down with upload " + keyAndId[1] + " of " + BUCKET + "/" + keyAndId[0]);
            }
        } finally {
            abortAll();
        }
    }

    /** The management port opens after the gateway's own. Its certificate comes when a part is on its way, and is none. */
    @Test
    void leavesNothingWhenTheStartFailsAfterThePortIsOpen() throws Exception {
        try (LatePartsProxy late = LatePartsProxy.start(store.endpoint(), _ -> Duration.ofMillis(200));
                Certificates certificates = Certificates.sentOnce(() -> late.waiting() + late.finished() > 0);
                GatewayProcess gateway = gateway(late)
                        .set("management.server.ssl.key-store", certificates.uri() + "keys.p12")
                        .set("banhmi.shutdown.abort-timeout", HANGS.toSeconds() + "s")
                        .launch();
                RawHttp _ = begin(RawHttp.connect(gateway.uriOfFirstPort()), "start", true, PART + MEBIBYTE)) {
            assertThat(gateway.awaitExit(HANGS)).isPositive();

            assertThat(store.filesOfUploads(BUCKET)).as("at exit").isEmpty();
            assertThat(gateway.output()).doesNotContain("shutting down with upload");
            assertThat(late.finished()).as("parts that came before the end").isPositive();
        }
        assertNothingIsLeft();
    }

    /** Sends what is no certificate. */
    private record Certificates(HttpServer server) implements AutoCloseable {

        static Certificates sentOnce(BooleanSupplier event) throws IOException {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                await().until(event::getAsBoolean);
                exchange.sendResponseHeaders(404, -1);
                exchange.close();
            });
            server.start();
            return new Certificates(server);
        }

        String uri() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private void assertNothingIsLeft() {
        assertThat(store.filesOfUploads(BUCKET)).as("parts").isEmpty();
        assertThat(store.openMultipartUploads(BUCKET)).as("uploads").isEmpty();
        assertThat(store.objects(BUCKET)).as("visible").isEmpty();
    }

    /** What a gateway could not, for the next test. */
    private void abortAll() {
        store.s3()
                .listMultipartUploads(request -> request.bucket(BUCKET))
                .uploads()
                .forEach(upload -> store.s3()
                        .abortMultipartUpload(request ->
                                request.bucket(BUCKET).key(upload.key()).uploadId(upload.uploadId())));
    }

    private GatewayProcess.Builder gateway(LatePartsProxy late) {
        return GatewayProcess.builder()
                .store(late.uri(), store.credentials())
                .set("banhmi.buckets.demo.key-layout", "plain");
    }

    /** An upload of which so many bytes are sent. */
    private static RawHttp begin(RawHttp client, String name, boolean announced, int sent) throws IOException {
        client.send("PUT /v1/objects/demo/" + name + " HTTP/1.1\r\nHost: gateway\r\n"
                + (announced ? "Content-Length: " + CONTENT.length() : "Transfer-Encoding: chunked") + "\r\n\r\n");
        try (InputStream bytes = CONTENT.open()) {
            int left = sent;
            while (left > 0) {
                byte[] piece = bytes.readNBytes(Math.min(left, 64 * 1024));
                if (!announced) {
                    client.send(Integer.toHexString(piece.length) + "\r\n");
                }
                client.send(piece);
                if (!announced) {
                    client.send("\r\n");
                }
                left -= piece.length;
            }
        }
        return client;
    }

    /** Uploads that wait for their clients. */
    private record Cut(List<RawHttp> clients) implements AutoCloseable {

        static final int UPLOADS = 3;

        /** In the middle of the third part, with two parts in the store or on their way. */
        static Cut of(GatewayProcess gateway, LatePartsProxy late) throws Exception {
            List<RawHttp> clients = new ArrayList<>();
            for (int i = 0; i < UPLOADS; i++) {
                clients.add(begin(gateway.connect(), "cut-" + i, i % 2 == 0, 2 * PART + MEBIBYTE));
            }
            await().until(() -> late.waiting() + late.finished() == 2 * UPLOADS);
            return new Cut(clients);
        }

        /** After the head, within the first, the second or a later part; those with most parts come last. */
        static Cut inEveryStage(GatewayProcess gateway, LatePartsProxy late, int count, Random random)
                throws Exception {
            List<RawHttp> clients = new ArrayList<>();
            int parts = 0;
            for (int i = 0; i < count; i++) {
                int stage = 4 * i / count;
                int beyond = 1 + random.nextInt(stage < 3 ? PART - 1 : PART + 3 * MEBIBYTE - 1);
                int sent = stage == 0 ? 0 : (stage - 1) * PART + beyond;
                await().until(() -> late.waiting() < PARTS_AT_ONCE);
                clients.add(begin(gateway.connect(), "cut-" + i, random.nextBoolean(), sent));
                parts += sent / PART;
            }
            int sentParts = parts;
            await().until(() -> late.waiting() + late.finished() == sentParts);
            return new Cut(clients);
        }

        /** What each is told; 0 when its connection ends without a word. */
        List<Integer> statuses() throws IOException {
            List<Integer> statuses = new ArrayList<>();
            for (RawHttp client : clients) {
                statuses.add(status(client));
            }
            return statuses;
        }

        private static int status(RawHttp client) throws IOException {
            try {
                return client.response().status();
            } catch (EOFException none) {
                return 0;
            }
        }

        @Override
        public void close() throws IOException {
            for (RawHttp client : clients) {
                client.close();
            }
        }
    }
}
