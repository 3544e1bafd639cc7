package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * What a write made visible.
 *
 * @param etag with its quotes
 * @param versionId in versioned buckets
 * @param crc32c Base64 of the CRC32C that the store reports for all bytes; null when it reports none
 */
public record StoredVersion(
        String etag, @Nullable String versionId, @Nullable String crc32c) {}
