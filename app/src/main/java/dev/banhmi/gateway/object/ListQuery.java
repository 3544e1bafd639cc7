package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a listing. The cursor is the last key of the previous page, so that a page is right even if objects
 * came and went in between; callers are told to treat it as opaque.
 *
 * @param prefix of the names; empty for all
 * @param limit 1 to 1,000 objects
 * @param after the key behind which the page starts; null for the first page
 */
record ListQuery(String prefix, int limit, @Nullable String after) {

    private static final int DEFAULT_LIMIT = 100;
    private static final int MOST = 1000;

    /** Reads the query string, null when there is none; other parameters are ignored. */
    static ListQuery parse(@Nullable String query) {
        Map<String, String> parameters = parameters(query);
        String cursor = parameters.get("cursor");
        return new ListQuery(
                parameters.getOrDefault("prefix", ""),
                limit(parameters.get("limit")),
                cursor == null ? null : keyIn(cursor));
    }

    static String cursorAfter(String key) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String keyIn(String cursor) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor);
            String key = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (!key.isEmpty()) {
                return key;
            }
            throw badCursor(cursor, null);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw badCursor(cursor, e);
        }
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
        throw new GatewayException(
                ErrorCode.INVALID_REQUEST, "limit is " + Shown.quoted(value) + "; 1 to " + MOST + " is allowed.");
    }

    private static Map<String, String> parameters(@Nullable String query) {
        Map<String, String> parameters = new HashMap<>();
        if (query == null) {
            return parameters;
        }
        try {
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                parameters.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
            return parameters;
        } catch (IllegalArgumentException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, "The query " + Shown.quoted(query) + " is not percent-encoded.", e);
        }
    }

    private static GatewayException badCursor(String cursor, @Nullable Exception cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                "cursor is " + Shown.quoted(cursor) + "; only what an earlier page gave is allowed.",
                cause);
    }
}
