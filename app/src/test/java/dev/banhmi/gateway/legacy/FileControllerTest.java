package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.BucketProperties;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.transfer.DownloadsOf;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** The object of a request is that of its route, or there is none: whoever chose the controller is not believed. */
class FileControllerTest {

    private final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    private final BufferBudget budget = new BufferBudget(16 << 20, 1);
    private final FileController controller = new FileController(
            new Buckets(Map.of("demo", new BucketProperties(KeyLayout.HASHED, null, false)), false),
            store,
            DownloadsOf.store(store, budget));
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @AfterEach
    void close() {
        budget.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/livez",
                "/file/status",
                "/file/delete",
                "/file/upload",
                "/v1/objects/demo",
                "/v1/objects/demo/k"
            })
    void servesNoOtherRoute(String path) {
        assertThatThrownBy(() -> controller.download(request(path, "bucket=demo&key=k"), response))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("DOWNLOAD was reached by another route");
    }

    @Test
    void takesNeitherOfTwoObjects() {
        assertThatThrownBy(() -> controller.delete(request("/file/delete", "bucket=demo&key=k&key=other"), response))
                .isInstanceOf(GatewayException.class)
                .hasMessageContaining("names bucket 1 and key 2 times");
    }

    @Test
    void readsTheObjectFromTheRouteAlone() throws Exception {
        MockHttpServletRequest request = request("/file/delete", "bucket=demo");
        request.setParameter("key", "k");

        controller.delete(request, response);

        assertThat(response.getStatus()).isEqualTo(404);
        assertThat(response.getContentAsString()).contains("Wrong query parameters");
    }

    private static MockHttpServletRequest request(String path, String query) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path);
        request.setQueryString(query);
        return request;
    }
}
