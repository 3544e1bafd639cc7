package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * What a write made visible.
 *
 * @param etag with its quotes
 * @param versionId in versioned buckets
 */
public record StoredVersion(String etag, @Nullable String versionId) {}
