package dev.banhmi.gateway.store;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.presigner.PresignedRequest;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** Signs URLs with which a client reads from the store itself. */
final class ReadPresigner implements AutoCloseable {
    /*
     * A version can only be pinned by its id: a condition would have to be a signed header (X-Amz-SignedHeaders), which
     * a client that follows a redirect does not send.
     */

    private final S3Presigner presigner;
    private final Duration expiry;

    private ReadPresigner(S3Presigner presigner, Duration expiry) {
        this.presigner = presigner;
        this.expiry = expiry;
    }

    static ReadPresigner of(S3Properties properties) {
        S3Presigner.Builder builder = S3Presigner.builder()
                .serviceConfiguration(S3Configuration.builder()
                        .pathStyleAccessEnabled(properties.pathStyleAccess())
                        .build());
        URI endpoint = properties.offloadEndpoint() == null ? properties.endpoint() : properties.offloadEndpoint();
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (properties.region() != null) {
            builder.region(Region.of(properties.region()));
        }
        if (properties.accessKeyId() != null && properties.secretAccessKey() != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(properties.accessKeyId(), properties.secretAccessKey())));
        }
        return new ReadPresigner(builder.build(), properties.offloadExpiry());
    }

    URI url(ObjectKey key, @Nullable String versionId, boolean withBytes, ObjectAttributes shown) {
        PresignedRequest signed = withBytes
                ? presigner.presignGetObject(presign -> presign.signatureDuration(expiry)
                        .getObjectRequest(get -> get.bucket(key.bucket())
                                .key(key.key())
                                .versionId(versionId)
                                .responseContentType(shown.contentType())
                                .responseContentDisposition(shown.contentDisposition())
                                .responseCacheControl(shown.cacheControl())
                                .responseContentEncoding(shown.contentEncoding())
                                .responseContentLanguage(shown.contentLanguage())
                                .responseExpires(expires(shown))))
                : presigner.presignHeadObject(presign -> presign.signatureDuration(expiry)
                        .headObjectRequest(head -> head.bucket(key.bucket())
                                .key(key.key())
                                .versionId(versionId)
                                .responseContentType(shown.contentType())
                                .responseContentDisposition(shown.contentDisposition())
                                .responseCacheControl(shown.cacheControl())
                                .responseContentEncoding(shown.contentEncoding())
                                .responseContentLanguage(shown.contentLanguage())
                                .responseExpires(expires(shown))));
        if (!signed.isBrowserExecutable() && withBytes) {
            throw new IllegalStateException(
                    "the signed URL requires headers: " + signed.signedHeaders().keySet());
        }
        try {
            return signed.url().toURI();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the signed URL is not a URI", e);
        }
    }

    private static @Nullable Instant expires(ObjectAttributes shown) {
        return shown.expires() == null
                ? null
                : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(shown.expires()));
    }

    @Override
    public void close() {
        presigner.close();
    }
}
