package dev.banhmi.gateway.store;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object without its bytes.
 *
 * @param size in bytes
 * @param etag of this version, with its quotes
 * @param lastModified to the second
 * @param attributes what is kept with it
 * @param versionId in versioned buckets
 * @param storageClass null means STANDARD
 * @param serverSideEncryption null when the store does not say
 * @param checksums of all its bytes as the store keeps them, Base64 by {@code crc32c}, {@code crc64nvme} and so on;
 *     checksums of checksums are left out
 * @param response the store's response that this was read from
 */
public record ObjectInfo(
        long size,
        String etag,
        Instant lastModified,
        ObjectAttributes attributes,
        @Nullable String versionId,
        @Nullable String storageClass,
        @Nullable String serverSideEncryption,
        Map<String, String> checksums,
        StoreResponse response) {

    /** Copies the checksums. */
    public ObjectInfo {
        checksums = Map.copyOf(checksums);
    }

    /**
     * The same object with other attributes to be shown.
     *
     * @param others those that are not null replace the object's own
     * @return a copy
     */
    public ObjectInfo shownWith(ObjectAttributes others) {
        return new ObjectInfo(
                size,
                etag,
                lastModified,
                attributes.replacedBy(others),
                versionId,
                storageClass,
                serverSideEncryption,
                checksums,
                response);
    }

    /**
     * What the store reports as the CRC32C of all bytes.
     *
     * @return Base64, to be compared with {@link Crc32c#isReportedAs}; null when it reports none
     */
    public @Nullable String reportedCrc32c() {
        return checksums.get("crc32c");
    }
}
