package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.Patience;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;

/** What the store says without having been asked is nobody's response. */
@OverBothClients
class OutOfStepStoreTest {

    private static final ObjectKey KEY = new ObjectKey("demo", "it");
    private static final MultipartUpload UPLOAD = new MultipartUpload(KEY, "upload-1");
    private static final List<UploadedPart> PARTS = List.of(new UploadedPart(1, "\"p\"", 5, new Crc32c(1)));

    private static final String REQUEST = "GET / HTTP/1.1\r\n\r\n";

    @Parameter
    private boolean wire;

    /** Of another object, and of a write that has never been. */
    private static final String STRAY = object("\"stray\"", "wrong");

    /** What can stand behind the response to the first request, or be all that follows it. */
    enum Stray {
        WHOLE_RESPONSE(STRAY),
        INTERIM_RESPONSE("HTTP/1.1 100 Continue\r\n\r\n"),
        INTERIM_AND_WHOLE("HTTP/1.1 100 Continue\r\n\r\n" + STRAY),
        EARLY_HINTS("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        REFUSAL("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"),
        IDLE_TOO_LONG("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
        HALF_A_HEAD("HTTP/1.1 200 OK\r\nETag: \"stra"),
        NO_HTTP("what is this?\r\n"),
        ONE_BYTE("\r");

        private final String bytes;

        Stray(String bytes) {
            this.bytes = bytes;
        }
    }

    /** What the gateway asks of a store, and what it makes of the response. */
    enum Call {
        GET,
        HEAD,
        PUT,
        CREATE,
        PART,
        COMPLETE,
        LIST,
        DELETE;

        String make(S3ObjectStore store) {
            ObjectAttributes text = ObjectAttributes.ofType("text/plain");
            return switch (this) {
                case GET -> {
                    try (ObjectContent content = store.get(KEY)) {
                        yield content.info().etag()
                                + new String(content.stream().readAllBytes(), UTF_8);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                case HEAD -> store.head(KEY).etag();
                case PUT ->
                    store.put(KEY, payload(10), text, new WriteCondition.Always())
                            .etag();
                case CREATE ->
                    store.put(KEY, payload(10), text, new WriteCondition.IfAbsent())
                            .etag();
                case PART -> store.uploadPart(UPLOAD, 1, payload(10)).etag();
                case COMPLETE ->
                    store.completeUpload(UPLOAD, PARTS, new Crc32c(1), new WriteCondition.Always())
                            .etag();
                case LIST ->
                    store.list(new ListRequest("demo", "", "/", new ListPosition.Start(), 5)).objects().stream()
                            .map(ListedObject::key)
                            .toList()
                            .toString();
                case DELETE -> {
                    store.delete(KEY, new WriteCondition.Always());
                    yield "deleted";
                }
            };
        }

        String right() {
            return switch (this) {
                case GET -> "\"right\"right";
                case HEAD, PUT, CREATE, PART, COMPLETE -> "\"right\"";
                case LIST -> "[right]";
                case DELETE -> "deleted";
            };
        }

        String response() {
            return switch (this) {
                case GET -> object("\"right\"", "right");
                case HEAD -> "HTTP/1.1 200 OK\r\nETag: \"right\"\r\nContent-Length: 5\r\n\r\n";
                case PUT, CREATE, PART -> object("\"right\"", "");
                case COMPLETE ->
                    object(
                            "\"x\"",
                            "<CompleteMultipartUploadResult><ETag>&quot;right&quot;</ETag>"
                                    + "</CompleteMultipartUploadResult>");
                case LIST ->
                    object("\"x\"", "<ListBucketResult><Contents><Key>right</Key></Contents></ListBucketResult>");
                case DELETE -> "HTTP/1.1 204 No Content\r\n\r\n";
            };
        }
    }

    /** Behind every response; each call gets its own, on a connection of its own, with the one try that it has. */
    @ParameterizedTest
    @EnumSource
    void takesNothingThatFollowsAResponseForTheNextOne(Stray stray) {
        Call[] calls = Call.values();
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(calls[exchange.connection()].response(), stray.bytes);
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            for (Call call : calls) {
                assertThat(call.make(store)).as("%s", call).isEqualTo(call.right());
            }
            assertThat(s3.requests()).hasSize(calls.length);
        }
    }

    /** What a response to HEAD says of a body, it does not have; some stores send it nevertheless. */
    @Test
    void takesNoBodyWhereNoneMayBeForAResponse() {
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(object("\"right\"", STRAY));
                    } else {
                        exchange.say(Call.GET.response());
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            assertThat(store.head(KEY).etag()).isEqualTo("\"right\"");
            assertThat(Call.GET.make(store)).isEqualTo(Call.GET.right());
            assertThat(s3.requests()).containsExactly("0 HEAD", "1 GET");
        }
    }

    /** An interim response belongs to the request, and so does what follows it; nothing else does. */
    @Test
    void keepsTheConnectionAfterInterimResponses() {
        // The wire client makes no HEAD.
        Call third = wire ? Call.PART : Call.HEAD;
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(
                            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
                            Call.valueOf(exchange.method()).response(),
                            exchange.number() == 1 ? STRAY : "");
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            for (Call call : List.of(Call.PUT, Call.GET, third, Call.GET)) {
                assertThat(call.make(store)).isEqualTo(call.right());
            }
            assertThat(s3.requests()).containsExactly("0 PUT", "0 GET", wire ? "1 PUT" : "1 HEAD", "1 GET");
        }
    }

    /** Each call has only one. */
    @Test
    void spendsNoTryOnConnectionsThatCannotBeUsed() throws IOException {
        try (LyingS3 s3 = LyingS3.start(exchange ->
                        exchange.say(Call.GET.response(), exchange.connection() < 8 ? Stray.IDLE_TOO_LONG.bytes : ""));
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            for (int round = 1; round <= 2; round++) {
                List<ObjectContent> atOnce =
                        Stream.generate(() -> store.get(KEY)).limit(8).toList();
                for (ObjectContent content : atOnce) {
                    assertThat(content.stream().readAllBytes()).isEqualTo("right".getBytes(UTF_8));
                    content.close();
                }
            }
            assertThat(s3.requests()).hasSize(16);
        }
    }

    /** On loopback all that was written is in the kernel: a body of more than HttpClient's buffer is read past it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4_000, 20_000})
    void seesWhatWaitsInTheKernel(int size) {
        String body = "r".repeat(size);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(object("\"right\"", body), STRAY);
                    } else {
                        exchange.say(Call.GET.response());
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            assertThat(Call.GET.make(store)).isEqualTo("\"right\"" + body);
            assertThat(Call.GET.make(store)).isEqualTo(Call.GET.right());
        }
    }

    /** A success before the last byte is of another write; the payload's end waits for it. */
    @Test
    void takesNoSuccessThatComesBeforeTheEndOfAWrite() {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(object("\"stray\"", ""));
                        said.countDown();
                        exchange.readBody();
                    } else {
                        exchange.readBody();
                        exchange.say(Call.PART.response());
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), 2)) {
            Payload payload = payload(4 << 20, said);
            assertThat(store.uploadPart(UPLOAD, 1, payload).etag()).isEqualTo("\"right\"");
            assertThat(s3.requests()).containsExactly("0 PUT", "1 PUT");
        }
    }

    /** A refusal may come before the last byte, and an interim response should. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 102 Processing\r\n\r\n"})
    void takesTheResponseBehindAnInterimOne(String interim) {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.say(interim);
                    said.countDown();
                    exchange.readBody();
                    exchange.say(Call.PART.response());
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            assertThat(store.uploadPart(UPLOAD, 1, payload(4 << 20, said)).etag())
                    .isEqualTo("\"right\"");
            assertThat(s3.requests()).containsExactly("0 PUT");
        }
    }

    @Test
    void takesARefusalThatComesBeforeTheEndOfAWrite() {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.say("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
                    said.countDown();
                    exchange.readBody();
                });
                S3ObjectStore store = store(s3.endpoint(), 1)) {
            assertThatThrownBy(() -> store.uploadPart(UPLOAD, 1, payload(4 << 20, said)))
                    .hasMessageContaining("denied");
            assertThat(s3.requests())
                    .filteredOn(request -> request.endsWith("PUT"))
                    .containsExactly("0 PUT");
        }
    }

    /** Under TLS, too, whether what waits is decrypted already or not. */
    @ParameterizedTest
    @ValueSource(ints = {5, 12_000})
    void takesNothingThatFollowsAResponseUnderTls(int size) throws IOException {
        try (LyingS3 s3 = LyingS3.start(
                        OneTry.listen(true),
                        "https",
                        exchange -> exchange.say(
                                object("\"" + exchange.connection() + "\"", "r".repeat(size)),
                                exchange.connection() == 0 ? STRAY : ""));
                OneTry client = OneTry.with(wire)) {
            for (String expected : List.of("\"0\"", "\"1\"", "\"1\"")) {
                OneTry.Said said = client.get(s3.endpoint());
                assertThat(said.etag()).isEqualTo(expected);
                assertThat(said.body()).hasSize(size);
            }
            assertThat(s3.requests()).containsExactly("0 GET", "1 GET", "1 GET");
        }
    }

    /** Neither the proxy's response to CONNECT nor the handshake behind it is what waits. */
    @Test
    void goesThroughTheTunnelOfAProxy() throws IOException {
        try (LyingS3 s3 = LyingS3.start(
                        OneTry.listen(true),
                        "https",
                        exchange -> exchange.say(
                                object("\"" + exchange.connection() + "\"", "right"),
                                exchange.number() == 1 ? STRAY : ""));
                LyingS3 proxy = LyingS3.start(exchange -> tunnel(exchange, s3.endpoint()));
                OneTry client = new OneTry.WithSdk(OneTry.withSdk(ProxyConfiguration.builder()
                        .endpoint(proxy.endpoint())
                        .nonProxyHosts(Set.of())
                        .build()))) {
            for (String expected : List.of("\"0\"", "\"0\"", "\"1\"")) {
                OneTry.Said said = client.get(s3.endpoint());
                assertThat(said.etag()).isEqualTo(expected);
                assertThat(said.body()).hasSize(5);
            }
            assertThat(proxy.requests()).containsExactly("0 CONNECT", "1 CONNECT");
        }
    }

    private static void tunnel(LyingS3.Exchange exchange, URI store) throws IOException {
        try (Socket behind = new Socket(store.getHost(), store.getPort())) {
            exchange.say("HTTP/1.1 200 Connection established\r\n\r\n");
            Thread.ofVirtual().start(() -> {
                try {
                    behind.getInputStream().transferTo(exchange.out());
                } catch (IOException e) {
                    // Either side has closed it.
                }
            });
            exchange.in().transferTo(behind.getOutputStream());
        }
    }

    /** In whichever of its places it waits; nothing is sent then. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsNothingWhileSomethingWaits(boolean tls) throws Exception {
        try (ServerSocket server = OneTry.listen(tls);
                Socket base = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket store = server.accept();
                StoreConnection connection = new StoreConnection("test")) {
            connection.bind(base);
            if (store instanceof SSLSocket secure) {
                Thread.ofVirtual().start(() -> shakeHands(secure));
                SSLSocket upgraded = (SSLSocket) OneTry.Tls.KEYS
                        .context()
                        .getSocketFactory()
                        .createSocket(base, "127.0.0.1", base.getPort(), true);
                shakeHands(upgraded);
                connection.bind(upgraded, base);
            }
            exchange(connection, store);
            exchange(connection, store);
            store.getOutputStream().write(STRAY.getBytes(UTF_8));
            Patience.await().until(() -> !connection.isInStep());
            assertThatThrownBy(() -> connection.sendRequestHeader(new BasicClassicHttpRequest("GET", "/")))
                    .isInstanceOfSatisfying(
                            StoreConnection.OutOfStepException.class,
                            e -> assertThat(Delivery.isBeforeFirstByte(e)).isTrue());
        }
    }

    /** Before its first request a connection has nothing to say. */
    @ParameterizedTest
    @EnumSource(
            value = Stray.class,
            names = {"WHOLE_RESPONSE", "NO_HTTP"})
    void sendsNothingToAStoreThatGreets(Stray greeting) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket store = server.accept();
                StoreConnection connection = new StoreConnection("test")) {
            connection.bind(client);
            assertThat(connection.isInStep()).isTrue();
            store.getOutputStream().write(greeting.bytes.getBytes(UTF_8));
            Patience.await().until(() -> !connection.isInStep());
            assertThatThrownBy(() -> connection.sendRequestHeader(new BasicClassicHttpRequest("GET", "/")))
                    .isInstanceOf(StoreConnection.OutOfStepException.class);
        }
    }

    @Test
    void isOutOfStepOnceItIsClosed() throws IOException {
        try (StoreConnection connection = new StoreConnection("test")) {
            assertThat(connection.isInStep()).isFalse();
        }
    }

    private static void exchange(StoreConnection connection, Socket store) throws Exception {
        connection.sendRequestHeader(new BasicClassicHttpRequest("GET", "/"));
        connection.flush();
        assertThat(new String(store.getInputStream().readNBytes(REQUEST.length()), UTF_8))
                .isEqualTo(REQUEST);
        store.getOutputStream().write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(UTF_8));
        assertThat(connection.receiveResponseHeader().getCode()).isEqualTo(204);
        assertThat(connection.isInStep()).isTrue();
    }

    private static void shakeHands(SSLSocket socket) {
        try {
            socket.startHandshake();
        } catch (IOException e) {
            throw new AssertionError("no TLS", e);
        }
    }

    static String object(String etag, String body) {
        return String.format(
                Locale.ROOT, "HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Length: %d\r\n\r\n%s", etag, body.length(), body);
    }

    private S3ObjectStore store(URI endpoint, int tries) {
        return store(endpoint, tries, wire);
    }

    static S3ObjectStore store(URI endpoint, int tries, boolean wire) {
        return new StoreConfiguration()
                .objectStore(new S3Properties(
                        endpoint,
                        "us-east-1",
                        true,
                        "id",
                        "secret",
                        false,
                        16,
                        HANGS,
                        HANGS,
                        tries,
                        Duration.ofMillis(1),
                        Duration.ofMillis(1),
                        HANGS.plusSeconds(1),
                        HANGS.plusSeconds(1),
                        HANGS.plusSeconds(1),
                        null,
                        Duration.ofMinutes(5),
                        wire));
    }

    private static Payload payload(int length) {
        return payload(length, new CountDownLatch(0));
    }

    /** Its second half waits for an event. */
    static Payload payload(int length, CountDownLatch event) {
        return payload(new byte[length], event);
    }

    /** The same of these bytes. */
    static Payload payload(byte[] bytes, CountDownLatch event) {
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
                ByteArrayInputStream all = new ByteArrayInputStream(bytes);
                return new FilterInputStream(all) {
                    @Override
                    public int read(byte[] to, int offset, int most) throws IOException {
                        if (all.available() <= bytes.length / 2) {
                            await(event);
                        }
                        return super.read(to, offset, most);
                    }
                };
            }
        };
    }

    static void await(CountDownLatch event) {
        try {
            assertThat(event.await(HANGS.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
