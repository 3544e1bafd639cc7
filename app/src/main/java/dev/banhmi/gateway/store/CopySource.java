package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * The version of an object that is copied, as a look at it showed it.
 *
 * @param key where it is
 * @param etag of the version, with its quotes; the store copies no other
 * @param size in bytes
 * @param reportedCrc32c what the store reports as Base64 of the CRC32C of all bytes; null when it reports none
 */
public record CopySource(
        ObjectKey key, String etag, long size, @Nullable String reportedCrc32c) {

    /**
     * What a look at an object showed.
     *
     * @param key where it is
     * @param info what was seen there
     * @return this version of it
     */
    public static CopySource of(ObjectKey key, ObjectInfo info) {
        return new CopySource(key, info.etag(), info.size(), info.reportedCrc32c());
    }
}
