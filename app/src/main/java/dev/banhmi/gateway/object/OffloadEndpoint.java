package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Failed;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.http.Preconditions.NotModified;
import dev.banhmi.gateway.http.Preconditions.Proceed;
import dev.banhmi.gateway.http.QueryParameters;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * GET and HEAD with {@code ?offload}: redirects the client to the store itself, with a signed URL. Whether there is
 * something to read, and whether the request's conditions hold, is still decided here; the client takes its Range to
 * the store.
 */
@Component
final class OffloadEndpoint {
    /*
     * A client would take If-Range there in vain: S3 does not support it and would send a range of another version than
     * the one the client holds the rest of. The gateway itself serves such a request.
     */

    private static final String PARAMETER = "offload";

    private final ObjectStore store;
    private final ReadEndpoint reads;
    private final Clock clock;

    OffloadEndpoint(ObjectStore store, ReadEndpoint reads, Clock clock) {
        this.store = store;
        this.reads = reads;
        this.clock = clock;
    }

    /** Whether a query has the parameter {@code offload}; null when there is no query. */
    static boolean isAskedFor(@Nullable String query) {
        String value = QueryParameters.of(query).get(PARAMETER);
        if (value != null && !value.isEmpty() && !value.equals("true")) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, "offload is " + Shown.quoted(value) + "; it has no value, or true.");
        }
        return value != null;
    }

    void respond(Bucket bucket, ObjectName name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        boolean get = request.getMethod().equals("GET");
        if (!get && !request.getMethod().equals("HEAD")) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "offload is for GET and HEAD; the body of " + request.getMethod() + " goes through the gateway.");
        }
        if (!bucket.offload()) {
            throw new GatewayException(
                    ErrorCode.OFFLOAD_NOT_ALLOWED,
                    "Bucket " + bucket.name() + " does not allow offload; send the request without it.");
        }
        ObjectKey key = bucket.key(name.value());
        if (get && request.getHeader("If-Range") != null) {
            reads.get(key, request, response);
            return;
        }
        ObjectAttributes shown = ResponseOverrides.in(request.getQueryString(), clock.instant());
        ObjectInfo info = store.head(key).shownWith(shown);
        Preconditions conditions = Preconditions.of(Fields.headers(request), clock.instant());
        switch (conditions.evaluate(get ? Method.GET : Method.HEAD, ObjectHeaders.version(info))) {
            case Proceed _ -> {
                String url =
                        store.presignRead(key, info.versionId(), get, shown).toString();
                response.setStatus(HttpServletResponse.SC_TEMPORARY_REDIRECT);
                response.setHeader("Location", url);
                // The URL is a key to the object for as long as it is valid.
                response.setHeader("Cache-Control", "no-store");
                response.setContentLength(0);
            }
            case NotModified _ -> ReadEndpoint.notModified(info, response);
            case Failed failed -> throw failed.exception();
        }
    }
}
