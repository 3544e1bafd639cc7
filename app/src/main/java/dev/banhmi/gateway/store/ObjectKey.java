package dev.banhmi.gateway.store;

/**
 * Where an object is in S3.
 *
 * @param bucket the S3 bucket
 * @param key the S3 key, after the bucket's {@link KeyLayout}
 */
public record ObjectKey(String bucket, String key) {

    /** The form for log lines: {@code bucket/key} in one line, with a space for every control character. */
    @Override
    public String toString() {
        String text = bucket + "/" + key;
        return text.chars().noneMatch(Character::isISOControl) ? text : text.replaceAll("\\p{IsControl}", " ");
    }
}
