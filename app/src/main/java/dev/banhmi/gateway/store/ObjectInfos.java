package dev.banhmi.gateway.store;

import dev.banhmi.gateway.digest.DigestAlgorithm;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Response;

/** Reads an object's facts off the two responses that carry them; the SDK gives them no common type. */
final class ObjectInfos {

    private ObjectInfos() {}

    static ObjectInfo of(HeadObjectResponse head, int retries) {
        return new ObjectInfo(
                head.contentLength(),
                head.eTag(),
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

    static ObjectInfo of(GetObjectResponse get) {
        return new ObjectInfo(
                size(get.contentRange(), get.contentLength()),
                get.eTag(),
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
        return Objects.requireNonNullElse(time, Instant.EPOCH);
    }

    /** The size of the whole object, which a response with a range has after the slash. */
    private static long size(@Nullable String contentRange, long contentLength) {
        return contentRange == null
                ? contentLength
                : Long.parseLong(contentRange.substring(contentRange.indexOf('/') + 1));
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
