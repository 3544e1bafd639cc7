package dev.banhmi.gateway.object;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.WriteCondition;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ListEndpointTest {

    private static final int LOOKS_AT_A_TIME = 16;
    private static final int OBJECTS = 50;

    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final ListEndpoint lists = new ListEndpoint(store);

    ListEndpointTest() {
        for (int i = 0; i < OBJECTS; i++) {
            store.put(
                    new ObjectKey("demo", "%02d".formatted(i)),
                    new NoBytes(),
                    ObjectAttributes.ofType("text/plain"),
                    new WriteCondition.Always());
        }
    }

    @Test
    void looksForABoundedNumberOfNamesAtATime() throws IOException {
        AtomicInteger looking = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch full = new CountDownLatch(LOOKS_AT_A_TIME);
        store.hooks().before(Operation.HEAD, () -> {
            most.accumulateAndGet(looking.incrementAndGet(), Math::max);
            full.countDown();
            // Nobody goes on before as many look as may: this fails for fewer, and `most` for more.
            assertThat(awaited(full)).isTrue();
            looking.decrementAndGet();
        });

        JsonNode page = list(KeyLayout.HASHED);

        assertThat(page.get("objects").size()).isEqualTo(OBJECTS);
        assertThat(store.hooks().calls(Operation.HEAD)).isEqualTo(OBJECTS);
        assertThat(most).hasValue(LOOKS_AT_A_TIME);
    }

    @Test
    void looksForNoNameWhereTheKeyIsTheName() throws IOException {
        JsonNode page = list(KeyLayout.PLAIN);

        assertThat(page.get("objects").size()).isEqualTo(OBJECTS);
        assertThat(page.get("objects").get(3).get("name").asString()).isEqualTo("03");
        assertThat(store.hooks().calls(Operation.HEAD)).isZero();
    }

    @Test
    void leavesOutWhatWasDeletedSinceItWasListed() throws IOException {
        store.hooks().fail(Operation.HEAD, 5, 7, () -> new GatewayException(ErrorCode.OBJECT_NOT_FOUND, "It is gone."));

        assertThat(list(KeyLayout.HASHED).get("objects").size()).isEqualTo(OBJECTS - 3);
    }

    private JsonNode list(KeyLayout layout) throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        lists.list(new Bucket("demo", layout, 0, false), new MockHttpServletRequest(), response);
        return new JsonMapper().readTree(response.getContentAsByteArray());
    }

    private static final class NoBytes implements Payload {

        @Override
        public long length() {
            return 0;
        }

        @Override
        public Crc32c crc32c() {
            return Crc32c.EMPTY;
        }

        @Override
        public InputStream newStream() {
            return InputStream.nullInputStream();
        }
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
