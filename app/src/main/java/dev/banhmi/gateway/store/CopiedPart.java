package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * A part of a multipart upload that the store copied from an object.
 *
 * @param number 1 to 10,000
 * @param etag of the part, with its quotes
 * @param length in bytes, as requested
 * @param reportedCrc32c what the store reports as Base64 of the CRC32C of these bytes; null when it reports none
 */
public record CopiedPart(
        int number, String etag, long length, @Nullable String reportedCrc32c) {}
