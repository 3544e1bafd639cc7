package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.testkit.HeldPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** What fails before the first byte is known to have changed nothing, and only that. */
@OverBothClients
class UnreachableStoreTest {

    private static final ObjectKey KEY = new ObjectKey("demo", "it");

    @Parameter
    private boolean wire;

    @Test
    void cannotConnectWhereNobodyListens() throws IOException {
        try (HeldPort port = new HeldPort();
                S3ObjectStore store = store(port.uri(), Map.of())) {
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
            assertThatThrownBy(() -> store.delete(KEY, new WriteCondition.Always()))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE));
            assertThatThrownBy(() -> store.get(KEY))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNREACHABLE));
        }
    }

    /** A label has at most 63 characters, so no name server is asked. */
    @Test
    void cannotConnectToANameThatNobodyHas() {
        URI nowhere = URI.create("https://" + "x".repeat(64) + ".invalid");
        try (S3ObjectStore store = store(nowhere, Map.of())) {
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
        }
    }

    /** A queue of connections that is full takes no more of them. */
    @Test
    void cannotConnectInTime() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket full = new ServerSocket(0, 1, loopback);
                Socket first = new Socket(loopback, full.getLocalPort());
                Socket second = new Socket(loopback, full.getLocalPort());
                S3ObjectStore store = store(
                        URI.create("http://127.0.0.1:" + full.getLocalPort()),
                        Map.of("banhmi.s3.connect-timeout", "100ms"))) {
            assertThat(first.isConnected() && second.isConnected()).isTrue();
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 400 Bad Request\r\n\r\n"})
    void cannotAgreeOnTlsWithAStoreThatHasNone(String response) throws IOException {
        try (HeldPort port = new HeldPort();
                ServerSocket plain = port.listen();
                S3ObjectStore store =
                        store(URI.create("https://127.0.0.1:" + port.port()), Map.of("banhmi.s3.max-attempts", "1"))) {
            Thread.ofVirtual().start(() -> respondToTheFirst(plain, response));
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
        }
    }

    @Test
    void cannotAgreeOnTlsWithAStoreThatIsSilent() throws IOException {
        try (HeldPort port = new HeldPort();
                ServerSocket silent = port.listen();
                S3ObjectStore store = store(
                        URI.create("https://127.0.0.1:" + port.port()),
                        Map.of(
                                "banhmi.s3.max-attempts",
                                "1",
                                "banhmi.s3.connect-timeout",
                                "100ms",
                                "banhmi.s3.read-timeout",
                                "100ms"))) {
            assertThat(silent.isBound()).isTrue();
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
        }
    }

    @Test
    void isBusyWhenEveryConnectionIsInUse() {
        try (RecordedS3 s3 = RecordedS3.start();
                S3ObjectStore store = store(
                        s3.endpoint(),
                        Map.of(
                                "banhmi.s3.max-connections", "1",
                                "banhmi.s3.max-attempts", "1",
                                "banhmi.s3.read-timeout", "3s"))) {
            s3.says(new RecordedS3.Response(
                    200, Map.of("ETag", "\"v1\"", "Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"), "x".repeat(9)));
            try (ObjectContent held = store.get(KEY)) {
                assertThat(held.info().size()).isEqualTo(9);
                assertFails(store, ErrorCode.BUSY);
            }
            assertThat(s3.requests()).hasSize(1);
        }
    }

    /** As a read ahead for a client that has gone: of the store that says nothing, and its operator is not called. */
    @Test
    void doesNotCallAStoreUnreachableWhenTheCallWasInterrupted() throws IOException {
        try (HeldPort port = new HeldPort();
                S3ObjectStore store = store(port.uri(), Map.of())) {
            Thread.currentThread().interrupt();
            try {
                assertFails(store, ErrorCode.SHUTTING_DOWN);
            } finally {
                assertThat(Thread.interrupted())
                        .as("interrupted afterwards, too")
                        .isTrue();
            }
            assertFails(store, ErrorCode.STORE_UNREACHABLE);
        }
    }

    /** As a look that nobody waits for any longer: no other try follows, and its connection is given up. */
    @Test
    void endsACallThatIsInterruptedWhileTheStoreIsSilent() throws Exception {
        Duration longer = HANGS.multipliedBy(2);
        try (HeldPort port = new HeldPort();
                ServerSocket silent = port.listen();
                S3ObjectStore store = store(
                        port.uri(),
                        Map.of(
                                "banhmi.s3.read-timeout", longer.toString(),
                                "banhmi.s3.api-call-attempt-timeout",
                                        longer.plusSeconds(1).toString(),
                                "banhmi.s3.api-call-timeout",
                                        longer.plusSeconds(1).toString()))) {
            AtomicReference<ErrorCode> told = new AtomicReference<>();
            Thread look = Thread.ofVirtual().start(() -> {
                try {
                    store.headVersion(KEY, "\"v1\"");
                } catch (GatewayException e) {
                    told.set(e.code());
                }
            });
            try (Socket connection = silent.accept()) {
                assertThat(connection.getInputStream().read()).isEqualTo('H');
                look.interrupt();
                assertThat(look.join(HANGS)).isTrue();
                assertThat(told.get()).isIn(ErrorCode.STORE_UNAVAILABLE, ErrorCode.STORE_TIMEOUT);
                assertThatNoException().isThrownBy(() -> readToItsEnd(connection));
            }
        }
    }

    /** Or to a reset, which is an end as well. */
    private static void readToItsEnd(Socket connection) throws IOException {
        connection.setSoTimeout((int) HANGS.toMillis());
        try {
            connection.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /** The last try says nothing of the first one. */
    @Test
    void remembersThatAnEarlierTryMayHaveArrived() throws IOException {
        try (HeldPort port = new HeldPort();
                ServerSocket once = port.listen();
                S3ObjectStore store = store(port.uri(), Map.of())) {
            Thread.ofVirtual().start(() -> respondToTheFirst(once, ""));
            assertFails(store, ErrorCode.OUTCOME_UNKNOWN);
        }
    }

    /** To whatever its first byte is, and then there is nobody any more. */
    private static void respondToTheFirst(ServerSocket server, String response) {
        try (server;
                Socket first = server.accept()) {
            assertThat(first.getInputStream().read()).isNotNegative();
            first.getOutputStream().write(response.getBytes(UTF_8));
        } catch (IOException e) {
            throw new AssertionError("the store could not listen", e);
        }
    }

    private static void assertFails(S3ObjectStore store, ErrorCode code) {
        assertThatThrownBy(() ->
                        store.put(KEY, payload(), ObjectAttributes.ofType("text/plain"), new WriteCondition.Always()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        e -> assertThat(e.code()).as("%s", e.getCause()).isEqualTo(code));
    }

    private S3ObjectStore store(URI endpoint, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "banhmi.s3.endpoint", endpoint.toString(),
                "banhmi.s3.region", "us-east-1",
                "banhmi.s3.path-style-access", "true",
                "banhmi.s3.access-key-id", "id",
                "banhmi.s3.secret-access-key", "secret",
                "banhmi.s3.retry-base-delay", "1ms",
                "banhmi.s3.retry-max-delay", "1ms",
                "banhmi.s3.wire", Boolean.toString(wire)));
        settings.putAll(more);
        return new StoreConfiguration()
                .objectStore(new Binder(new MapConfigurationPropertySource(settings))
                        .bindOrCreate("banhmi.s3", S3Properties.class));
    }

    private static Payload payload() {
        byte[] bytes = "some bytes".getBytes(UTF_8);
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return new Payload() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public Crc32c crc32c() {
                return Crc32c.of(sum);
            }

            @Override
            public InputStream newStream() {
                return new ByteArrayInputStream(bytes);
            }
        };
    }
}
