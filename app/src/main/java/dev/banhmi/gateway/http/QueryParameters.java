package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query string, decoded; one without {@code =} has an empty value, and nothing between two
 * {@code &} is none. Immutable.
 *
 * @param byName the value of each
 */
public record QueryParameters(Map<String, String> byName) {

    /** Copies the parameters. */
    public QueryParameters {
        byName = Collections.unmodifiableMap(new TreeMap<>(byName));
    }

    /**
     * Reads a query string in which nothing may be there twice.
     *
     * @param query as it was sent, null when there is none
     * @return its parameters
     * @throws GatewayException {@code INVALID_REQUEST} when it is not percent-encoded UTF-8, or has a parameter twice
     */
    public static QueryParameters of(@Nullable String query) {
        Map<String, String> parameters = new TreeMap<>();
        forEach(query, (name, value) -> {
            String earlier = parameters.put(name, value);
            if (earlier != null) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        Shown.quoted(name) + " is there twice, as " + Shown.quoted(earlier) + " and "
                                + Shown.quoted(value) + "; once is allowed.");
            }
        });
        return new QueryParameters(parameters);
    }

    /**
     * Reads a query string in which anything may be there several times.
     *
     * @param query as it was sent, null when there is none
     * @return the values of each name, as they follow each other
     * @throws GatewayException {@code INVALID_REQUEST} when it is not percent-encoded UTF-8
     */
    public static Map<String, List<String>> all(@Nullable String query) {
        Map<String, List<String>> values = new TreeMap<>();
        forEach(
                query,
                (name, value) ->
                        values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value));
        return values;
    }

    private static void forEach(@Nullable String query, BiConsumer<String, String> parameter) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            String[] parts = pair.split("=", 2);
            parameter.accept(
                    PercentEncoding.decodeQuery(parts[0]),
                    parts.length == 1 ? "" : PercentEncoding.decodeQuery(parts[1]));
        }
    }

    /**
     * Whether a parameter is there.
     *
     * @param name decoded
     * @return also when its value is empty
     */
    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * The value of a parameter.
     *
     * @param name decoded
     * @return null when it is not there
     */
    public @Nullable String get(String name) {
        return byName.get(name);
    }

    /**
     * The value of a parameter.
     *
     * @param name decoded
     * @param otherwise when it is not there
     * @return one of both
     */
    public String get(String name, String otherwise) {
        return byName.getOrDefault(name, otherwise);
    }
}
