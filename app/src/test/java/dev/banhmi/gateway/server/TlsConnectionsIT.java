package dev.banhmi.gateway.server;

import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.StoreProcess;
import dev.banhmi.testkit.TlsKeys;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.core.sync.RequestBody;

/** Where the gateway itself ends TLS, slow clients have the same limits, counted on the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsConnectionsIT {

    private static final String BUCKET = "demo";
    private static final String GET = "GET /livez HTTP/1.1\r\nHost: gateway\r\n\r\n";
    private static final String SLOW_HEAD = " - - 408 refused code=REQUEST_TOO_SLOW";
    private static final Pattern REQUEST_ID = Pattern.compile("(?im)^x-request-id: *([0-9a-f]+)");
    private static final int CONNECTIONS = 8;

    /** Of a handshake, too: a machine that takes as long for one that does not stop says nothing. */
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(1);

    private final TlsKeys keys = TlsKeys.create();
    private final StoreProcess store = Emulator.S3PROXY.start();
    private final GatewayProcess gateway = GatewayProcess.builder()
            .store(store.endpoint(), store.credentials())
            .tls(keys)
            .set("banhmi.buckets.demo.key-layout", "plain")
            .set("banhmi.server.head-timeout", HEAD_TIMEOUT.toMillis() + "ms")
            .set("banhmi.server.body-rate-period", "1s")
            .set("banhmi.server.min-response-rate", "16MB")
            .set("banhmi.transfer.max-idle", "4s")
            .set("server.tomcat.keep-alive-timeout", Patience.HANGS.toSeconds() + "s")
            .set("server.tomcat.max-connections", Integer.toString(CONNECTIONS))
            .start();

    @BeforeAll
    void createBucket() {
        store.s3().createBucket(request -> request.bucket(BUCKET));
    }

    @AfterAll
    void stop() {
        gateway.close();
        store.close();
    }

    @Test
    void endsAHeadThatStops() throws Exception {
        Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
            try (RawHttp connection = connect(pauses)) {
                pauses.end();
                connection.send("GET /livez HTTP/1.1\r\nX-Drip: ");
                RawHttp.Response response = responseTo(connection, pauses);
                assertThat(response.status()).isEqualTo(408);
                awaitSlowHead(response.headers().getOrDefault("x-request-id", "none"));
                return true;
            }
        });
    }

    /** Its first bytes are those of any handshake. */
    @Test
    void endsAHandshakeThatStops() throws IOException {
        long before = slowHeads();
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send("\u0016\u0003\u0001\u0002\u0000\u0001");
            assertThat(ends(connection)).isTrue();
        }
        // Silence would end it, too. The line is written after the end.
        await().untilAsserted(() -> assertThat(slowHeads()).isGreaterThan(before));
    }

    /** A record that is never whole, of which Tomcat sees no byte. */
    @Test
    void endsARecordThatDrips() throws Exception {
        Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
            pauses.begin();
            try (Socket plain =
                            new Socket(gateway.uri().getHost(), gateway.uri().getPort());
                    SSLSocket tls = (SSLSocket) keys.context()
                            .getSocketFactory()
                            .createSocket(plain, gateway.uri().getHost(), plain.getPort(), true)) {
                tls.setSoTimeout((int) Patience.HANGS.toMillis());
                tls.startHandshake();
                OutputStream raw = plain.getOutputStream();
                raw.write(new byte[] {0x17, 3, 3, 0x40, 0});
                pauses.end();
                Thread drip = Thread.startVirtualThread(() -> {
                    try {
                        while (true) {
                            raw.write(0);
                            // The pace of a slow client.
                            Thread.sleep(100);
                        }
                    } catch (IOException | InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                String response = new String(readAll(tls.getInputStream()), StandardCharsets.ISO_8859_1);
                drip.interrupt();
                if (response.isEmpty() && isTooSlow(pauses)) {
                    return false;
                }
                assertThat(response).startsWith("HTTP/1.1 408 ");
                Matcher id = REQUEST_ID.matcher(response);
                assertThat(id.find()).as(response).isTrue();
                awaitSlowHead(id.group(1));
                return true;
            }
        });
    }

    @Test
    void endsABodyThatDrips() throws Exception {
        Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
            try (RawHttp upload = connect(pauses)) {
                pauses.end();
                upload.send("PUT /v1/objects/demo/slow HTTP/1.1\r\nHost: gateway\r\nContent-Length: 1000000\r\n\r\nx");
                assertThat(responseTo(upload, pauses).status()).isEqualTo(408);
                return true;
            }
        });
        assertThat(store.objects(BUCKET)).doesNotContain("slow");
    }

    /** Without being silent for too long. */
    @Test
    void cutsAResponseThatIsTakenTooSlowly() throws Exception {
        store.s3()
                .putObject(request -> request.bucket(BUCKET).key("object"), RequestBody.fromBytes(new byte[32 << 20]));
        Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
            try (RawHttp download = connect(pauses)) {
                download.send("GET /v1/objects/demo/object HTTP/1.1\r\nHost: gateway\r\n\r\n");
                RawHttp.Response response = responseTo(download, pauses);
                pauses.end();
                if (response.status() == 408 && isTooSlow(pauses)) {
                    return false;
                }
                assertThat(response.status()).isEqualTo(200);
                assertThatThrownBy(() -> {
                            while (response.body().readNBytes(400_000).length == 400_000) {
                                // The pace of a slow client.
                                Thread.sleep(250);
                            }
                        })
                        .isInstanceOf(IOException.class);
                String line = "[" + response.headers().get("x-request-id") + "]";
                Patience.await(
                        "the end of the response",
                        gateway::output,
                        () -> gateway.output()
                                .lines()
                                .anyMatch(printed -> printed.contains(line) && printed.contains("cut-by-gateway")));
                return true;
            }
        });
    }

    /** They are idle, and as many as there may be. */
    @Test
    void makesRoomForOneMore() throws Exception {
        List<RawHttp> idle = new ArrayList<>();
        try {
            while (idle.size() < CONNECTIONS + ClientConnections.SPARE) {
                Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
                    idle.add(connect(pauses));
                    return true;
                });
            }
            assertIsServed();
        } finally {
            for (RawHttp connection : idle) {
                connection.close();
            }
        }
        await().untilAsserted(this::assertIsServed);
    }

    private void assertIsServed() throws Exception {
        Pauses.repeatedWhereLongerThan(HEAD_TIMEOUT, pauses -> {
            try (RawHttp connection = connect(pauses)) {
                connection.send(GET);
                int status = responseTo(connection, pauses).status();
                pauses.end();
                if (status == 408 && isTooSlow(pauses)) {
                    return false;
                }
                assertThat(status).isEqualTo(200);
                return true;
            }
        });
    }

    /** The beginning of a step: the handshake is a part of the first head. */
    private RawHttp connect(Pauses pauses) throws IOException {
        pauses.begin();
        return gateway.connect();
    }

    private static RawHttp.Response responseTo(RawHttp connection, Pauses pauses) throws IOException {
        try {
            return connection.response();
        } catch (IOException e) {
            if (isTooSlow(pauses)) {
                throw e;
            }
            return fail("no response", e);
        }
    }

    private static boolean isTooSlow(Pauses pauses) {
        return pauses.longest().compareTo(HEAD_TIMEOUT) > 0;
    }

    /** The line is written after the response. */
    private void awaitSlowHead(String id) {
        await().untilAsserted(() -> assertThat(gateway.output().lines())
                .anyMatch(line -> line.contains("[" + id + "]") && line.contains(SLOW_HEAD)));
    }

    private long slowHeads() {
        return gateway.output().lines().filter(line -> line.contains(SLOW_HEAD)).count();
    }

    private static boolean ends(RawHttp connection) throws IOException {
        try {
            return connection.responseIfAny() == null;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Up to the end, or to the reset that bytes on their way cause. */
    private static byte[] readAll(InputStream input) throws IOException {
        byte[] all = new byte[4096];
        int length = 0;
        try {
            for (int count = input.read(all); count > 0; count = input.read(all, length, all.length - length)) {
                length += count;
            }
        } catch (SocketException e) {
            return Arrays.copyOf(all, length);
        }
        return Arrays.copyOf(all, length);
    }
}
