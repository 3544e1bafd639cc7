package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.BucketProperties;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.Patience;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.mock.web.DelegatingServletInputStream;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The endpoints of whole buckets in front of a store in memory, with a clock that stands still. */
final class FastWorld {

    static final int CALLS_OF_ALL = 64;
    static final int WAITING_BYTES = 1 << 20;

    final MemoryObjectStore store = MemoryObjectStore.keepingBytes();
    final MovedClock clock = new MovedClock();
    final ParallelCalls calls = new ParallelCalls(CALLS_OF_ALL, clock);
    final EntryBudget listed = new EntryBudget(3000, Patience.HANGS);
    final EntryBudget deleted = new EntryBudget(1000, Patience.HANGS);
    final WaitingBytes bodies = new WaitingBytes(WAITING_BYTES, Patience.HANGS, clock);
    final WaitingBytes responses = new WaitingBytes(WAITING_BYTES, Patience.HANGS, clock);
    final Bucket bucket;
    private final ListEndpoint lists;
    private final DeleteManyEndpoint deletions;

    FastWorld(KeyLayout layout) {
        Buckets buckets = new Buckets(
                Map.of(
                        "demo", new BucketProperties(layout, null, false),
                        "other", new BucketProperties(KeyLayout.HASHED, null, true)),
                true);
        bucket = buckets.require("demo");
        lists = new ListEndpoint(buckets, store, new StoredNames(store, calls), calls, listed, responses);
        deletions = new DeleteManyEndpoint(store, calls, deleted, bodies, responses);
    }

    /** Stores an empty object as PUT does, with its name. */
    ObjectKey put(String name) {
        ObjectKey key = bucket.key(name);
        String base64 = Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(UTF_8));
        put(key, Map.of("banhmi-name", base64));
        return key;
    }

    /** Stores an empty object as others do. */
    void put(ObjectKey key, Map<String, String> metadata) {
        store.put(
                key,
                new NoBytes(),
                new ObjectAttributes("text/plain", null, null, null, null, null, metadata),
                new WriteCondition.Always());
    }

    JsonNode list(@Nullable String query) {
        return json(listing("GET", query));
    }

    MockHttpServletResponse listing(String method, @Nullable String query) {
        MockHttpServletResponse response = new MockHttpServletResponse();
        try {
            list(method, query, response);
        } catch (IOException e) {
            throw new AssertionError("all of it is in memory", e);
        }
        return response;
    }

    void list(String method, @Nullable String query, HttpServletResponse response) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest(method, "/v1/objects/demo");
        request.setQueryString(query);
        lists.list(bucket, request, response);
    }

    MockHttpServletResponse buckets(String method) throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        lists.listBuckets(new MockHttpServletRequest(method, "/v1/objects"), response);
        return response;
    }

    /** Sends a deletion of many. */
    JsonNode delete(String query, byte[] body, String... headers) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/objects/demo");
        request.setQueryString(query);
        request.setContentType("application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.removeHeader(headers[i]);
            request.addHeader(headers[i], headers[i + 1]);
        }
        request.setContent(body);
        MockHttpServletResponse response = new MockHttpServletResponse();
        deletions.delete(bucket, request, response);
        return json(response);
    }

    /** Sends a deletion of many whose body and response take the time that they take. */
    void delete(InputStream body, HttpServletResponse response) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/objects/demo") {
            @Override
            public ServletInputStream getInputStream() {
                return new DelegatingServletInputStream(body);
            }
        };
        request.setQueryString("delete");
        request.setContentType("application/json");
        deletions.delete(bucket, request, response);
    }

    static JsonNode json(MockHttpServletResponse response) {
        return new JsonMapper().readTree(response.getContentAsByteArray());
    }

    static List<String> names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.get("objects")
                .forEach(object -> names.add(object.get("name").asStringOpt().orElse("")));
        return names;
    }

    static @Nullable String cursor(JsonNode page) {
        return page.has("cursor") ? page.get("cursor").asString() : null;
    }

    /** What an empty object is made of. */
    static final class NoBytes implements Payload {

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
}
