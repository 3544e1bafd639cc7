package dev.banhmi.gateway.store;

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
 * @param metadata the caller's own, names without {@code x-amz-meta-}
 */
public record ObjectAttributes(
        @Nullable String contentType,
        @Nullable String contentDisposition,
        @Nullable String cacheControl,
        @Nullable String contentEncoding,
        @Nullable String contentLanguage,
        Map<String, String> metadata) {

    /** Copies the metadata. */
    public ObjectAttributes {
        metadata = Map.copyOf(metadata);
    }

    /**
     * Attributes of nothing but a media type.
     *
     * @param contentType media type
     * @return the attributes
     */
    public static ObjectAttributes ofType(String contentType) {
        return new ObjectAttributes(contentType, null, null, null, null, Map.of());
    }
}
