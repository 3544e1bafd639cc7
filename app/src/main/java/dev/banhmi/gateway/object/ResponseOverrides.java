package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.QueryParameters;
import dev.banhmi.gateway.store.ObjectAttributes;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The query parameters with which a reader replaces header fields of the response, as S3 has them: a link can name the
 * file that a browser saves, or the type that it is to be taken for. Only what is kept with an object can be replaced,
 * never its version or its length. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html,
 * 2026-11-30.
 */
final class ResponseOverrides {

    private static final String TYPE = "response-content-type";
    private static final String DISPOSITION = "response-content-disposition";
    private static final String CACHE_CONTROL = "response-cache-control";
    private static final String ENCODING = "response-content-encoding";
    private static final String LANGUAGE = "response-content-language";
    private static final String EXPIRES = "response-expires";

    /** All of them. */
    static final List<String> PARAMETERS = List.of(TYPE, DISPOSITION, CACHE_CONTROL, ENCODING, LANGUAGE, EXPIRES);

    /** Of all values together, as S3 bounds the fields that it keeps with an object; a response has room for more. */
    static final int MOST_BYTES = 2048;

    private ResponseOverrides() {}

    /**
     * Reads a query string, null when there is none.
     *
     * @param now for years of two digits
     * @return null for each field that stays the object's own
     * @throws GatewayException {@code INVALID_REQUEST} when a value is not possible in a header field, or when all of
     *     them have more than {@value #MOST_BYTES} bytes together
     */
    static ObjectAttributes in(@Nullable String query, Instant now) {
        QueryParameters parameters = QueryParameters.of(query);
        int bytes = PARAMETERS.stream()
                .map(parameters::get)
                .filter(Objects::nonNull)
                .mapToInt(String::length)
                .sum();
        if (bytes > MOST_BYTES) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The values of all response-* parameters have " + bytes + " bytes together; at most " + MOST_BYTES
                            + " are allowed.");
        }
        String expires = value(EXPIRES, parameters);
        return new ObjectAttributes(
                value(TYPE, parameters),
                value(DISPOSITION, parameters),
                value(CACHE_CONTROL, parameters),
                value(ENCODING, parameters),
                value(LANGUAGE, parameters),
                expires == null ? null : UserMetadata.date(EXPIRES, expires, now),
                Map.of());
    }

    private static @Nullable String value(String name, QueryParameters parameters) {
        String value = parameters.get(name);
        if (value == null) {
            return null;
        }
        String checked = UserMetadata.checked(name, value);
        if (checked.isEmpty()) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, name + " is empty; leave it out to get the object's own field.");
        }
        return checked;
    }
}
