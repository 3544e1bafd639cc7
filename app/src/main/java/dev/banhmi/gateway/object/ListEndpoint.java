package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ListedObject;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectPage;
import dev.banhmi.gateway.store.ObjectStore;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Lists a bucket in pages, by original names. */
@Component
final class ListEndpoint {
    /*
     * With the hashed layout a key says nothing about its name, so each object of a page is looked up for the name that
     * was stored with it, a bounded number at a time; objects of 2018 have none and are listed by key.
     */

    private static final JsonMapper JSON = new JsonMapper();

    private static final int LOOKS_AT_A_TIME = 16;

    private final ObjectStore store;

    ListEndpoint(ObjectStore store) {
        this.store = store;
    }

    void list(Bucket bucket, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ListQuery query = ListQuery.parse(request.getQueryString());
        if (!query.prefix().isEmpty() && bucket.keyLayout() == KeyLayout.HASHED) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "prefix is " + Shown.quoted(query.prefix()) + ", but bucket " + bucket.name()
                            + " stores objects under hashes of their names (key-layout: hashed), which have no prefixes.");
        }
        ObjectPage page = store.list(bucket.name(), query.prefix(), query.after(), query.limit());
        Map<String, Object> listing = new LinkedHashMap<>();
        listing.put("objects", describe(bucket, page.objects()));
        if (page.more() && !page.objects().isEmpty()) {
            listing.put("cursor", ListQuery.cursorAfter(page.objects().getLast().key()));
        }
        byte[] json = JSON.writeValueAsBytes(listing);
        response.setContentType("application/json");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }

    private List<Map<String, Object>> describe(Bucket bucket, List<ListedObject> objects) {
        List<Map<String, Object>> described = new ArrayList<>();
        if (bucket.keyLayout() == KeyLayout.PLAIN) {
            objects.forEach(object -> described.add(entry(object, object.key())));
            return described;
        }
        try (ExecutorService lookers = Executors.newFixedThreadPool(
                LOOKS_AT_A_TIME, Thread.ofVirtual().name("list-", 0).factory())) {
            List<Future<Optional<Map<String, Object>>>> looks = new ArrayList<>();
            for (ListedObject object : objects) {
                looks.add(lookers.submit(() -> look(bucket, object)));
            }
            for (Future<Optional<Map<String, Object>>> look : looks) {
                look.get().ifPresent(described::add);
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GatewayException failure) {
                throw failure;
            }
            throw new GatewayException(ErrorCode.INTERNAL, "The listing failed inside the gateway.", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
        return described;
    }

    /** Empty when the object was deleted since the store listed it. */
    private Optional<Map<String, Object>> look(Bucket bucket, ListedObject object) {
        try {
            ObjectName name = UserMetadata.nameOf(store.head(new ObjectKey(bucket.name(), object.key()))
                    .attributes()
                    .metadata());
            return Optional.of(entry(object, name == null ? null : name.value()));
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Map<String, Object> entry(ListedObject object, @Nullable String name) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", name);
        if (name == null) {
            entry.put("key", object.key());
        }
        entry.put("size", object.size());
        entry.put("etag", object.etag());
        entry.put("lastModified", object.lastModified().toString());
        return entry;
    }
}
