package dev.banhmi.gateway.store;

/** From where on a bucket is listed. */
public sealed interface ListPosition {

    /** From the first key. */
    record Start() implements ListPosition {}

    /**
     * Behind a key, whether or not there is an object with it.
     *
     * @param key in S3; behind a common prefix, one that no key with this prefix follows
     */
    record After(String key) implements ListPosition {}

    /**
     * Where the store stopped, in its own words.
     *
     * @param token as the store gave it, only good for the same bucket, prefix and delimiter
     */
    record Continued(String token) implements ListPosition {}
}
