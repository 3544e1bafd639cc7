package dev.banhmi.gateway.store;

import static dev.banhmi.gateway.store.OutOfStepStoreTest.await;
import static dev.banhmi.gateway.store.OutOfStepStoreTest.object;
import static dev.banhmi.gateway.store.OutOfStepStoreTest.payload;
import static dev.banhmi.gateway.store.OutOfStepStoreTest.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.wire.WireBody;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A store responds before it has read the whole body, and need not read the rest. */
@OverBothClients
class EarlyResponsesTest {

    private static final int TRIES = 2;
    private static final int SIZE = 4 << 20;

    /** Than the buffers of two sockets hold. */
    private static final int MORE = 32 << 20;

    private static final Duration STANDSTILL = Duration.ofMillis(200);

    private static final MultipartUpload UPLOAD = new MultipartUpload(new ObjectKey("demo", "it"), "upload-1");
    private static final String RIGHT = object("\"right\"", "");

    @Parameter
    private boolean wire;

    /** The calls that have a body. */
    enum Write {
        PUT(ErrorCode.OUTCOME_UNKNOWN),
        CREATE(ErrorCode.OUTCOME_UNKNOWN),
        PART(ErrorCode.STORE_UNAVAILABLE);

        private final ErrorCode unheard;

        Write(ErrorCode unheard) {
            this.unheard = unheard;
        }

        String make(S3ObjectStore store, Payload payload) {
            ObjectAttributes text = ObjectAttributes.ofType("text/plain");
            return switch (this) {
                case PUT ->
                    store.put(UPLOAD.key(), payload, text, new WriteCondition.Always())
                            .etag();
                case CREATE ->
                    store.put(UPLOAD.key(), payload, text, new WriteCondition.IfAbsent())
                            .etag();
                case PART -> store.uploadPart(UPLOAD, 1, payload).etag();
            };
        }
    }

    /** What it refuses, with each way to end a body. */
    enum Refusal {
        DENIED("403 Forbidden", "AccessDenied", ErrorCode.STORE_DENIED, 1),
        NO_BUCKET("404 Not Found", "NoSuchBucket", ErrorCode.STORE_BUCKET_MISSING, 1),
        NAME("400 Bad Request", "KeyTooLongError", ErrorCode.INVALID_REQUEST, 1),
        FULL("400 Bad Request", "QuotaExceeded", ErrorCode.STORE_REFUSED, 1),
        TOO_SLOW("400 Bad Request", "RequestTimeout", ErrorCode.STORE_UNAVAILABLE, TRIES),
        TOO_FAST("503 Slow Down", "SlowDown", ErrorCode.STORE_THROTTLED, TRIES);

        private final String status;
        private final String s3Code;
        private final ErrorCode expected;
        private final int tries;

        Refusal(String status, String s3Code, ErrorCode expected, int tries) {
            this.status = status;
            this.s3Code = s3Code;
            this.expected = expected;
            this.tries = tries;
        }

        String bytes(Framing framing) {
            String body = "<Error><Code>" + s3Code + "</Code></Error>";
            return "HTTP/1.1 " + status + "\r\nx-amz-request-id: 1\r\n"
                    + switch (framing) {
                        case LENGTH -> "Content-Length: " + body.length() + "\r\n\r\n" + body;
                        case CHUNKS ->
                            String.format(
                                    Locale.ROOT,
                                    "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n",
                                    body.length(),
                                    body);
                        case END -> "Connection: close\r\n\r\n" + body;
                    };
        }
    }

    /** What says where the body of a response ends. */
    enum Framing {
        LENGTH,
        CHUNKS,
        END
    }

    private static Stream<Arguments> refusals() {
        return Stream.of(Write.values())
                .flatMap(write -> Stream.of(Refusal.values())
                        .flatMap(refusal ->
                                Stream.of(Framing.values()).map(framing -> Arguments.of(write, refusal, framing))));
    }

    /** The second half of the body meets a connection that is closed. */
    @ParameterizedTest
    @MethodSource("refusals")
    void countsARefusalWhoseConnectionIsClosed(Write write, Refusal refusal, Framing framing) {
        Outcome outcome = outcome(write, refusal.bytes(framing));
        assertThat(outcome.code()).isEqualTo(refusal.expected);
        assertThat(outcome.tries()).isEqualTo(refusal.tries);
    }

    /** Nothing but what it has said ends the write: it neither reads on nor closes the connection. */
    @ParameterizedTest
    @EnumSource
    void countsARefusalOfAStoreThatReadsNoMore(Write write) {
        CountDownLatch said = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.say(Refusal.DENIED.bytes(Framing.LENGTH));
                    said.countDown();
                    await(end);
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            assertThat(catchThrowableOfType(GatewayException.class, () -> write.make(store, payload(MORE, said)))
                            .code())
                    .isEqualTo(ErrorCode.STORE_DENIED);
            assertThat(s3.requests()).containsExactly("0 PUT");
            end.countDown();
        }
    }

    /** What it says comes when nothing more can be sent. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void countsARefusalThatComesWhileTheWriteIsHeldUp(boolean tls) throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Taken payload = new Taken(payload(MORE, new CountDownLatch(0)), new AtomicLong());
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(tls), tls ? "https" : "http", exchange -> {
                    payload.awaitStandstill();
                    exchange.say("HTTP/1.1 100 Continue\r\n\r\n", Refusal.DENIED.bytes(Framing.LENGTH));
                    await(end);
                    ended.countDown();
                });
                OneTry client = OneTry.with(wire)) {
            OneTry.Said said = client.put(s3.endpoint(), payload);
            assertThat(said.status()).isEqualTo(403);
            assertThat(said.body()).contains("AccessDenied");
            end.countDown();
            // Else it has closed the connection before.
            await(ended);
        }
    }

    /** A store may say something, and go on reading later. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void sendsOnWhereTheStoreHasNotRefused(boolean tls) throws IOException {
        CountDownLatch held = new CountDownLatch(1);
        Taken payload = new Taken(payload(MORE, new CountDownLatch(0)), new AtomicLong());
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(tls), tls ? "https" : "http", exchange -> {
                    exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                    payload.awaitStandstill();
                    exchange.say("HTTP/1.1 103 Early Hints\r\n\r\n");
                    payload.awaitStandstill();
                    held.countDown();
                    exchange.readBody();
                    exchange.say(RIGHT);
                });
                OneTry client = OneTry.with(wire)) {
            assertThat(client.put(s3.endpoint(), payload).status()).isEqualTo(200);
            assertThat(held.getCount()).isZero();
        }
    }

    /** An interim response before it is no obstacle. */
    @ParameterizedTest
    @EnumSource
    void countsARefusalBehindAnInterimResponse(Write write) {
        Outcome outcome = outcome(write, "HTTP/1.1 100 Continue\r\n\r\n" + Refusal.DENIED.bytes(Framing.LENGTH));
        assertThat(outcome.code()).isEqualTo(ErrorCode.STORE_DENIED);
        assertThat(outcome.tries()).isEqualTo(1);
    }

    @Test
    void countsAConditionThatDoesNotHold() {
        Outcome outcome = outcome(Write.CREATE, "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n");
        assertThat(outcome.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(outcome.tries()).isEqualTo(1);
    }

    private static Stream<Arguments> noRefusals() {
        return Stream.of(Write.values())
                .flatMap(write -> Stream.of(
                                "",
                                "HTTP/1.1 403 Forbid",
                                "what is this?\r\n",
                                "HTTP/1.1 100 Continue\r\n\r\n",
                                RIGHT,
                                "HTTP/1.1 100 Continue\r\n\r\n" + RIGHT,
                                "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
                        .map(bytes -> Arguments.of(write, bytes)));
    }

    /** Nothing, half a head, a success of which the store cannot know, and the end of its patience. */
    @ParameterizedTest
    @MethodSource("noRefusals")
    void countsNothingElseWhenTheConnectionIsClosed(Write write, String bytes) {
        Outcome outcome = outcome(write, bytes);
        assertThat(outcome.code()).isEqualTo(write.unheard);
        assertThat(outcome.tries()).isEqualTo(TRIES);
    }

    /** No success comes before the last byte, whatever is said first. */
    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
            })
    void takesNoEarlySuccessBehindAnInterimResponse(String interim) {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(interim, object("\"stray\"", ""));
                        said.countDown();
                        exchange.readBody();
                    } else {
                        exchange.readBody();
                        exchange.say(RIGHT);
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            assertThat(Write.PART.make(store, payload(SIZE, said))).isEqualTo("\"right\"");
            assertThat(s3.requests()).containsExactly("0 PUT", "1 PUT");
        }
    }

    /** Whether the store takes the rest for a body or for a request, nobody knows. */
    @Test
    void doesNotUseTheConnectionOfAnEarlyRefusalAgain() {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    if (exchange.connection() == 0) {
                        exchange.say(Refusal.NO_BUCKET.bytes(Framing.LENGTH));
                        said.countDown();
                    }
                    exchange.readBody();
                    if (exchange.connection() > 0) {
                        exchange.say(RIGHT);
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), 1, wire)) {
            assertThatThrownBy(() -> Write.PUT.make(store, payload(SIZE, said))).isInstanceOf(GatewayException.class);
            assertThat(Write.PUT.make(store, payload(10, said))).isEqualTo("\"right\"");
            assertThat(s3.requests()).containsExactly("0 PUT", "1 PUT");
        }
    }

    @Test
    void countsARefusalUnderTls() throws IOException {
        CountDownLatch closed = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(true), "https", exchange -> {
                    exchange.say(Refusal.DENIED.bytes(Framing.LENGTH));
                    exchange.out().close();
                    closed.countDown();
                });
                OneTry client = OneTry.with(wire)) {
            OneTry.Said said = client.put(s3.endpoint(), payload(SIZE, closed));
            assertThat(said.status()).isEqualTo(403);
            assertThat(said.body()).contains("AccessDenied");
        }
    }

    @Test
    void takesNoEarlySuccessUnderTls() throws IOException {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(true), "https", exchange -> {
                    exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                    exchange.say(RIGHT);
                    said.countDown();
                    exchange.readBody();
                });
                OneTry client = OneTry.with(wire)) {
            assertThatThrownBy(() -> client.put(s3.endpoint(), payload(SIZE, said)))
                    .hasMessageContaining("before the end of the request");
        }
    }

    @Test
    void takesTheResponseBehindAnInterimOneUnderTls() throws IOException {
        CountDownLatch said = new CountDownLatch(1);
        try (LyingS3 s3 = LyingS3.start(OneTry.listen(true), "https", exchange -> {
                    exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                    said.countDown();
                    exchange.readBody();
                    exchange.say(RIGHT);
                });
                OneTry client = OneTry.with(wire)) {
            for (String connection : List.of("0 PUT", "0 PUT")) {
                assertThat(client.put(s3.endpoint(), payload(SIZE, said)).status())
                        .isEqualTo(200);
                assertThat(s3.requests()).endsWith(connection);
            }
        }
    }

    /** Of what is sent, and not of the connection. */
    @Test
    void throwsWhatTheBodyThrows() {
        try (LyingS3 s3 = LyingS3.start(exchange -> exchange.say(Refusal.DENIED.bytes(Framing.LENGTH)));
                OneTry client = OneTry.with(wire)) {
            IOException own = new IOException("of the body");
            WireBody failing = new WireBody() {
                @Override
                public long length() {
                    return SIZE;
                }

                @Override
                public ByteBuffer next() throws IOException {
                    throw own;
                }
            };
            assertThatThrownBy(() -> client.put(s3.endpoint(), failing)).isSameAs(own);
        }
    }

    private record Outcome(ErrorCode code, long tries) {}

    /** Of a write to a store that says this to the head of each try, and closes the connection. */
    private Outcome outcome(Write write, String bytes) {
        List<CountDownLatch> closed =
                Stream.generate(() -> new CountDownLatch(1)).limit(TRIES).toList();
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.say(bytes);
                    exchange.out().close();
                    closed.get(Math.min(exchange.connection(), TRIES - 1)).countDown();
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            ErrorCode code = catchThrowableOfType(GatewayException.class, () -> write.make(store, new Tried(closed)))
                    .code();
            long tries = s3.requests().stream()
                    .filter(request -> request.endsWith("PUT"))
                    .count();
            return new Outcome(code, tries);
        }
    }

    /**
     * Of no try the second half is sent before its connection is closed: a body that is under way as a whole would come
     * before whatever the store says.
     */
    private static final class Tried implements Payload {

        private final List<Payload> tries;
        private final AtomicInteger begun = new AtomicInteger();

        Tried(List<CountDownLatch> closed) {
            tries = closed.stream().map(event -> payload(SIZE, event)).toList();
        }

        @Override
        public long length() {
            return SIZE;
        }

        @Override
        public Crc32c crc32c() {
            return tries.getFirst().crc32c();
        }

        @Override
        public InputStream newStream() {
            return tries.get(Math.min(begun.getAndIncrement(), TRIES - 1)).newStream();
        }
    }

    /** It knows how much of it has been taken to be sent. */
    private record Taken(Payload payload, AtomicLong taken) implements Payload {

        @Override
        public long length() {
            return payload.length();
        }

        @Override
        public Crc32c crc32c() {
            return payload.crc32c();
        }

        @Override
        public InputStream newStream() {
            return new FilterInputStream(payload.newStream()) {
                @Override
                public int read(byte[] to, int offset, int most) throws IOException {
                    int count = super.read(to, offset, most);
                    taken.addAndGet(count);
                    return count;
                }
            };
        }

        /** Until nothing has been taken for a while, as when the buffers of the sockets are full. */
        void awaitStandstill() {
            long before;
            do {
                before = taken.get();
                LockSupport.parkNanos(STANDSTILL.toNanos());
            } while (before == 0 || taken.get() > before);
        }
    }
}
