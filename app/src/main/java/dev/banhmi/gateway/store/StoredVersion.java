package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * What a write made visible.
 *
 * @param etag with its quotes
 * @param versionId in versioned buckets
 * @param reportedCrc32c what the store reports as Base64 of the CRC32C of all bytes, to be compared with
 *     {@link Crc32c#isReportedAs}; null when it reports none
 */
public record StoredVersion(
        String etag, @Nullable String versionId, @Nullable String reportedCrc32c) {}
