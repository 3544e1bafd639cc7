package dev.banhmi.gateway.store;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is kept with an object besides its bytes.
 *
 * @param contentType media type
 * @param contentDisposition as for the HTTP header
 * @param cacheControl as for the HTTP header
 * @param contentEncoding as for the HTTP header
 * @param contentLanguage as for the HTTP header
 * @param expires as for the HTTP header: a date, or whatever else another writer kept there
 * @param metadata the caller's own, names without {@code x-amz-meta-}
 */
public record ObjectAttributes(
        @Nullable String contentType,
        @Nullable String contentDisposition,
        @Nullable String cacheControl,
        @Nullable String contentEncoding,
        @Nullable String contentLanguage,
        @Nullable String expires,
        Map<String, String> metadata) {

    /** The media type of bytes that nobody named (RFC 9110, section 8.3). */
    public static final String UNKNOWN_TYPE = "application/octet-stream";

    /** Copies the metadata. */
    public ObjectAttributes {
        metadata = Map.copyOf(metadata);
    }

    /**
     * The same with one more entry of metadata.
     *
     * @param name without {@code x-amz-meta-}
     * @param value ASCII
     * @return a copy
     */
    public ObjectAttributes with(String name, String value) {
        Map<String, String> more = new HashMap<>(metadata);
        more.put(name, value);
        return new ObjectAttributes(
                contentType, contentDisposition, cacheControl, contentEncoding, contentLanguage, expires, more);
    }

    /**
     * The same with some replaced.
     *
     * @param others those that are not null replace what is here; their metadata does not
     * @return a copy
     */
    public ObjectAttributes replacedBy(ObjectAttributes others) {
        return new ObjectAttributes(
                other(contentType, others.contentType),
                other(contentDisposition, others.contentDisposition),
                other(cacheControl, others.cacheControl),
                other(contentEncoding, others.contentEncoding),
                other(contentLanguage, others.contentLanguage),
                other(expires, others.expires),
                metadata);
    }

    private static @Nullable String other(@Nullable String here, @Nullable String other) {
        return other == null ? here : other;
    }

    /**
     * The media type as the store is told it: without any, each store, and each call of S3, has a default of its own.
     *
     * @return the media type, or {@link #UNKNOWN_TYPE}
     */
    public String storedType() {
        return contentType == null ? UNKNOWN_TYPE : contentType;
    }

    /**
     * Attributes of nothing but a media type.
     *
     * @param contentType media type
     * @return the attributes
     */
    public static ObjectAttributes ofType(String contentType) {
        return new ObjectAttributes(contentType, null, null, null, null, null, Map.of());
    }
}
