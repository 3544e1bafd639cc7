package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.access.Route.Malformed;
import dev.banhmi.gateway.access.Route.Named;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Failed;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.http.Preconditions.NotModified;
import dev.banhmi.gateway.http.Preconditions.Proceed;
import dev.banhmi.gateway.store.ObjectInfo;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The header fields that make a PUT a copy.
 *
 * @param bucket of the source, as the caller wrote it
 * @param name of the source
 * @param replacesMetadata whether the copy gets what the request says about it, instead of what is kept with the source
 * @param conditions on the source
 */
record CopyRequest(String bucket, ObjectName name, boolean replacesMetadata, Preconditions conditions) {

    /** Names the source, percent-encoded like a path: {@code /bucket/name}. */
    static final String SOURCE = "x-amz-copy-source";

    /** {@code COPY} or {@code REPLACE}. */
    static final String DIRECTIVE = "x-amz-metadata-directive";

    /** All fields of a copy. */
    static final List<String> FIELDS = List.of(
            SOURCE,
            DIRECTIVE,
            SOURCE + "-if-match",
            SOURCE + "-if-none-match",
            SOURCE + "-if-modified-since",
            SOURCE + "-if-unmodified-since");

    /**
     * Reads the headers of a copy.
     *
     * @param fields all values of a header by its name
     * @param now for years of two digits
     * @throws GatewayException {@code INVALID_REQUEST} when one is malformed, {@code UNSUPPORTED} when the source is a
     *     version by its id
     */
    static CopyRequest of(Function<String, List<String>> fields, Instant now) {
        Named source = source(fields.apply(SOURCE));
        return new CopyRequest(
                source.bucket(),
                source.name(),
                replaces(fields.apply(DIRECTIVE)),
                Preconditions.ofCopySource(fields, now));
    }

    /**
     * Checks the conditions on the source.
     *
     * @param source what a look at it showed
     * @throws GatewayException {@code PRECONDITION_FAILED}
     */
    void require(ObjectInfo source) {
        switch (conditions.evaluate(Method.GET, ObjectHeaders.version(source))) {
            case Proceed _ -> {
                // They hold.
            }
            case NotModified _ ->
                throw conditions.ifNoneMatch() != null
                        ? new Failed(SOURCE + "-if-none-match", "the source is a version named there.").exception()
                        : new Failed(SOURCE + "-if-modified-since", "the source was not modified since.").exception();
            case Failed(String field, String reason) ->
                throw new Failed(SOURCE + "-" + field.toLowerCase(Locale.ROOT), reason).exception();
        }
    }

    private static Named source(List<String> values) {
        String value = values.getFirst();
        if (values.size() > 1) {
            throw invalid(value, "it is there " + values.size() + " times", null);
        }
        if (value.contains("?")) {
            throw new GatewayException(
                    ErrorCode.UNSUPPORTED,
                    SOURCE + " is " + Shown.quoted(value) + ": a source is the current version of an object, without a"
                            + " query; a ? in a name is written %3F.");
        }
        String path = value.startsWith("/") ? value.substring(1) : value;
        Route route = Route.ofPath(Route.ROOT + path);
        if (route instanceof Named named) {
            return named;
        }
        throw route instanceof Malformed(GatewayException reason)
                ? invalid(value, reason.getMessage(), reason)
                : invalid(value, "it names no object", null);
    }

    private static boolean replaces(List<String> values) {
        if (values.isEmpty()) {
            return false;
        }
        String value = String.join(", ", values);
        return switch (value) {
            case "COPY" -> false;
            case "REPLACE" -> true;
            default ->
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        DIRECTIVE + " is " + Shown.quoted(value) + "; COPY and REPLACE are allowed.");
        };
    }

    private static GatewayException invalid(String value, String why, @Nullable Exception cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                SOURCE + " is " + Shown.quoted(value) + "; /bucket/name is allowed, percent-encoded: " + why,
                cause);
    }
}
