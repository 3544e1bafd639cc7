package dev.banhmi.gateway.store;

import java.time.Instant;

/**
 * An object in a listing.
 *
 * @param key in S3, after the bucket's {@link KeyLayout}
 * @param size in bytes
 * @param etag with its quotes
 * @param lastModified to the second or better
 */
public record ListedObject(String key, long size, String etag, Instant lastModified) {}
