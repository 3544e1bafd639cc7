package dev.banhmi.gateway.store;

import java.time.Instant;
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
 * @param answer the store's answer that this was read from
 */
public record ObjectInfo(
        long size,
        String etag,
        Instant lastModified,
        ObjectAttributes attributes,
        @Nullable String versionId,
        @Nullable String storageClass,
        @Nullable String serverSideEncryption,
        StoreAnswer answer) {}
