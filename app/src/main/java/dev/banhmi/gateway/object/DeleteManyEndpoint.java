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
import java.io.InputStream;
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
    private final WaitingBytes bodies;
    private final WaitingBytes responses;

    DeleteManyEndpoint(
            ObjectStore store,
            ParallelCalls calls,
            EntryBudget deletedEntries,
            WaitingBytes bodies,
            WaitingBytes responses) {
        this.store = store;
        this.calls = calls;
        this.deletedEntries = deletedEntries;
        this.bodies = bodies;
        this.responses = responses;
    }

    /** Whether a query has the parameter {@code delete}; null when there is no query. */
    static boolean isAskedFor(@Nullable String query) {
        return QueryParameters.of(query).has(PARAMETER);
    }

    void delete(Bucket bucket, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Function<String, List<String>> headers = Fields.headers(request);
        refuseWhatWouldBeIgnored(request, headers);
        NamesToDelete.requireAllowed(request.getContentLengthLong());
        VerifiedBody body = new VerifiedBody(
                request.getInputStream(), Digests.of(headers), () -> ObjectRequest.trailers(request), Long.MAX_VALUE);
        try (WaitingBytes.Held results = responses.hold()) {
            try (WaitingBytes.Held names = bodies.hold()) {
                receive(body, names);
                try (EntryBudget.Share _ = deletedEntries.take(entriesIn(names.size()))) {
                    JsonResponse.render(
                            delete(
                                    bucket,
                                    NamesToDelete.read(new HeldInput(names)).names()),
                            results);
                }
            }
            JsonResponse.write(results, response);
        }
    }

    /** Reads a body to its end, so that nothing but its bytes waits for the client. */
    private static void receive(InputStream body, WaitingBytes.Held bytes) throws IOException {
        byte[] buffer = new byte[WaitingBytes.PIECE / 4];
        long size = 0;
        bytes.awaitClient();
        HeldOutput sink = new HeldOutput(bytes);
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            size += count;
            NamesToDelete.requireAllowed(size);
            bytes.received(count);
            sink.write(buffer, 0, count);
        }
        sink.finish();
        bytes.settle();
    }

    /** How many names a body can have: {@code ,"a"} is the shortest of them. */
    private static int entriesIn(long size) {
        return Math.clamp(size / 4, 1, NamesToDelete.MOST);
    }

    private Map<String, Object> delete(Bucket bucket, List<String> names) {
        Map<String, Optional<GatewayException>> outcomes = outcomes(bucket, names);
        logFailures(bucket, outcomes);
        List<Map<String, Object>> results = new ArrayList<>();
        names.forEach(name -> results.add(result(name, outcomes.getOrDefault(name, Optional.empty()))));
        return Map.of("results", results);
    }

    /** What came of each name, in the order in which they are first there. */
    private Map<String, Optional<GatewayException>> outcomes(Bucket bucket, List<String> names) {
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
        if (ended.isEmpty() && !inOrder.isEmpty()) {
            throw calls.busy();
        }
        int next = 0;
        for (String name : keys.keySet()) {
            outcomes.put(name, next < ended.size() ? ended.get(next) : Optional.of(calls.busy()));
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
        String asked = QueryParameters.of(request.getQueryString()).get(PARAMETER, "");
        if (!asked.isEmpty()) {
            throw invalid(PARAMETER + " is " + Shown.quoted(asked) + "; it has no value.");
        }
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
        List<String> types = headers.apply("Content-Type");
        if (types.size() != 1 || !JSON_TYPE.matcher(types.getFirst()).matches()) {
            throw invalid("Content-Type is " + (types.isEmpty() ? "missing" : Shown.quoted(String.join(", ", types)))
                    + "; application/json is required, once.");
        }
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
