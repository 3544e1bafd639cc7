package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.StoreHooks.Gate;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.UploadsOf;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.LogOf;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** What a PUT waits for besides its write. */
class WriteEndpointTest {

    private static final Bucket BUCKET = new Bucket("demo", KeyLayout.PLAIN, 1 << 20, false);

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final BufferBudget budget = new BufferBudget(16 << 20, 1);
    private final AbandonedUploads abandoned = new AbandonedUploads(store, RemovalTimes.of(List.of()), Time.REAL);
    private final ConditionalWrites trials = new ConditionalWrites(store, HANGS, HANGS);

    @AfterEach
    void close() {
        abandoned.close();
        budget.close();
    }

    @Test
    void tellsANewObjectFromOneThatWasReplaced() throws Exception {
        assertThat(put(HANGS).getStatus()).isEqualTo(201);
        assertThat(put(HANGS).getStatus()).isEqualTo(200);
    }

    /** Both looks only describe: the one at what was there, and the one at what is there now. */
    @Test
    void waitsForNoLookThatTheStoreDoesNotRespondTo() throws Exception {
        put(HANGS);
        Gate gate = store.hooks().hold(Operation.HEAD);
        try {
            MockHttpServletResponse response = put(Duration.ofMillis(50));
            assertThat(response.getStatus()).isEqualTo(201);
            assertThat(response.getContentAsString()).contains("\"lastModified\":null");
            // Each would keep a connection to the store for as long as all its tries take.
            gate.awaitInterrupts(2);
        } finally {
            gate.open();
        }
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(2);
    }

    /** As in a shutdown; the object is written, and that is what the client has to hear. */
    @Test
    void waitsForNoLookWhenItIsInterrupted() throws Exception {
        CompletableFuture<Gate> held = new CompletableFuture<>();
        store.hooks().before(Operation.PUT, () -> held.complete(store.hooks().hold(Operation.HEAD)));
        FutureTask<MockHttpServletResponse> put = new FutureTask<>(() -> put(HANGS.multipliedBy(2)));
        Thread request = Thread.ofVirtual().start(put);
        Gate gate = held.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        gate.awaitArrivals(1);
        request.interrupt();
        MockHttpServletResponse response = put.get(HANGS.toSeconds(), TimeUnit.SECONDS);
        assertThat(response.getStatus()).isEqualTo(201);
        assertThat(response.getContentAsString()).contains("\"lastModified\":null");
        gate.awaitInterrupts(1);
    }

    /** A look that nobody waits for any more is ended also where the write fails. */
    @Test
    void endsItsLookWhenTheWriteFails() {
        Gate gate = store.hooks().hold(Operation.HEAD);
        IOException brokeOff = new IOException("planted");
        MockHttpServletRequest request = new MockHttpServletRequest("PUT", "/v1/objects/demo/it") {
            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(new InputStream() {
                    @Override
                    public int read() throws IOException {
                        gate.awaitArrivals(1);
                        throw brokeOff;
                    }

                    @Override
                    public int read(byte[] target, int offset, int length) throws IOException {
                        return read();
                    }
                });
            }
        };
        assertThatThrownBy(
                        () -> endpoint(HANGS).put(BUCKET, new ObjectName("it"), request, new MockHttpServletResponse()))
                .hasRootCause(brokeOff);
        gate.awaitInterrupts(1);
    }

    @Test
    void tellsAFaultOfALookWithItsStack() throws Exception {
        store.hooks().fail(Operation.HEAD, 1, 2, () -> new IllegalStateException("planted"));
        try (LogOf log = LogOf.linesWith("a-look-with-a-fault")) {
            assertThat(put(HANGS, "a-look-with-a-fault").getStatus()).isEqualTo(201);
            assertThat(log.events()).singleElement().satisfies(line -> {
                assertThat(line.getLevel()).isEqualTo(Level.WARN);
                assertThat(line.getThrowableProxy().getMessage()).isEqualTo("planted");
            });
        }
    }

    @Test
    void tellsALookThatIsLateOrFailsInWords() throws Exception {
        store.hooks().fail(Operation.HEAD, 2, 2, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "away"));
        try (LogOf log = LogOf.linesWith("a-look-without-a-fault")) {
            put(HANGS, "a-look-without-a-fault");
            Gate gate = store.hooks().hold(Operation.HEAD);
            put(Duration.ofMillis(50), "a-look-without-a-fault");
            gate.open();
            assertThat(log.events())
                    .extracting(ILoggingEvent::getLevel, ILoggingEvent::getFormattedMessage)
                    .containsExactly(
                            tuple(
                                    Level.INFO,
                                    "demo/a-look-without-a-fault was written, but could not be looked at: away"),
                            tuple(
                                    Level.INFO,
                                    "demo/a-look-without-a-fault was written, but could not be looked at within 0 s"));
        }
    }

    /** Whichever condition holds because there is no object. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "If-None-Match | *",
                "If-None-Match | \"other\"",
                "If-Unmodified-Since | Mon, 30 Nov 2026 00:00:00 GMT"
            })
    void refusesToCreateWhereTheStoreReplaces(String field, String value) {
        store.hooks().ignoreAbsence(Operation.COMPLETE);
        assertThatThrownBy(() -> put(HANGS, field, value))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONDITION_UNSUPPORTED));
        assertThat(store.objectCount()).isZero();
    }

    @Test
    void triesNoCreatorsForADeletion() {
        MockHttpServletRequest request = new MockHttpServletRequest("DELETE", "/v1/objects/demo/it");
        request.addHeader("If-None-Match", "*");
        MockHttpServletResponse response = new MockHttpServletResponse();
        endpoint(HANGS).delete(BUCKET.key("it"), request, response);
        assertThat(response.getStatus()).isEqualTo(204);
        assertThat(store.hooks().calls(Operation.PUT)).isZero();
    }

    private MockHttpServletResponse put(Duration look) throws Exception {
        return put(look, "it");
    }

    private MockHttpServletResponse put(Duration look, String name) throws Exception {
        return put(look, name, "X-Unused", "");
    }

    private MockHttpServletResponse put(Duration look, String field, String value) throws Exception {
        return put(look, "it", field, value);
    }

    private MockHttpServletResponse put(Duration look, String name, String field, String value) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("PUT", "/v1/objects/demo/" + name);
        request.addHeader(field, value);
        request.setContent("bytes".getBytes(US_ASCII));
        MockHttpServletResponse response = new MockHttpServletResponse();
        endpoint(look).put(BUCKET, new ObjectName(name), request, response);
        return response;
    }

    private WriteEndpoint endpoint(Duration look) {
        WriteConditions conditions = new WriteConditions(store, trials);
        return new WriteEndpoint(
                store, UploadsOf.store(store, budget, abandoned, trials), conditions, Clock.systemUTC(), look);
    }
}
