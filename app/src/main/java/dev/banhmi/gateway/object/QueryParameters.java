package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.PercentEncoding;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query string, decoded; one without {@code =} has an empty value, and nothing between two
 * {@code &} is none. Immutable.
 */
record QueryParameters(Map<String, String> byName) {

    QueryParameters {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    /**
     * Reads a query string, null when there is none.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when it is not percent-encoded UTF-8, or has a parameter twice
     */
    static QueryParameters of(@Nullable String query) {
        Map<String, String> parameters = new TreeMap<>();
        if (query == null || query.isEmpty()) {
            return new QueryParameters(parameters);
        }
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            String[] parts = pair.split("=", 2);
            String name = PercentEncoding.decodeQuery(parts[0]);
            String value = parts.length == 1 ? "" : PercentEncoding.decodeQuery(parts[1]);
            String earlier = parameters.put(name, value);
            if (earlier != null) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        Shown.quoted(name) + " is there twice, as " + Shown.quoted(earlier) + " and "
                                + Shown.quoted(value) + "; once is allowed.");
            }
        }
        return new QueryParameters(parameters);
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    @Nullable
    String get(String name) {
        return byName.get(name);
    }

    String get(String name, String otherwise) {
        return byName.getOrDefault(name, otherwise);
    }
}
