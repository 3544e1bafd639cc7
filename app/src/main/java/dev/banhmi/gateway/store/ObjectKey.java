package dev.banhmi.gateway.store;

/**
 * Where an object is in S3.
 *
 * @param bucket the S3 bucket
 * @param key the S3 key, after the bucket's {@link KeyLayout}
 */
public record ObjectKey(String bucket, String key) {

    /** The form for log lines: {@code bucket/key}. */
    @Override
    public String toString() {
        return bucket + "/" + key;
    }
}
