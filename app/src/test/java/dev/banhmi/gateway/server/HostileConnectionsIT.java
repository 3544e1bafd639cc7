package dev.banhmi.gateway.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.server.HostileClients.Way;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * More connections than there may be, all from one address, that only want to be in the way: every probe is answered,
 * and clients in good order get and keep what they came for. Their times are printed, and fail nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileConnectionsIT {

    private static final String BUCKET = "demo";
    private static final long MIB = 1L << 20;
    private static final Pattern DIRECT_MEMORY =
            Pattern.compile("^jvm_buffer_memory_used_bytes\\{id=\"direct\"} (\\S+)", Pattern.MULTILINE);
    private static final Body NO_BODY = (_, sent) -> sent.run();
    private static final List<String> PROBES = List.of("/livez", "/readyz", "/status/healthcheck");

    private final StoreProcess store = Emulator.S3PROXY.start();
    private final GatewayProcess gateway = settings(GatewayProcess.builder()
                    .bothCompilers()
                    .store(store.endpoint(), store.credentials())
                    .set("banhmi.buckets.demo.key-layout", "plain")
                    .jvmOption("-XX:MaxDirectMemorySize=64m")
                    .jvmOption("-XX:+ExitOnOutOfMemoryError"))
            .start();
    private final AtomicInteger keptFromSending = new AtomicInteger();
    private Duration undisturbed = Duration.ZERO;

    /** How many connections the gateway takes; no other limit comes to its help. */
    GatewayProcess.Builder settings(GatewayProcess.Builder builder) {
        return builder.set("server.tomcat.max-connections", "64")
                .set("server.tomcat.keep-alive-timeout", "30m")
                .set("banhmi.transfer.max-idle", "30m")
                .set("banhmi.server.head-timeout", "1h")
                .set("banhmi.server.body-rate-period", "1h");
    }

    int hostile() {
        return 120;
    }

    int clients() {
        return 8;
    }

    long size() {
        return MIB;
    }

    static List<List<Way>> ways() {
        return List.of(List.of(Way.values()), List.of(Way.BODY, Way.BODY_OF_2018));
    }

    @BeforeAll
    void measureUndisturbed() throws Exception {
        store.s3().createBucket(request -> request.bucket(BUCKET));
        // More than the kernel holds for a connection of this machine with itself.
        store.s3()
                .putObject(
                        request -> request.bucket(BUCKET).key(HostileClients.LARGE),
                        RequestBody.fromBytes(new byte[8 << 20]));
        undisturbed = serveClients();
    }

    @AfterAll
    void stop() {
        gateway.close();
        store.close();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void answersProbesAndServesClientsInGoodOrder(List<Way> ways) throws Exception {
        try (HostileClients crowd = new HostileClients(gateway.uri(), hostile(), ways);
                ExecutorService probing = Executors.newVirtualThreadPerTaskExecutor()) {
            crowd.awaitAll();
            // Before the gateway has waited for any of the bodies, no one can tell whose are slow.
            Patience.await("a hostile connection that is closed", () -> "none is", () -> crowd.closed() > 0);
            Future<Duration> served = probing.submit(this::serveClients);
            List<Long> millis = new ArrayList<>();
            long mostDirect = 0;
            for (int i = 0; !served.isDone() || i < 3 * PROBES.size(); i++) {
                millis.add(probe(PROBES.get(i % PROBES.size())));
                mostDirect = Math.max(mostDirect, directMemory());
                Thread.sleep(50);
            }
            Duration disturbed = served.get();

            assertThat(mostDirect).as("direct memory").isLessThanOrEqualTo(64 * MIB);
            Collections.sort(millis);
            System.out.printf(
                    "%d hostile connections (%s), closed %d times: %d probes, median %d ms, slowest %d ms; %d clients"
                            + " at 1 MB/s %.1f s, undisturbed %.1f s (%.2f times); direct memory at most %d KiB;"
                            + " tried again because this machine kept them from sending: %d%n",
                    hostile(),
                    ways,
                    crowd.closed(),
                    millis.size(),
                    millis.get(millis.size() / 2),
                    millis.getLast(),
                    clients(),
                    disturbed.toMillis() / 1e3,
                    undisturbed.toMillis() / 1e3,
                    (double) disturbed.toMillis() / undisturbed.toMillis(),
                    mostDirect >> 10,
                    keptFromSending.getAndSet(0));
        }
        Patience.await()
                .untilAsserted(
                        () -> assertThat(store.openMultipartUploads(BUCKET)).isEmpty());
        assertThat(store.objects(BUCKET))
                .as("objects")
                .hasSize(clients() + 1)
                .allMatch(name -> name.startsWith("client-") || name.equals(HostileClients.LARGE));
    }

    /** One upload and one download each. */
    private Duration serveClients() throws Exception {
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Void>> clients = new ArrayList<>();
            for (int i = 0; i < clients(); i++) {
                int client = i;
                clients.add(() -> {
                    transfer(client);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(clients)) {
                done.get();
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void transfer(int client) throws Exception {
        GeneratedContent content = new GeneratedContent(client, size());
        String target = "/v1/objects/demo/client-" + client;
        String put = "PUT " + target + " HTTP/1.1\r\nHost: gateway\r\nContent-Length: " + content.length() + "\r\n\r\n";
        exchange(
                put,
                0,
                (upload, sent) -> sendPaced(content, upload, sent),
                response ->
                        assertThat(response.status()).as(() -> shown(response)).isIn(200, 201));
        exchange("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n\r\n", 64 * 1024, NO_BODY, response -> {
            assertThat(response.status()).as(() -> shown(response)).isEqualTo(200);
            assertThat(GeneratedContent.sha256(new PacedStream(response.body())))
                    .isEqualTo(content.sha256());
        });
    }

    private static void sendPaced(GeneratedContent content, RawHttp upload, Runnable firstSent)
            throws IOException, InterruptedException {
        try (InputStream source = content.open()) {
            byte[] piece = new byte[100_000];
            for (int read = source.readNBytes(piece, 0, piece.length);
                    read > 0;
                    read = source.readNBytes(piece, 0, piece.length)) {
                upload.output().write(piece, 0, read);
                firstSent.run();
                pace();
            }
        }
    }

    private interface Body {

        void send(RawHttp connection, Runnable firstSent) throws IOException, InterruptedException;
    }

    private interface Look {

        void at(RawHttp.Response response) throws IOException;
    }

    /**
     * One request on a connection of its own. Where every connection is taken, the gateway closes what sends nothing for a quarter
     * of a second: a client that this machine kept from sending for as long tries again, and is counted. Nothing else is excused.
     */
    private void exchange(String head, int receiveBuffer, Body body, Look look)
            throws IOException, InterruptedException {
        while (true) {
            long began = System.nanoTime();
            AtomicLong sent = new AtomicLong();
            boolean responded = false;
            try (RawHttp connection = RawHttp.connect(gateway.uri(), receiveBuffer)) {
                connection.send(head);
                // Every piece after that has its own pace, which is the gateway's to judge.
                body.send(connection, () -> sent.compareAndSet(0, System.nanoTime()));
                RawHttp.Response response = connection.response();
                responded = true;
                look.at(response);
                return;
            } catch (EOFException | SocketException closed) {
                long silent = (sent.get() == 0 ? System.nanoTime() : sent.get()) - began;
                if (responded || silent < ClientConnections.LEAST_IDLENESS_IN_NEED) {
                    throw closed;
                }
            }
            keptFromSending.incrementAndGet();
        }
    }

    /** Why a client in good order was refused. */
    private static String shown(RawHttp.Response response) {
        try {
            return new String(response.body().readAllBytes(), UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Of a client with 1 MB/s, after each 100 kB. */
    private static void pace() throws InterruptedException {
        Thread.sleep(100);
    }

    private long probe(String path) throws IOException, InterruptedException {
        long start = System.nanoTime();
        exchange(
                "GET " + path + " HTTP/1.1\r\nHost: gateway\r\n\r\n",
                0,
                NO_BODY,
                response -> assertThat(response.status()).as(path).isEqualTo(200));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }

    private long directMemory() throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway.management())) {
            connection.send("GET /actuator/prometheus HTTP/1.1\r\nHost: gateway\r\nAccept: text/plain\r\n\r\n");
            Matcher figure = DIRECT_MEMORY.matcher(
                    new String(connection.response().body().readAllBytes(), UTF_8));
            assertThat(figure.find()).isTrue();
            return (long) Double.parseDouble(figure.group(1));
        }
    }

    private static final class PacedStream extends InputStream {

        private final InputStream stream;
        private int untilPause = 100_000;

        PacedStream(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read() throws IOException {
            return stream.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = stream.read(target, offset, Math.min(length, untilPause));
            untilPause -= count;
            if (untilPause <= 0) {
                untilPause = 100_000;
                try {
                    pace();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
