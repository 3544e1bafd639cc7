package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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

    private MockHttpServletResponse put(Duration look) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("PUT", "/v1/objects/demo/it");
        request.setContent("bytes".getBytes(US_ASCII));
        MockHttpServletResponse response = new MockHttpServletResponse();
        WriteConditions conditions = new WriteConditions(store, trials);
        new WriteEndpoint(store, UploadsOf.store(store, budget, abandoned, trials), conditions, Clock.systemUTC(), look)
                .put(BUCKET, new ObjectName("it"), request, response);
        return response;
    }
}
