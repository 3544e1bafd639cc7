package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.DownloadsOf;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** An object that is replaced whenever it matters: between the look at it and the read, and between two reads. */
class ReadEndpointTest {

    private static final ObjectKey KEY = new ObjectKey("demo", "it");

    private final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    private final BufferBudget budget = new BufferBudget(16 << 20, 1);
    private final ReadEndpoint reads = new ReadEndpoint(store, DownloadsOf.store(store, budget), Clock.systemUTC());
    private final AtomicInteger versions = new AtomicInteger();
    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/v1/objects/demo/it");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    ReadEndpointTest() {
        replace();
    }

    @AfterEach
    void close() {
        budget.close();
    }

    @ParameterizedTest
    @CsvSource({"bytes=2-4, 2, 5", "bytes=3-, 3, 20", "bytes=-5, 15, 20", "'bytes= 0-0 ', 0, 1", "bytes=18-99, 18, 20"})
    void sendsTheRangeOfTheNewVersion(String range, int from, int to) throws IOException {
        replaceBeforeEachRead();
        request.addHeader("Range", range);

        reads.get(KEY, request, response);

        assertThat(response.getStatus()).isEqualTo(206);
        assertThat(response.getHeader("Content-Range")).isEqualTo("bytes " + from + "-" + (to - 1) + "/20");
        assertThat(response.getContentAsString())
                .isEqualTo(content(versions.get()).substring(from, to));
        assertThat(response.getHeader("ETag")).isEqualTo(current().etag());
        assertThat(store.hooks().calls(Operation.GET)).isEqualTo(Tries.LOOKS + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "If-None-Match, '\"other\"'",
        "If-Match, *",
        "If-Modified-Since, 'Thu, 01 Jan 1960 00:00:00 GMT'",
        "Range, 'bytes=0-1,4-5'",
        "Range, nonsense"
    })
    void sendsTheWholeNewVersion(String field, String value) throws IOException {
        replaceBeforeEachRead();
        request.addHeader(field, value);

        reads.get(KEY, request, response);

        assertWholeCurrent();
    }

    @Test
    void sendsTheWholeNewVersionWhenTheRangeIsOfAnOldOne() throws IOException {
        request.addHeader("If-Range", current().etag());
        request.addHeader("Range", "bytes=2-4");
        replaceBeforeEachRead();

        reads.get(KEY, request, response);

        assertWholeCurrent();
    }

    @Test
    void failsOnlyWhereTheClientHasACondition() {
        request.addHeader("If-Match", current().etag());
        replaceBeforeEachRead();

        assertThatThrownBy(() -> reads.get(KEY, request, response))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PRECONDITION_FAILED))
                .hasMessageStartingWith("If-Match does not hold");
    }

    @Test
    void refusesARangeOutsideTheNewVersion() {
        request.addHeader("Range", "bytes=20-");
        store.hooks().before(Operation.GET, this::replace);

        assertThatThrownBy(() -> reads.get(KEY, request, response))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RANGE_NOT_SATISFIABLE));
        assertThat(response.getHeader("Content-Range")).isEqualTo("bytes */20");
    }

    @Test
    void sendsNoPartsOfATypeThatWouldEndItsOwnLine() {
        store.put(
                KEY,
                new Bytes(content(1)),
                new ObjectAttributes("text/html\rX-Evil: 2", null, null, null, null, null, Map.of()),
                new WriteCondition.Always());
        request.addHeader("Range", "bytes=0-1,8-9");

        assertThatThrownBy(() -> reads.get(KEY, request, response))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_FAULT));
    }

    /** The rest is requested of the version that is gone, and nothing has been sent yet. */
    @ParameterizedTest
    @CsvSource({"'', 200", "bytes=0-9, 206"})
    void beginsAgainWhenTheStoreStopsAndTheObjectIsReplaced(String range, int status) throws IOException {
        if (!range.isEmpty()) {
            request.addHeader("Range", range);
        }
        response.setHeader("X-Request-Id", "mine");
        put(1, "max-age=5");
        AtomicInteger opened = new AtomicInteger();
        store.hooks().serveFrom((first, length) -> {
            String bytes = content(versions.get()).substring((int) first, (int) (first + length));
            return opened.incrementAndGet() == 1 ? stopping(bytes.substring(0, 2)) : stream(bytes);
        });

        reads.get(KEY, request, response);

        assertThat(response.getStatus()).isEqualTo(status);
        assertThat(response.getContentAsString()).isEqualTo(content(2).substring(0, status == 206 ? 10 : 20));
        assertThat(response.getHeader("ETag")).isEqualTo(current().etag());
        assertThat(response.getHeader("Cache-Control")).isNull();
        assertThat(response.getHeader("X-Request-Id")).isEqualTo("mine");
    }

    @Test
    void givesUpOnAnObjectThatIsReplacedWithinEachRead() {
        store.hooks().serveFrom((_, _) -> stopping("ab"));

        assertThatThrownBy(() -> reads.get(KEY, request, response))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    }

    private void replaceBeforeEachRead() {
        store.hooks().before(Operation.GET, this::replace);
    }

    private void replace() {
        put(versions.incrementAndGet(), null);
    }

    private void put(int version, @Nullable String cacheControl) {
        store.put(
                KEY,
                new Bytes(content(version)),
                new ObjectAttributes("text/plain", null, cacheControl, null, null, null, Map.of()),
                new WriteCondition.Always());
    }

    private ObjectInfo current() {
        return store.head(KEY);
    }

    private void assertWholeCurrent() throws IOException {
        assertThat(response.getStatus()).isEqualTo(200);
        assertThat(response.getHeader("Content-Range")).isNull();
        assertThat(response.getContentAsString()).isEqualTo(content(versions.get()));
        assertThat(response.getHeader("ETag")).isEqualTo(current().etag());
    }

    /** 20 bytes, every two of which say which version they are of. */
    private static String content(int version) {
        return "%02d".formatted(version).repeat(10);
    }

    /** Breaks off after these, and the object is another one by then. */
    private InputStream stopping(String bytes) {
        return new SequenceInputStream(stream(bytes), new InputStream() {
            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                return read();
            }

            @Override
            public int read() throws IOException {
                replace();
                throw new IOException("reset");
            }
        });
    }

    private static InputStream stream(String bytes) {
        return new ByteArrayInputStream(bytes.getBytes(US_ASCII));
    }

    private record Bytes(String text) implements Payload {

        @Override
        public long length() {
            return text.length();
        }

        @Override
        public Crc32c crc32c() {
            CRC32C sum = new CRC32C();
            sum.update(text.getBytes(US_ASCII));
            return Crc32c.of(sum);
        }

        @Override
        public InputStream newStream() {
            return stream(text);
        }
    }
}
