package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.QueryParameters;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.gateway.store.ListPosition;
import dev.banhmi.gateway.store.StoreLimits;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a listing.
 *
 * @param prefix of the names; empty for all
 * @param delimiter {@value #DELIMITER}, or null to list every name
 * @param limit 1 to 1,000 objects and common prefixes together
 * @param cursor as it came; null for the first page
 * @param from the position that it means
 */
record ListQuery(
        String prefix,
        @Nullable String delimiter,
        int limit,
        @Nullable String cursor,
        ListPosition from) {

    /** The only one: it is what separates the segments of a name, and s3proxy (4.1.0) supports no other. */
    static final String DELIMITER = "/";

    /** The largest page. */
    static final int MOST = 1000;

    private static final int DEFAULT_LIMIT = 100;

    /**
     * Reads the query string of a bucket's listing, null when there is none. Other parameters are refused before, by
     * {@link ObjectRequest}.
     *
     * @throws GatewayException {@code INVALID_REQUEST}
     */
    static ListQuery parse(Bucket bucket, @Nullable String query) {
        QueryParameters parameters = QueryParameters.of(query);
        String prefix = prefix(parameters.get("prefix", ""));
        String delimiter = delimiter(parameters.get("delimiter", ""));
        if (bucket.keyLayout() == KeyLayout.HASHED) {
            refuseOfHashes(bucket, "prefix", prefix);
            refuseOfHashes(bucket, "delimiter", delimiter);
        }
        String cursor = parameters.get("cursor");
        return new ListQuery(
                prefix,
                delimiter.isEmpty() ? null : delimiter,
                limit(parameters.get("limit")),
                cursor,
                new ListCursor(bucket.name(), prefix, delimiter).positionOf(cursor));
    }

    /** The cursor of the page that starts at a position. */
    String cursorAt(Bucket bucket, ListPosition next) {
        return new ListCursor(
                        bucket.name(), prefix, Optional.ofNullable(delimiter).orElse(""))
                .at(next);
    }

    private static void refuseOfHashes(Bucket bucket, String parameter, String value) {
        if (!value.isEmpty()) {
            throw invalid(parameter + " is " + Shown.quoted(value) + ", but bucket " + bucket.name()
                    + " stores objects under hashes of their names (key-layout: hashed), which have no prefixes.");
        }
    }

    /** A prefix that no name can have is refused, because stores make something else of it. */
    private static String prefix(String value) {
        long bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > StoreLimits.LONGEST_KEY) {
            throw invalid(
                    "prefix has " + bytes + " bytes in UTF-8; at most " + StoreLimits.LONGEST_KEY + " are allowed.");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw invalid("prefix is " + Shown.quoted(value) + "; control characters are not allowed.");
        }
        String segments = "/" + value.substring(0, value.lastIndexOf('/') + 1);
        if (segments.contains("/./") || segments.contains("/../")) {
            throw invalid("prefix is " + Shown.quoted(value) + "; the segments . and .. are not allowed.");
        }
        return value;
    }

    private static String delimiter(String value) {
        if (value.isEmpty() || value.equals(DELIMITER)) {
            return value;
        }
        throw invalid("delimiter is " + Shown.quoted(value) + "; only \"" + DELIMITER + "\" is allowed.");
    }

    private static int limit(@Nullable String value) {
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (value.matches("[0-9]{1,4}")) {
            int limit = Integer.parseInt(value);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        throw invalid("limit is " + Shown.quoted(value) + "; 1 to " + MOST + " is allowed.");
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
