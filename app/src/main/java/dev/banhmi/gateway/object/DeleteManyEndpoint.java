package dev.banhmi.gateway.object;

import dev.banhmi.gateway.digest.Digests;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.WriteCondition;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * {@code POST} of a bucket with {@code ?delete}: deletes many names, each as DELETE does, and says for each what came
 * of it. The response is 200 whatever that is.
 */
@Component
final class DeleteManyEndpoint {
    /*
     * One DeleteObject for each, and not S3's DeleteObjects: its XML cannot hold every character that a name can (XML
     * 1.0 has no U+FFFE), its response that is lost leaves a thousand outcomes unknown instead of one, and S3 charges
     * for neither (https://aws.amazon.com/s3/pricing/, 2026-11-30).
     */

    private static final Logger log = LoggerFactory.getLogger(DeleteManyEndpoint.class);

    private static final String PARAMETER = "delete";

    /** Required, so that no form of another site's page can send one. */
    private static final Pattern JSON_TYPE =
            Pattern.compile("application/json( *; *charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);

    private static final List<String> CONDITIONS =
            List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since");

    private final ObjectStore store;
    private final ParallelCalls calls;
    private final EntryBudget deletedEntries;

    DeleteManyEndpoint(ObjectStore store, ParallelCalls calls, EntryBudget deletedEntries) {
        this.store = store;
        this.calls = calls;
        this.deletedEntries = deletedEntries;
    }

    /** Whether a query has the parameter {@code delete}; null when there is no query. */
    static boolean isAskedFor(@Nullable String query) {
        return QueryParameters.of(query).has(PARAMETER);
    }

    void delete(Bucket bucket, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Function<String, List<String>> headers = Fields.headers(request);
        refuseWhatWouldBeIgnored(request, headers);
        long announced = request.getContentLengthLong();
        NamesToDelete.requireAllowed(announced);
        try (EntryBudget.Share _ = deletedEntries.take(entriesIn(announced))) {
            VerifiedBody body = new VerifiedBody(
                    request.getInputStream(), Digests.of(headers), () -> Fields.trailers(request), Long.MAX_VALUE);
            List<String> names = NamesToDelete.read(body).names();
            Map<String, Optional<GatewayException>> outcomes = delete(bucket, names);
            logFailures(bucket, outcomes);
            List<Map<String, Object>> results = new ArrayList<>();
            names.forEach(name -> results.add(result(name, outcomes.getOrDefault(name, Optional.empty()))));
            JsonResponse.write(Map.of("results", results), request, response);
        }
    }

    /** How many names to expect in a body, before it is read: {@code ,"a"} is the shortest of them. */
    private static int entriesIn(long announced) {
        return announced < 0 ? NamesToDelete.MOST : Math.clamp(announced / 4, 1, NamesToDelete.MOST);
    }

    /** What came of each name, in the order in which they are first there. */
    private Map<String, Optional<GatewayException>> delete(Bucket bucket, List<String> names) {
        // A name that is there twice is deleted once: two calls at the same time might get in each other's way.
        Map<String, Optional<GatewayException>> outcomes = new LinkedHashMap<>();
        Map<String, ObjectKey> keys = new LinkedHashMap<>();
        for (String name : names) {
            try {
                keys.put(name, bucket.key(new ObjectName(name).value()));
            } catch (GatewayException e) {
                outcomes.put(name, Optional.of(e));
            }
        }
        List<ObjectKey> inOrder = List.copyOf(keys.values());
        List<Optional<GatewayException>> ended = calls.each(inOrder, this::delete, calls.deadline());
        int next = 0;
        for (String name : keys.keySet()) {
            outcomes.put(name, next < ended.size() ? ended.get(next) : Optional.of(notBegun()));
            next++;
        }
        return outcomes;
    }

    private Optional<GatewayException> delete(ObjectKey key) {
        try {
            store.delete(key, new WriteCondition.Always());
            return Optional.empty();
        } catch (GatewayException e) {
            return Optional.of(e);
        }
    }

    private static GatewayException notBegun() {
        return new GatewayException(
                ErrorCode.STORE_TIMEOUT,
                "The deletions before this one took " + ParallelCalls.PATIENCE.toSeconds()
                        + " s; this one was not begun. Send it again.");
    }

    private static Map<String, Object> result(String name, Optional<GatewayException> failure) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", name);
        result.put("status", failure.map(one -> one.code().status()).orElse(HttpServletResponse.SC_NO_CONTENT));
        failure.ifPresent(one -> result.put("error", new ItemError(one.code().name(), one.getMessage())));
        return result;
    }

    private static void logFailures(Bucket bucket, Map<String, Optional<GatewayException>> outcomes) {
        List<GatewayException> failures = outcomes.values().stream()
                .flatMap(Optional::stream)
                .filter(failure -> failure.code().status() >= 500)
                .toList();
        if (!failures.isEmpty()) {
            log.warn(
                    "{} of {} deletions in bucket {} failed, the first with {}: {}",
                    failures.size(),
                    outcomes.size(),
                    bucket.name(),
                    failures.getFirst().code(),
                    failures.getFirst().getMessage());
        }
    }

    private static void refuseWhatWouldBeIgnored(HttpServletRequest request, Function<String, List<String>> headers) {
        QueryParameters.of(request.getQueryString()).byName().forEach((name, value) -> {
            if (!name.equals(PARAMETER)) {
                throw invalid(Shown.quoted(name) + " is not a parameter of a deletion of many.");
            }
            if (!value.isEmpty()) {
                throw invalid(PARAMETER + " is " + Shown.quoted(value) + "; it has no value.");
            }
        });
        for (String condition : CONDITIONS) {
            for (String value : headers.apply(condition)) {
                throw invalid(condition + " is " + Shown.quoted(value)
                        + ", but a condition is for one object; send DELETE for each.");
            }
        }
        for (String encoding : headers.apply("Content-Encoding")) {
            if (!encoding.equalsIgnoreCase("identity")) {
                throw invalid("Content-Encoding is " + Shown.quoted(encoding) + "; only identity is allowed.");
            }
        }
        String type = request.getContentType();
        if (type == null || !JSON_TYPE.matcher(type).matches()) {
            throw invalid("Content-Type is " + Shown.quoted(type) + "; application/json is required.");
        }
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
