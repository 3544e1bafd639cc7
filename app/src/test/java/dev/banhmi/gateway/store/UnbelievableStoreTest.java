package dev.banhmi.gateway.store;

import static dev.banhmi.gateway.store.OutOfStepStoreTest.store;
import static dev.banhmi.testkit.Patience.HANGS;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.OutOfStepStoreTest.Call;
import dev.banhmi.gateway.transfer.upload.LogOf;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of responses that cannot be believed, and of calls that get none. */
@OverBothClients
class UnbelievableStoreTest {

    private static final int TRIES = 2;

    private static final String NEVER_IN_HTTP = "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n";

    @Parameter
    private boolean wire;

    /** Whole responses, of which another one would be no better, and one that broke off. */
    enum Response {
        YEAR_10000(Call.HEAD, head("Last-Modified: Sat, 01 Jan 10000 00:00:00 GMT\r\n")),
        DATE_OF_WORDS(Call.GET, head("Last-Modified: yesterday\r\n") + "right"),
        NO_LENGTH(
                Call.GET,
                "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nright\r\n0\r\n\r\n"),
        SIZE_OF_LETTERS(Call.LIST, listing("<Size>xyz</Size>")),
        LISTED_DATE_OF_WORDS(Call.LIST, listing("<LastModified>yesterday</LastModified>")),
        DOCTYPE(Call.LIST, xml("<!DOCTYPE a [<!ENTITY b \"c\">]><ListBucketResult>&b;</ListBucketResult>")),
        NO_XML(Call.LIST, xml("no listing at all")),
        UNCLOSED(Call.LIST, xml("<ListBucketResult><Contents>"));

        private final Call call;
        private final String bytes;

        Response(Call call, String bytes) {
            this.call = call;
            this.bytes = bytes;
        }

        private static String head(String more) {
            return "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 5\r\n" + more + "\r\n";
        }

        private static String listing(String ofAnObject) {
            return xml("<ListBucketResult><Name>demo</Name><Contents><Key>a</Key>" + ofAnObject
                    + "</Contents></ListBucketResult>");
        }

        private static String xml(String body) {
            return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        }
    }

    @ParameterizedTest
    @EnumSource
    void callsWhatIsWholeAndCannotBeReadAFault(Response response) {
        assertThat(codeOf(response.call, response.bytes)).isEqualTo(ErrorCode.STORE_FAULT);
    }

    /** The next one may be whole. */
    @ParameterizedTest
    @CsvSource({
        "GET, 'HTTP/1.1 200 OK\r\nETag: \"x\"\r\n'",
        "HEAD, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n'",
        "LIST, 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<ListBucketResult>'",
        "LIST, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<List\r\n'"
    })
    void callsWhatBrokeOffAFailureThatPasses(Call call, String bytes) {
        assertThat(codeThenClosed(call, bytes)).isIn(ErrorCode.STORE_UNAVAILABLE, ErrorCode.STORE_FAULT);
    }

    /** Why it refused is not known, so what was sent may have been damaged: whoever has it sends it again. */
    @ParameterizedTest
    @EnumSource(names = {"PUT", "CREATE", "PART"})
    void callsARefusedWriteOfWhichOnlyTheStatusComesAFault(Call call) {
        assertThat(codeThenClosed(call, "HTTP/1.1 400 Bad Request\r\nContent-Length: 500\r\n\r\n"))
                .isEqualTo(ErrorCode.STORE_FAULT);
    }

    /** Each try would leave one more upload that nobody can end; a response that breaks off is read again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<InitiateMultipartUploadResult><Key>x&#xfffe;</Key></InitiateMultipartUploadResult>",
                "no XML at all",
                "<InitiateMultipartUploadResult><UploadId>1"
            })
    void beginsNoUploadAgainWhoseResponseCannotBeRead(String body) {
        ObjectKey key = new ObjectKey("demo", "an-upload-without-a-name");
        try (LogOf log = LogOf.linesWith(key.key());
                LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(Response.xml(body));
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            assertThat(catchThrowableOfType(
                                    GatewayException.class,
                                    () -> store.beginUpload(key, ObjectAttributes.ofType("text/plain")))
                            .code())
                    .isEqualTo(ErrorCode.STORE_FAULT);
            assertThat(s3.requests()).containsExactly("0 POST");
            assertThat(log.events()).singleElement().asString().contains("CreateMultipartUpload of demo/" + key.key());
        }
    }

    /** What can be ended is ended. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "<InitiateMultipartUploadResult><Key>x&#xfffe;</Key><UploadId>an-id</UploadId>"
                        + "</InitiateMultipartUploadResult>",
                "<InitiateMultipartUploadResult><UploadId>an-id</UploadId>"
            })
    void endsAnUploadWhoseIdCanBeReadAndTheRestCannot(String body) {
        ObjectKey key = new ObjectKey("demo", "an-upload-with-an-id");
        try (LogOf log = LogOf.linesWith(key.key());
                LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(
                            exchange.method().equals("DELETE")
                                    ? "HTTP/1.1 204 No Content\r\n\r\n"
                                    : Response.xml(body));
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            assertThat(catchThrowableOfType(
                                    GatewayException.class,
                                    () -> store.beginUpload(key, ObjectAttributes.ofType("text/plain")))
                            .code())
                    .isEqualTo(ErrorCode.STORE_FAULT);
            assertThat(s3.requests())
                    .extracting(request -> request.substring(request.indexOf(' ') + 1))
                    .containsExactly("POST", "DELETE");
            assertThat(log.events()).isEmpty();
        }
    }

    /** Half of a head was believed where what it lacked was not missed. */
    @Test
    void believesNoHeadThatBrokeOff() {
        String half = "HTTP/1.1 200 OK\r\nETag: \"x\"\r\nContent-Length: 0\r\n";
        assertThat(codeThenClosed(Call.HEAD, half)).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    }

    @ParameterizedTest
    @EnumSource
    void survivesAStatusThatHttpDoesNotHave(Call call) {
        assertThat(codeOf(call, NEVER_IN_HTTP)).isIn(ErrorCode.STORE_UNAVAILABLE, ErrorCode.OUTCOME_UNKNOWN);
    }

    /** Of the eight, one has a condition. */
    @ParameterizedTest
    @EnumSource
    void takesNoConditionForOneThatWasNotSet(Call call) {
        assertThat(codeOf(call, "HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n"))
                .isEqualTo(call == Call.CREATE ? ErrorCode.PRECONDITION_FAILED : ErrorCode.STORE_FAULT);
    }

    @ParameterizedTest
    @CsvSource({
        "AccessDenied, STORE_DENIED",
        "PreconditionFailed, STORE_FAULT",
        "NoSuchUpload, STORE_FAULT",
        "OperationAborted, WRITE_CONFLICT",
        "Whatever, STORE_FAULT"
    })
    void readsTheRefusalInASuccess(String s3Code, ErrorCode expected) {
        String error = "<Error><Code>" + s3Code + "</Code></Error>";
        assertThat(codeOf(Call.COMPLETE, Response.xml(error))).isEqualTo(expected);
    }

    /** One after the other, as long as the client reads them. */
    @ParameterizedTest
    @EnumSource
    void readsNoInterimResponsesWithoutEnd(Call call) throws Exception {
        CountDownLatch closed = new CountDownLatch(TRIES);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    try {
                        while (true) {
                            exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                        }
                    } finally {
                        closed.countDown();
                    }
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            assertThatThrownBy(() -> call.make(store)).isInstanceOf(GatewayException.class);
            assertThat(closed.await(HANGS.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
        }
    }

    /** A read has changed nothing, and a write that was sent may have. */
    @Test
    void saysWhyCallsEndWithTheGateway() throws Exception {
        CountDownLatch asked = new CountDownLatch(Call.values().length);
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    asked.countDown();
                    exchange.in().transferTo(OutputStream.nullOutputStream());
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            Map<Call, CompletableFuture<Throwable>> ended = new EnumMap<>(Call.class);
            for (Call call : Call.values()) {
                ended.put(
                        call, CompletableFuture.supplyAsync(() -> failureOf(call, store), Thread::startVirtualThread));
            }
            assertThat(asked.await(HANGS.toMillis(), TimeUnit.MILLISECONDS)).isTrue();

            store.endCalls();

            for (Call call : Call.values()) {
                assertThat(requireNonNull(ended.get(call)).get(HANGS.toMillis(), TimeUnit.MILLISECONDS))
                        .as("%s", call)
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                failure -> assertThat(failure.code())
                                        .isEqualTo(
                                                changes(call) ? ErrorCode.OUTCOME_UNKNOWN : ErrorCode.SHUTTING_DOWN));
                assertThat(failureOf(call, store))
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                failure -> assertThat(failure.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
            }
        }
    }

    private static boolean changes(Call call) {
        return switch (call) {
            case PUT, CREATE, COMPLETE, DELETE -> true;
            case GET, HEAD, PART, LIST -> false;
        };
    }

    private static Throwable failureOf(Call call, S3ObjectStore store) {
        try {
            return new AssertionError(call.make(store));
        } catch (RuntimeException e) {
            return e;
        }
    }

    private ErrorCode codeOf(Call call, String response) {
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(response);
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            return catchThrowableOfType(GatewayException.class, () -> call.make(store))
                    .code();
        }
    }

    private ErrorCode codeThenClosed(Call call, String response) {
        try (LyingS3 s3 = LyingS3.start(exchange -> {
                    exchange.readBody();
                    exchange.say(response);
                    exchange.out().close();
                });
                S3ObjectStore store = store(s3.endpoint(), TRIES, wire)) {
            return catchThrowableOfType(GatewayException.class, () -> call.make(store))
                    .code();
        }
    }
}
