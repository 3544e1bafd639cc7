package dev.banhmi.gateway.store;

import dev.banhmi.gateway.digest.DigestAlgorithm;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * Reads an object's facts off the two responses that carry them; the SDK gives them no common type. Every method throws
 * {@link IllegalArgumentException} when one of them makes no sense.
 */
final class ObjectInfos {

    /** With quotes or, as some stores have it, without (RFC 9110, 8.8.3). */
    private static final Pattern ETAG =
            Pattern.compile("(?:W/)?(?:\"([^\"\\x00-\\x20\\x7f]*)\"|([^\"\\x00-\\x20\\x7f]*))");

    /** The MD5 of no bytes, which S3 gives to every empty object. */
    private static final String ETAG_OF_NOTHING = "\"d41d8cd98f00b204e9800998ecf8427e\"";

    /** A date of HTTP has four digits for the year. */
    private static final Instant FIRST_OF_HTTP = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant AFTER_HTTP = Instant.parse("+10000-01-01T00:00:00Z");

    private ObjectInfos() {}

    static ObjectInfo of(HeadObjectResponse head, int retries) {
        long size = head.contentLength();
        if (size < 0) {
            throw new IllegalArgumentException("the Content-Length " + size);
        }
        return new ObjectInfo(
                size,
                etag(head.eTag(), size),
                lastModified(head.lastModified()),
                new ObjectAttributes(
                        head.contentType(),
                        head.contentDisposition(),
                        head.cacheControl(),
                        head.contentEncoding(),
                        head.contentLanguage(),
                        head.expiresString(),
                        head.metadata()),
                head.versionId(),
                head.storageClassAsString(),
                head.serverSideEncryptionAsString(),
                checksums(head.checksumTypeAsString(), head.sdkHttpResponse()),
                storeResponse(head, retries));
    }

    /** {@code size}: of the whole object. */
    static ObjectInfo of(GetObjectResponse get, long size) {
        return new ObjectInfo(
                size,
                etag(get.eTag(), size),
                lastModified(get.lastModified()),
                new ObjectAttributes(
                        get.contentType(),
                        get.contentDisposition(),
                        get.cacheControl(),
                        get.contentEncoding(),
                        get.contentLanguage(),
                        get.expiresString(),
                        get.metadata()),
                get.versionId(),
                get.storageClassAsString(),
                get.serverSideEncryptionAsString(),
                checksums(get.checksumTypeAsString(), get.sdkHttpResponse()),
                storeResponse(get, 0));
    }

    private static Instant lastModified(@Nullable Instant time) {
        if (time != null && (time.isBefore(FIRST_OF_HTTP) || !time.isBefore(AFTER_HTTP))) {
            throw new IllegalArgumentException("Last-Modified is " + time + ", which no field of HTTP can hold");
        }
        return Objects.requireNonNullElse(time, Instant.EPOCH);
    }

    /** Some stores give no version to an empty object that they take for a directory; all of those are the same. */
    private static String etag(@Nullable String etag, long size) {
        if (etag == null && size == 0) {
            return ETAG_OF_NOTHING;
        }
        if (etag == null) {
            throw new IllegalArgumentException("no ETag");
        }
        opaque(etag);
        return etag;
    }

    /** Whether two responses name the same version: some stores leave the quotes out in one and not in another. */
    static boolean isSameVersion(String etag, String other) {
        return opaque(etag).equals(opaque(other));
    }

    private static String opaque(String etag) {
        Matcher tag = ETAG.matcher(etag);
        if (!tag.matches()) {
            throw new IllegalArgumentException("an ETag with a character that none can have");
        }
        return tag.group(1) == null ? tag.group(2) : tag.group(1);
    }

    /**
     * A checksum of checksums is marked by its type, and by the number of parts after a dash where a store leaves the
     * type out.
     */
    private static Map<String, String> checksums(@Nullable String type, SdkHttpResponse http) {
        Map<String, String> checksums = new LinkedHashMap<>();
        if (!"COMPOSITE".equals(type)) {
            for (String algorithm : DigestAlgorithm.s3Names()) {
                http.firstMatchingHeader(DigestAlgorithm.s3Field(algorithm))
                        .filter(value -> !value.contains("-"))
                        .ifPresent(value -> checksums.put(algorithm, value));
            }
        }
        return checksums;
    }

    private static StoreResponse storeResponse(S3Response response, int retries) {
        SdkHttpResponse http = response.sdkHttpResponse();
        Map<String, String> headers = new TreeMap<>();
        http.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        String requestId = response.responseMetadata().requestId();
        return new StoreResponse(requestId, http.statusCode(), headers, retries);
    }
}
