package dev.banhmi.gateway.store.wire;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banhmi.gateway.store.LyingS3;
import dev.banhmi.gateway.store.wire.WireException.Reason;
import dev.banhmi.gateway.store.wire.WireException.Sent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.TlsKeys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One try over a real socket, with a store that says what it likes. */
class BlockingWireTest {

    private static final TlsKeys KEYS = TlsKeys.create();
    private static final Identity IDENTITY = new Identity("id", "secret", null, "us-east-1");

    private static final String RIGHT = object("\"right\"", "right");
    private static final String STRAY = object("\"stray\"", "wrong");
    private static final String WRITTEN = object("\"written\"", "");
    private static final String DENIED = "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\ndeny";

    private final AtomicLong skipped = new AtomicLong();

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void getsAnObjectAndKeepsTheConnection(boolean tls) throws IOException {
        try (LyingS3 s3 = store(tls, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(2)) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
            }
            assertThat(s3.requests()).containsExactly("0 GET", "0 GET", "0 GET");
        }
    }

    /** In whatever sizes it is read; longer than any buffer on the way. */
    @ParameterizedTest
    @CsvSource({"false, 1", "false, 100000", "true, 1000", "true, 100000"})
    void getsEveryByte(boolean tls, int room) throws IOException {
        String content = "0123456789".repeat(room == 1 ? 3_000 : 50_000);
        try (LyingS3 s3 = store(tls, exchange -> exchange.say(object("\"1\"", content)));
                BlockingWire wire = wire(1);
                BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never())) {
            assertThat(text(response, room)).isEqualTo(content);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsEveryByte(boolean tls) throws IOException {
        for (int length : new int[] {0, 1, 8_192, 8_193, 300_000, 3_000_000}) {
            AtomicReference<byte[]> arrived = new AtomicReference<>(new byte[0]);
            byte[] content =
                    "0123456789".repeat(length / 10 + 1).substring(0, length).getBytes(ISO_8859_1);
            try (LyingS3 s3 = store(tls, exchange -> {
                        arrived.set(exchange.in().readNBytes((int) exchange.bodyLength()));
                        exchange.say(WRITTEN);
                    });
                    BlockingWire wire = wire(1)) {
                for (int piece : new int[] {1 << 13, 1 << 16, 1 << 22}) {
                    assertThat(put(wire, s3, Body.of(content, piece))).isEqualTo("200 \"written\" ");
                    assertThat(arrived.get()).isEqualTo(content);
                }
                assertThat(s3.requests()).containsExactly("0 PUT", "0 PUT", "0 PUT");
            }
        }
    }

    /** Whatever stands behind a response, or comes once it has been read, is not the next one. */
    @ParameterizedTest
    @CsvSource({"false, 5", "false, 20000", "true, 5", "true, 20000"})
    void takesNothingThatFollowsAResponseForTheNextOne(boolean tls, int size) throws IOException {
        String body = "r".repeat(size);
        try (LyingS3 s3 = store(
                        tls,
                        exchange -> exchange.say(
                                object("\"" + exchange.connection() + "\"", body),
                                exchange.connection() == 0 ? STRAY : ""));
                BlockingWire wire = wire(1)) {
            for (String expected : List.of("\"0\"", "\"1\"", "\"1\"")) {
                assertThat(get(wire, s3)).isEqualTo("200 " + expected + " " + body);
            }
            assertThat(s3.requests()).containsExactly("0 GET", "1 GET", "1 GET");
        }
    }

    /** A connection that the store has closed meanwhile costs no try. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void usesNoConnectionThatHasEnded(boolean tls) throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        try (LyingS3 s3 = store(tls, exchange -> {
                    exchange.say(RIGHT);
                    if (exchange.connection() == 0) {
                        exchange.out().close();
                        closed.countDown();
                    }
                });
                BlockingWire wire = wire(1)) {
            assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
            await(closed);
            assertThat(put(wire, s3, Body.of(new byte[10], 10))).startsWith("200 ");
            assertThat(s3.requests()).containsExactly("0 GET", "1 PUT");
        }
    }

    @Test
    void usesNoConnectionThatIsFiveMinutesOld() throws IOException {
        try (LyingS3 s3 = store(false, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(1)) {
            for (int i = 0; i < 8; i++) {
                get(wire, s3);
                skipped.addAndGet(Duration.ofSeconds(50).toNanos());
            }
            assertThat(s3.requests())
                    .containsExactly("0 GET", "0 GET", "0 GET", "0 GET", "0 GET", "0 GET", "1 GET", "1 GET");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', 59, true", "'', 60, false", "timeout=5, 4, true", "'timeout=5, max=9', 5, false"})
    void usesAConnectionAsLongAsItIsKept(String said, int seconds, boolean again) throws IOException {
        String field = said.isEmpty() ? "" : "Keep-Alive: " + said + "\r\n";
        try (LyingS3 s3 = store(
                        false, exchange -> exchange.say("HTTP/1.1 200 OK\r\n" + field + "Content-Length: 0\r\n\r\n"));
                BlockingWire wire = wire(1)) {
            get(wire, s3);
            skipped.addAndGet(Duration.ofSeconds(seconds).toNanos());
            get(wire, s3);
            assertThat(s3.requests()).containsExactly("0 GET", again ? "0 GET" : "1 GET");
        }
    }

    @Test
    void keepsNoConnectionOfWhichNotAllWasRead() throws IOException {
        AtomicBoolean first = new AtomicBoolean(true);
        // Nothing waits on the connection, so nothing but what was not read speaks against it.
        try (LyingS3 s3 = store(
                        false,
                        exchange ->
                                exchange.say(first.getAndSet(false) ? RIGHT.substring(0, RIGHT.length() - 2) : RIGHT));
                BlockingWire wire = wire(1)) {
            try (BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never())) {
                assertThat(response.read(ByteBuffer.allocate(2))).isEqualTo(2);
            }
            assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
            assertThat(s3.requests()).containsExactly("0 GET", "1 GET");
        }
    }

    /** It says so in time, and nothing was sent. */
    @Test
    void hasNoMoreConnectionsThanItMay() throws IOException {
        try (LyingS3 s3 = store(false, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(2)) {
            BlockingResponse one = wire.send(ofGet(s3), IDENTITY, null, never());
            BlockingResponse other = wire.send(ofGet(s3), IDENTITY, null, never());
            WireException busy = failure(() -> wire.send(
                    ofGet(s3), IDENTITY, null, now() + Duration.ofMillis(50).toNanos()));
            assertThat(busy.reason()).isEqualTo(Reason.BUSY);
            assertThat(busy.sent()).isEqualTo(Sent.NOTHING);
            one.close();
            one.close();
            assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
            other.close();
        }
    }

    /** Whether it got the place or not: the only one is free again. */
    @Test
    void losesNoPlaceToAThreadThatIsInterruptedWhileItWaits() throws Exception {
        try (LyingS3 s3 = store(false, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(1)) {
            for (int time = 0; time < 20; time++) {
                BlockingResponse held = wire.send(ofGet(s3), IDENTITY, null, never());
                AtomicReference<String> outcome = new AtomicReference<>("");
                Thread waiting = Thread.ofPlatform().start(() -> {
                    try {
                        outcome.set(get(wire, s3));
                    } catch (WireException e) {
                        outcome.set(e.reason().name());
                    } catch (IOException e) {
                        outcome.set(e.toString());
                    }
                });
                Patience.await().until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
                // In the same moment in which the place becomes free.
                Thread freeing = Thread.ofPlatform().start(held::close);
                waiting.interrupt();
                freeing.join();
                assertThat(waiting.join(HANGS)).isTrue();
                assertThat(outcome.get()).isIn("ENDED", "BROKEN", "200 \"right\" right");
            }
            assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
        }
    }

    /** From another thread: the one that reads gets to know it, and its buffers are nobody else's before that. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void endsAReadWhoseResponseIsClosed(boolean tls) throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (LyingS3 s3 = store(tls, exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 50\r\n\r\nright");
                        await(over);
                    } else {
                        exchange.say(RIGHT);
                    }
                });
                BlockingWire wire = wire(1)) {
            BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never());
            assertThat(response.read(ByteBuffer.allocate(5))).isEqualTo(5);
            AtomicReference<Object> outcome = new AtomicReference<>("");
            Thread reading = Thread.ofPlatform()
                    .start(() -> outcome.set(
                            failure(() -> response.read(ByteBuffer.allocate(5))).reason()));
            Patience.await()
                    .until(() -> Stream.of(reading.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().endsWith("SocketChannelImpl")));
            response.close();
            assertThat(reading.join(HANGS)).isTrue();
            assertThat(outcome.get()).isEqualTo(Reason.BROKEN);
            assertThat(failure(() -> response.read(ByteBuffer.allocate(5))).reason())
                    .isEqualTo(Reason.ENDED);
            assertThat(get(wire, s3)).isEqualTo("200 \"right\" right");
            over.countDown();
        }
    }

    /** Those that are kept count, too: one of another host makes room. */
    @Test
    void keepsNoMoreConnectionsThanItMay() throws IOException {
        try (LyingS3 one = store(false, exchange -> exchange.say(RIGHT));
                LyingS3 other = store(false, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(1)) {
            get(wire, one);
            get(wire, other);
            get(wire, one);
            assertThat(one.requests()).containsExactly("0 GET", "1 GET");
            assertThat(other.requests()).containsExactly("0 GET");
        }
    }

    @Test
    void sendsNothingWhereThereIsNoStore() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        try (BlockingWire wire = wire(1)) {
            for (String host : List.of("127.0.0.1", "no.such.host.invalid")) {
                RequestHead request = RequestHead.ofGet(new BucketAddress(false, host, port, "/demo"), "k", null, null);
                WireException away = failure(() -> wire.send(request, IDENTITY, null, never()));
                assertThat(away.reason()).isEqualTo(Reason.UNREACHABLE);
                assertThat(away.sent()).isEqualTo(Sent.NOTHING);
            }
        }
    }

    /** Of another host: nothing is sent over a connection of which nobody knows whose it is. */
    @Test
    void sendsNothingToAnotherHost() throws IOException {
        try (LyingS3 s3 = store(true, exchange -> exchange.say(RIGHT));
                BlockingWire wire = wire(1)) {
            BucketAddress other =
                    new BucketAddress(true, "localhost", s3.endpoint().getPort(), "/demo");
            WireException refused =
                    failure(() -> wire.send(RequestHead.ofGet(other, "k", null, null), IDENTITY, null, never()));
            assertThat(refused.reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(refused.sent()).isEqualTo(Sent.NOTHING);
            assertThat(refused).hasRootCauseInstanceOf(CertificateException.class);
            assertThat(s3.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', BROKEN",
        "'HTTP/1.1 200 O', BROKEN",
        "what is this?, BROKEN",
        "'what is this?\r\n', MALFORMED",
        "'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n', MALFORMED"
    })
    void saysWhatBecameOfATry(String said, Reason reason) throws IOException {
        try (LyingS3 s3 = store(false, exchange -> {
                    exchange.say(said);
                    exchange.out().close();
                });
                BlockingWire wire = wire(1)) {
            WireException failure = failure(() -> wire.send(ofGet(s3), IDENTITY, null, never()));
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure.sent()).isEqualTo(Sent.BODY);
        }
    }

    @Test
    void saysThatABodyBrokeOff() throws IOException {
        try (LyingS3 s3 = store(false, exchange -> {
                    exchange.say("HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 50\r\n\r\nright");
                    exchange.out().close();
                });
                BlockingWire wire = wire(1);
                BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never())) {
            ByteBuffer to = ByteBuffer.allocate(100);
            assertThat(response.read(to)).isEqualTo(5);
            assertThat(failure(() -> response.read(to)).reason()).isEqualTo(Reason.BROKEN);
        }
    }

    /** Within its body, too, whatever its deadline was. */
    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 50\r\n\r\n"})
    void waitsNoLongerForAStoreThanItsSilence(String said) throws IOException {
        try (LyingS3 s3 = store(false, exchange -> exchange.say(said));
                BlockingWire wire = wire(1, Duration.ofMillis(50))) {
            WireException silent = failure(() -> {
                try (BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never())) {
                    response.read(ByteBuffer.allocate(100));
                }
            });
            assertThat(silent.reason()).isEqualTo(Reason.TIMED_OUT);
        }
    }

    /** A store that sends a byte now and then is not silent; the head has its deadline all the same. */
    @Test
    void waitsNoLongerForAHeadThanItsDeadline() throws IOException {
        try (LyingS3 s3 = store(false, exchange -> {
                    if (exchange.number() == 0) {
                        exchange.say(RIGHT);
                        return;
                    }
                    exchange.say("HTTP/1.1 200 OK\r\n");
                    while (true) {
                        exchange.say("x: y\r\n");
                        LockSupport.parkNanos(1_000_000);
                    }
                });
                BlockingWire wire = wire(1)) {
            // However long a connection takes.
            get(wire, s3);
            long until = now() + Duration.ofMillis(50).toNanos();
            assertThat(failure(() -> wire.send(ofGet(s3), IDENTITY, null, until))
                            .reason())
                    .isEqualTo(Reason.TIMED_OUT);
        }
    }

    @Test
    void waitsNoLongerForAStoreThatReadsNothing() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        try (LyingS3 s3 = store(false, _ -> await(over));
                BlockingWire wire = wire(1, Duration.ofMillis(50))) {
            byte[] content = new byte[64 << 20];
            WireException stuck = failure(() -> wire.send(
                    RequestHead.ofPut(address(s3), "k", content.length, "AAAAAA==", List.of()),
                    IDENTITY,
                    Body.of(content, 1 << 20),
                    never()));
            assertThat(stuck.reason()).isEqualTo(Reason.TIMED_OUT);
            assertThat(stuck.sent()).isEqualTo(Sent.BODY);
            over.countDown();
        }
    }

    /** The rest of the body meets a connection that is closed. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesARefusalWhoseConnectionIsClosed(boolean tls) throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        try (LyingS3 s3 = store(tls, exchange -> {
                    exchange.say(DENIED);
                    exchange.out().close();
                    closed.countDown();
                });
                BlockingWire wire = wire(1)) {
            assertThat(put(wire, s3, Body.of(new byte[4 << 20], 1 << 16).waitingFor(closed)))
                    .startsWith("403 ");
        }
    }

    /** Whether the store takes the rest for a body or for a request, nobody knows. */
    @Test
    void sendsNoMoreOfARequestThatIsRefused() throws IOException {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = store(false, exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(DENIED);
                        said.countDown();
                    }
                    exchange.readBody();
                    exchange.say(WRITTEN);
                });
                BlockingWire wire = wire(1)) {
            Body refused = Body.of(new byte[4 << 20], 1 << 16).waitingFor(said);
            assertThat(put(wire, s3, refused)).isEqualTo("403 null deny");
            assertThat(refused.at).isLessThan(4 << 20);
            assertThat(put(wire, s3, Body.of(new byte[10], 10))).isEqualTo("200 \"written\" ");
            assertThat(s3.requests()).containsExactly("0 PUT", "1 PUT");
        }
    }

    /** No success comes before the last byte, whatever is said first, and whether the connection stays or not. */
    @ParameterizedTest
    @CsvSource({
        "false, '', false",
        "false, '', true",
        "true, '', false",
        "false, 'HTTP/1.1 100 Continue\r\n\r\n', false"
    })
    void takesNoSuccessThatComesBeforeTheEndOfAWrite(boolean tls, String interim, boolean closes) throws IOException {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = store(tls, exchange -> {
                    exchange.say(interim, WRITTEN);
                    if (closes) {
                        exchange.out().close();
                    }
                    said.countDown();
                    exchange.readBody();
                });
                BlockingWire wire = wire(1)) {
            Body body = Body.of(new byte[4 << 20], 1 << 16).waitingFor(said);
            WireException early = failure(() -> wire.send(
                    RequestHead.ofPut(address(s3), "k", body.length(), "AAAAAA==", List.of()),
                    IDENTITY,
                    body,
                    never()));
            assertThat(early.reason()).isEqualTo(Reason.MALFORMED);
            assertThat(early.sent()).isEqualTo(Sent.BODY);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesTheResponseBehindAnInterimOne(boolean tls) throws IOException {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = store(tls, exchange -> {
                    exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                    said.countDown();
                    exchange.readBody();
                    exchange.say(WRITTEN);
                });
                BlockingWire wire = wire(1)) {
            for (int i = 0; i < 2; i++) {
                assertThat(put(wire, s3, Body.of(new byte[4 << 20], 1 << 16).waitingFor(said)))
                        .isEqualTo("200 \"written\" ");
            }
            assertThat(s3.requests()).containsExactly("0 PUT", "0 PUT");
        }
    }

    /** Of what is sent, and not of the connection. */
    @Test
    void throwsWhatTheBodyThrows() throws IOException {
        IOException own = new IOException("of the body");
        try (LyingS3 s3 = store(false, LyingS3.Exchange::readBody);
                BlockingWire wire = wire(1)) {
            WireBody failing = new WireBody() {
                @Override
                public long length() {
                    return 5;
                }

                @Override
                public ByteBuffer next() throws IOException {
                    throw own;
                }
            };
            assertThatThrownBy(() -> wire.send(
                            RequestHead.ofPut(address(s3), "k", 5, "AAAAAA==", List.of()), IDENTITY, failing, never()))
                    .isSameAs(own);
        }
    }

    /** Those that are under way get to know, and nothing hangs. */
    @Test
    void endsWhatIsUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        BlockingWire wire = wire(1);
        try (LyingS3 s3 = store(false, _ -> asked.countDown())) {
            AtomicReference<Object> outcome = new AtomicReference<>("");
            Thread caller = Thread.ofVirtual()
                    .start(() -> outcome.set(failure(() -> wire.send(ofGet(s3), IDENTITY, null, never()))
                            .reason()));
            await(asked);
            wire.close();
            assertThat(caller.join(HANGS)).isTrue();
            assertThat(outcome.get()).isEqualTo(Reason.ENDED);
            assertThat(failure(() -> wire.send(ofGet(s3), IDENTITY, null, never()))
                            .reason())
                    .isEqualTo(Reason.ENDED);
        }
    }

    /** It has no other limit once the client is closed. */
    @Test
    void endsAHandshakeThatIsUnderWay() throws Exception {
        BlockingWire wire = wire(1);
        try (ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            BucketAddress address = new BucketAddress(true, "127.0.0.1", server.getLocalPort(), "/demo");
            RequestHead request = RequestHead.ofGet(address, "k", null, null);
            AtomicReference<Object> outcome = new AtomicReference<>("");
            Thread caller = Thread.ofVirtual()
                    .start(() -> outcome.set(failure(() -> wire.send(request, IDENTITY, null, never()))
                            .reason()));
            try (Socket store = server.accept()) {
                assertThat(store.getInputStream().read()).isNotNegative();
                wire.close();
                assertThat(caller.join(HANGS)).isTrue();
            }
            assertThat(outcome.get()).isEqualTo(Reason.ENDED);
        }
    }

    @Test
    void endsWhenItsThreadIsInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (LyingS3 s3 = store(false, _ -> asked.countDown());
                BlockingWire wire = wire(1)) {
            AtomicReference<Object> outcome = new AtomicReference<>("");
            Thread caller = Thread.ofVirtual()
                    .start(() -> outcome.set(failure(() -> wire.send(ofGet(s3), IDENTITY, null, never()))
                            .reason()));
            await(asked);
            caller.interrupt();
            assertThat(caller.join(HANGS)).isTrue();
            assertThat(outcome.get()).isEqualTo(Reason.ENDED);
        }
    }

    private LyingS3 store(boolean tls, LyingS3.Behaviour behaviour) throws IOException {
        return tls
                ? LyingS3.start(
                        KEYS.context()
                                .getServerSocketFactory()
                                .createServerSocket(0, 0, InetAddress.getLoopbackAddress()),
                        "https",
                        behaviour)
                : LyingS3.start(behaviour);
    }

    private BlockingWire wire(int most) {
        return wire(most, HANGS);
    }

    private BlockingWire wire(int most, Duration silence) {
        return new BlockingWire(
                new WireSettings(most, HANGS, silence, Duration.ofSeconds(60), Duration.ofMinutes(5), KEYS.context()),
                InstantSource.system(),
                this::now);
    }

    private long now() {
        return System.nanoTime() + skipped.get();
    }

    private long never() {
        return now() + Duration.ofDays(1).toNanos();
    }

    private static BucketAddress address(LyingS3 s3) {
        URI endpoint = s3.endpoint();
        return new BucketAddress(endpoint.getScheme().equals("https"), endpoint.getHost(), endpoint.getPort(), "/demo");
    }

    private static RequestHead ofGet(LyingS3 s3) {
        return RequestHead.ofGet(address(s3), "k", null, null);
    }

    private String get(BlockingWire wire, LyingS3 s3) throws IOException {
        try (BlockingResponse response = wire.send(ofGet(s3), IDENTITY, null, never())) {
            return shown(response);
        }
    }

    private String put(BlockingWire wire, LyingS3 s3, Body body) throws IOException {
        RequestHead head = RequestHead.ofPut(address(s3), "k", body.length(), "AAAAAA==", List.of());
        try (BlockingResponse response = wire.send(head, IDENTITY, body, never())) {
            return shown(response);
        }
    }

    private static String shown(BlockingResponse response) throws IOException {
        return response.status() + " " + response.fields().first("etag") + " " + text(response, 1 << 16);
    }

    private static String text(BlockingResponse response, int room) throws IOException {
        ByteBuffer to = ByteBuffer.allocate(room);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (response.read(to) >= 0) {
            all.write(to.array(), 0, to.position());
            to.clear();
        }
        return all.toString(UTF_8);
    }

    private static WireException failure(ThrowingCallable call) {
        WireException failure = catchThrowableOfType(WireException.class, call);
        assertThat(failure).as("what the call fails with").isNotNull();
        return failure;
    }

    private static String object(String etag, String body) {
        return "HTTP/1.1 200 OK\r\nETag: " + etag + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static void await(CountDownLatch event) {
        try {
            assertThat(event.await(HANGS.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Bytes in pieces; the second half may wait for an event. */
    private static final class Body implements WireBody {

        private final byte[] bytes;
        private final int piece;
        private CountDownLatch event = new CountDownLatch(0);
        private int at;

        private Body(byte[] bytes, int piece) {
            this.bytes = bytes;
            this.piece = piece;
        }

        static Body of(byte[] bytes, int piece) {
            return new Body(bytes, piece);
        }

        Body waitingFor(CountDownLatch awaited) {
            event = awaited;
            return this;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public ByteBuffer next() {
            if (at >= bytes.length / 2) {
                await(event);
            }
            ByteBuffer next = ByteBuffer.wrap(bytes, at, Math.min(piece, bytes.length - at));
            at += next.remaining();
            return next;
        }
    }
}
