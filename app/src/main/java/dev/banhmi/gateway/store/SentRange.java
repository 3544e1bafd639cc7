package dev.banhmi.gateway.store;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Which bytes of an object a response of the store carries, as it says itself: the whole in 200, a range in 206. What
 * says one thing in its status and another in its fields is refused.
 *
 * @param first position of the first byte
 * @param length in bytes
 * @param total size of the whole object
 */
record SentRange(long first, long length, long total) {

    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");

    /**
     * Reads the response.
     *
     * @throws IllegalArgumentException when it contradicts itself
     */
    static SentRange of(GetObjectResponse response) {
        int status = response.sdkHttpResponse().statusCode();
        String range = response.contentRange();
        long length = Objects.requireNonNullElse(response.contentLength(), -1L);
        if (status == 200 && range == null && length >= 0) {
            return new SentRange(0, length, length);
        }
        Matcher parts = CONTENT_RANGE.matcher(Objects.requireNonNullElse(range, ""));
        if (status == 206 && parts.matches()) {
            long first = Long.parseLong(parts.group(1));
            long last = Long.parseLong(parts.group(2));
            long total = Long.parseLong(parts.group(3));
            if (first <= last && last < total && length == last - first + 1) {
                return new SentRange(first, length, total);
            }
        }
        throw new IllegalArgumentException(
                "status " + status + " with the Content-Range " + range + " and the Content-Length " + length);
    }

    /** Refuses a response that does not carry exactly these bytes, whichever the store was asked for. */
    void require(long wantedFirst, long wantedLength) {
        if (first != wantedFirst || length != wantedLength) {
            throw new IllegalArgumentException(length + " bytes from byte " + first + " of " + total + ", not "
                    + wantedLength + " from byte " + wantedFirst);
        }
    }
}
