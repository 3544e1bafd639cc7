package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.object.StoredNames.Name;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.ListPosition;
import dev.banhmi.gateway.store.ListRequest;
import dev.banhmi.gateway.store.ListedObject;
import dev.banhmi.gateway.store.ObjectPage;
import dev.banhmi.gateway.store.ObjectStore;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Lists the buckets, and one bucket in pages, by original names. */
@Component
final class ListEndpoint {
    /*
     * A store's page may hold fewer objects than it was asked for, or none, and still not be the last: s3proxy counts
     * the stubs of unfinished uploads and then leaves them out. So pages are read until the listing has what was asked
     * for. Nothing in a bucket can make that endless: after MOST_STORE_PAGES, or when the store has been slow for too
     * long, the response is what there is, with a cursor, and the client comes back for the rest.
     */

    private static final Logger log = LoggerFactory.getLogger(ListEndpoint.class);

    /** How many of the store's pages one request reads. */
    static final int MOST_STORE_PAGES = 10;

    /** Behind everything that is reserved: the last of all characters follows its prefix. */
    private static final ListPosition BEHIND_RESERVED =
            new ListPosition.After(Bucket.RESERVED + Character.toString(Character.MAX_CODE_POINT));

    private final Buckets buckets;
    private final ObjectStore store;
    private final StoredNames names;
    private final ParallelCalls calls;
    private final EntryBudget listedEntries;
    private final WaitingBytes responses;

    ListEndpoint(
            Buckets buckets,
            ObjectStore store,
            StoredNames names,
            ParallelCalls calls,
            EntryBudget listedEntries,
            WaitingBytes responses) {
        this.buckets = buckets;
        this.store = store;
        this.names = names;
        this.calls = calls;
        this.listedEntries = listedEntries;
        this.responses = responses;
    }

    /** The buckets that are served; the store is not asked. */
    void listBuckets(HttpServletRequest request, HttpServletResponse response) throws IOException {
        List<Map<String, Object>> described = new ArrayList<>();
        for (Bucket bucket : buckets.all()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", bucket.name());
            one.put("keyLayout", bucket.keyLayout().name().toLowerCase(Locale.ROOT));
            one.put("maxObjectSize", bucket.maxObjectSize());
            one.put("offload", bucket.offload());
            described.add(one);
        }
        try (WaitingBytes.Held bytes = responses.hold()) {
            JsonResponse.render(Map.of("buckets", described), bytes);
            if (isHead(request)) {
                response.setContentType(JsonResponse.TYPE);
                response.setContentLengthLong(bytes.size());
            } else {
                JsonResponse.write(bytes, response);
            }
        }
    }

    /**
     * GET and HEAD of a bucket. HEAD fails as GET would where the store is asked for one entry, and has no
     * {@code Content-Length} (RFC 9110, section 9.3.2, allows that): to know it would cost all that GET costs.
     */
    void list(Bucket bucket, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ListQuery query = ListQuery.parse(bucket, request.getQueryString());
        if (isHead(request)) {
            storePage(bucket, query, query.from(), 1);
            response.setContentType(JsonResponse.TYPE);
            return;
        }
        try (WaitingBytes.Held bytes = responses.hold()) {
            try (EntryBudget.Share _ = listedEntries.take(query.limit())) {
                JsonResponse.render(page(bucket, query), bytes);
            }
            JsonResponse.write(bytes, response);
        }
    }

    private static boolean isHead(HttpServletRequest request) {
        return request.getMethod().equals("HEAD");
    }

    private Map<String, Object> page(Bucket bucket, ListQuery query) {
        Listing listing = new Listing(bucket, query);
        listing.read();
        listing.logUnknownNames();
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("objects", listing.objects);
        if (query.delimiter() != null) {
            page.put("prefixes", listing.prefixes);
        }
        if (listing.next != null) {
            page.put("cursor", query.cursorAt(bucket, listing.next));
        }
        return page;
    }

    private ObjectPage storePage(Bucket bucket, ListQuery query, ListPosition from, int limit) {
        try {
            return store.list(new ListRequest(bucket.name(), query.prefix(), query.delimiter(), from, limit));
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.STORE_REFUSED && query.cursor() != null && from.equals(query.from())) {
                throw ListCursor.refused(query.cursor(), "the store does not know where that is", e);
            }
            throw e;
        }
    }

    /** One page for a client, gathered from as many of the store's as it takes. */
    private final class Listing {

        private final Bucket bucket;
        private final ListQuery query;
        private final Instant deadline = calls.deadline();
        private final List<Map<String, Object>> objects = new ArrayList<>();
        private final List<String> prefixes = new ArrayList<>();
        /** Where the next page starts, a store's or the client's; null when the store has no more. */
        private @Nullable ListPosition next;

        private int refusals;
        private String firstRefusal = "";

        Listing(Bucket bucket, ListQuery query) {
            this.bucket = bucket;
            this.query = query;
            this.next = query.from();
        }

        void read() {
            for (int pages = 1; next != null && missing() > 0; pages++) {
                add(next, storePage(bucket, query, next, missing()));
                if (pages == MOST_STORE_PAGES || calls.isPast(deadline)) {
                    return;
                }
            }
        }

        /** The client sees each of them, the operator that there are some. */
        private void logUnknownNames() {
            if (refusals > 0) {
                log.warn(
                        "{} of {} listed objects in bucket {} could not be asked for their names, the first with {}",
                        refusals,
                        objects.size(),
                        bucket.name(),
                        firstRefusal);
            }
        }

        private int missing() {
            return query.limit() - objects.size() - prefixes.size();
        }

        private void add(ListPosition from, ObjectPage page) {
            page.prefixes().stream()
                    .filter(prefix -> !Bucket.isReserved(prefix))
                    .forEach(prefixes::add);
            List<ListedObject> listed = page.objects().stream()
                    .filter(object -> !Bucket.isReserved(object.key()))
                    .toList();
            List<Name> asked = names.of(bucket, listed, deadline);
            for (int i = 0; i < asked.size(); i++) {
                describe(listed.get(i), asked.get(i));
            }
            if (asked.isEmpty() && !listed.isEmpty()) {
                if (objects.isEmpty()) {
                    throw calls.busy();
                }
                next = from;
            } else if (asked.size() < listed.size()) {
                // Time was up among the names; the next page starts with the first that was not asked for.
                next = new ListPosition.After(listed.get(asked.size() - 1).key());
            } else if (page.next() != null
                    && !page.objects().isEmpty()
                    && page.objects().getLast().key().startsWith(Bucket.RESERVED)) {
                next = BEHIND_RESERVED;
            } else {
                next = page.next();
            }
        }

        private void describe(ListedObject object, Name name) {
            Map<String, Object> entry = new LinkedHashMap<>();
            switch (name) {
                case Name.Known(String value) -> entry.put("name", value);
                case Name.Unknown(String code, String detail) -> {
                    if (!code.equals(StoredNames.NAME_UNKNOWN)) {
                        refusals++;
                        firstRefusal =
                                firstRefusal.isEmpty() ? code + " for " + Shown.quoted(object.key()) : firstRefusal;
                    }
                    entry.put("name", null);
                    entry.put("key", object.key());
                    entry.put("error", new ItemError(code, detail));
                }
                case Name.Gone _ -> {
                    return;
                }
            }
            entry.put("size", object.size());
            entry.put("etag", object.etag());
            entry.put("lastModified", object.lastModified().toString());
            objects.add(entry);
        }
    }
}
