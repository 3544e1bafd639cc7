package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        } finally {
            gate.open();
        }
        assertThat(store.hooks().calls(Operation.PUT)).isEqualTo(2);
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
        return put(look, "X-Unused", "");
    }

    private MockHttpServletResponse put(Duration look, String field, String value) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("PUT", "/v1/objects/demo/it");
        request.addHeader(field, value);
        request.setContent("bytes".getBytes(US_ASCII));
        MockHttpServletResponse response = new MockHttpServletResponse();
        endpoint(look).put(BUCKET, new ObjectName("it"), request, response);
        return response;
    }

    private WriteEndpoint endpoint(Duration look) {
        WriteConditions conditions = new WriteConditions(store, trials);
        return new WriteEndpoint(
                store, UploadsOf.store(store, budget, abandoned, trials), conditions, Clock.systemUTC(), look);
    }
}
