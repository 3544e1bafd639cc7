package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.HttpDate;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.StoreLimits;
import dev.banhmi.gateway.transfer.Uploads;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The headers of an upload that are kept with the object and returned with it. Immutable.
 *
 * <p>The store may hold the object under a hash of its name, so the name itself is kept among the user metadata, under
 * a name that callers cannot use. S3 counts names and values of user metadata; its documentation leaves open whether
 * the prefix counts. Here it does, so that the store never refuses what we accepted.
 *
 * @param standard {@code Content-Type} and the other headers of {@link #STANDARD} that were sent, by name
 * @param user {@code x-amz-meta-*}, by lower-case name without that prefix
 */
record UserMetadata(SortedMap<String, String> standard, SortedMap<String, String> user) {

    /** What every name of user metadata starts with in HTTP. */
    static final String PREFIX = "x-amz-meta-";

    private static final String EXPIRES = "Expires";

    /** Headers that S3 keeps by itself; {@code true} where the lines of a header are one list. */
    static final Map<String, Boolean> STANDARD = Map.of(
            "Content-Type",
            false,
            "Content-Disposition",
            false,
            "Cache-Control",
            true,
            "Content-Encoding",
            true,
            "Content-Language",
            true,
            EXPIRES,
            false);

    /** What a field can be called. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final String RESERVED = "banhmi-";
    private static final String NAME = RESERVED + "name";

    UserMetadata {
        standard = Collections.unmodifiableSortedMap(new TreeMap<>(standard));
        user = Collections.unmodifiableSortedMap(new TreeMap<>(user));
    }

    /**
     * Reads the headers of a request.
     *
     * @param names of all headers, in any case
     * @param fields all values of a header by its name
     * @param now for years of two digits
     * @throws GatewayException {@code INVALID_REQUEST} when one is reserved, repeated without being a list, not ASCII,
     *     or an {@code Expires} that is not a date
     */
    static UserMetadata of(Iterable<String> names, Function<String, List<String>> fields, Instant now) {
        SortedMap<String, String> standard = new TreeMap<>();
        STANDARD.forEach((field, isList) -> {
            List<String> values = fields.apply(field);
            if (values.size() > 1 && !isList) {
                throw invalid(field + " is there " + values.size() + " times; at most one is allowed.");
            }
            if (!values.isEmpty()) {
                String value = checked(field, String.join(", ", values));
                standard.put(field, field.equals(EXPIRES) ? date(field, value, now) : value);
            }
        });
        SortedMap<String, String> user = new TreeMap<>();
        for (String name : names) {
            String field = name.toLowerCase(Locale.ROOT);
            if (field.startsWith(PREFIX) && !user.containsKey(field.substring(PREFIX.length()))) {
                String key = field.substring(PREFIX.length());
                if (key.isEmpty() || key.startsWith(RESERVED)) {
                    throw invalid("The header " + Shown.quoted(field) + " is not possible: a name must follow " + PREFIX
                            + ", and those that start with " + RESERVED + " are reserved.");
                }
                user.put(key, checked(field, String.join(",", fields.apply(name))));
            }
        }
        return new UserMetadata(standard, user);
    }

    /**
     * What is kept with an object, without what the gateway keeps for itself.
     *
     * @param kept as the store reports it
     */
    static UserMetadata of(ObjectAttributes kept) {
        SortedMap<String, String> standard = new TreeMap<>();
        put(standard, "Content-Type", kept.contentType());
        put(standard, "Content-Disposition", kept.contentDisposition());
        put(standard, "Cache-Control", kept.cacheControl());
        put(standard, "Content-Encoding", kept.contentEncoding());
        put(standard, "Content-Language", kept.contentLanguage());
        put(standard, EXPIRES, kept.expires());
        SortedMap<String, String> user = new TreeMap<>();
        kept.metadata().forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (!key.startsWith(RESERVED)) {
                user.put(key, value);
            }
        });
        return new UserMetadata(standard, user);
    }

    private static void put(SortedMap<String, String> standard, String field, @Nullable String value) {
        if (value != null) {
            standard.put(field, value);
        }
    }

    /** The name of one field of it; null when there is none. */
    @Nullable
    String firstField() {
        if (!standard.isEmpty()) {
            return standard.firstKey();
        }
        return user.isEmpty() ? null : PREFIX + user.firstKey();
    }

    /**
     * What goes to the store with an object.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when it exceeds what S3 keeps
     */
    ObjectAttributes attributes(ObjectName name) {
        return new ObjectAttributes(
                standard.get("Content-Type"),
                standard.get("Content-Disposition"),
                standard.get("Cache-Control"),
                standard.get("Content-Encoding"),
                standard.get("Content-Language"),
                standard.get(EXPIRES),
                stored(name));
    }

    /**
     * What goes to the store as user metadata: the caller's, and the object's name.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when they exceed what S3 keeps
     */
    SortedMap<String, String> stored(ObjectName name) {
        SortedMap<String, String> stored = new TreeMap<>(user);
        stored.put(
                NAME,
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(name.value().getBytes(StandardCharsets.UTF_8)));
        long size = Uploads.RESERVED_METADATA;
        for (Map.Entry<String, String> entry : stored.entrySet()) {
            // All of it is ASCII, so characters are bytes.
            size += PREFIX.length() + entry.getKey().length() + entry.getValue().length();
        }
        if (size > StoreLimits.MOST_USER_METADATA) {
            throw invalid("The " + PREFIX + "* headers and the object's own name take " + size
                    + " bytes as metadata; at most " + StoreLimits.MOST_USER_METADATA + " are allowed.");
        }
        return stored;
    }

    /**
     * The name under which an object was stored.
     *
     * @param stored user metadata as the store reports it, names in any case
     * @return {@code null} when there is none, as in objects of 2018, or none that we could have written
     */
    static @Nullable ObjectName nameOf(Map<String, String> stored) {
        for (Map.Entry<String, String> entry : stored.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(NAME)) {
                return decode(entry.getValue());
            }
        }
        return null;
    }

    /**
     * What is returned to a caller: everything but our own entries, and what no field can be called.
     *
     * @param stored user metadata as the store reports it
     * @return by header name
     */
    static SortedMap<String, String> shown(Map<String, String> stored) {
        SortedMap<String, String> shown = new TreeMap<>();
        stored.forEach((name, value) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (!key.startsWith(RESERVED) && TOKEN.matcher(key).matches()) {
                shown.put(PREFIX + key, value);
            }
        });
        return shown;
    }

    private static @Nullable ObjectName decode(String base64) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(base64);
            return new ObjectName(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException | GatewayException e) {
            // Someone else wrote it: the object is one without a name of ours, and still can be listed by its key.
            return null;
        }
    }

    /** A date in the spelling that every store understands. */
    static String date(String field, String value, Instant now) {
        Instant date = HttpDate.parse(value, now);
        if (date == null) {
            throw invalid(field + " is " + Shown.quoted(value)
                    + "; an HTTP date such as \"Sun, 06 Nov 1994 08:49:37 GMT\" is allowed. What is stale at once is said"
                    + " with Cache-Control: no-cache.");
        }
        return HttpDate.format(date);
    }

    static String checked(String field, String value) {
        if (!value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw invalid(field + " is " + Shown.quoted(value)
                    + "; only printable ASCII comes back unchanged, so only that is allowed.");
        }
        return value.strip();
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
