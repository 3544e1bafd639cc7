package dev.banhmi.gateway.store;

import org.jspecify.annotations.Nullable;

/**
 * A page of a listing.
 *
 * @param bucket the S3 bucket
 * @param prefix of the keys; empty for all
 * @param delimiter keys that have it behind the prefix are listed as one common prefix; null lists every key
 * @param from where the page starts
 * @param limit 1 to 1,000 objects and common prefixes together
 */
public record ListRequest(
        String bucket, String prefix, @Nullable String delimiter, ListPosition from, int limit) {}
