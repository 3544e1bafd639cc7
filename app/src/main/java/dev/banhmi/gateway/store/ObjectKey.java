package dev.banhmi.gateway.store;

import java.util.regex.Pattern;

/**
 * Where an object is in S3.
 *
 * @param bucket the S3 bucket
 * @param key the S3 key, after the bucket's {@link KeyLayout}
 */
public record ObjectKey(String bucket, String key) {

    private static final Pattern NOT_IN_A_LINE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

    /**
     * The form for log lines: {@code bucket/key} in one line, with a space for every control character and for the
     * separators of lines and paragraphs.
     */
    @Override
    public String toString() {
        return NOT_IN_A_LINE.matcher(bucket + "/" + key).replaceAll(" ");
    }
}
