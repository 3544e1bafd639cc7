package dev.banhmi.gateway.legacy;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.BucketProperties;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.UploadsOf;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.LogOf;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import dev.banhmi.testkit.GeneratedContent;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Uploads of 2018 over a store that ignores {@code If-None-Match: *}. */
class UploadControllerTest {

    private static final String BUCKET = "ignores-creators";
    private static final GeneratedContent CONTENT = new GeneratedContent(2018, 100);

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final BufferBudget budget = new BufferBudget(16 << 20, 1);
    private final AbandonedUploads abandoned = new AbandonedUploads(store, RemovalTimes.of(List.of()), Time.REAL);
    private final ConditionalWrites trials = new ConditionalWrites(store, HANGS, HANGS);
    private final UploadController controller = new UploadController(
            new Buckets(Map.of(BUCKET, new BucketProperties(KeyLayout.HASHED, null, false)), false),
            store,
            UploadsOf.store(store, budget, abandoned, trials),
            trials);

    @AfterEach
    void close() {
        abandoned.close();
        budget.close();
    }

    @Test
    void goOnAndAreWarnedOfOnceWhereThatIsKnown() throws IOException {
        store.hooks().ignoreAbsence(Operation.PUT);
        try (LogOf log = LogOf.linesWith("bucket " + BUCKET)) {
            assertThat(upload("before").getStatus()).isEqualTo(200);
            assertThat(store.hooks().calls(Operation.PUT)).as("tries nothing").isOne();
            assertThat(log.warnings()).isEmpty();

            assertThatThrownBy(() -> trials.requireCreation(BUCKET)).isInstanceOf(GatewayException.class);
            assertThat(upload("first").getStatus()).isEqualTo(200);
            assertThat(upload("second").getStatus()).isEqualTo(200);
            assertThat(log.warnings()).filteredOn(line -> line.contains("2018")).hasSize(1);
        }
    }

    private MockHttpServletResponse upload(String name) throws IOException {
        UploadBody body = UploadBody.of(BUCKET, name, CONTENT);
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/file/upload");
        request.setContentType(body.contentType());
        request.setContent(body.first(body.length()));
        MockHttpServletResponse response = new MockHttpServletResponse();
        controller.upload(request, response);
        return response;
    }
}
