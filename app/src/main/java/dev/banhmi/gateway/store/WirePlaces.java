package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BucketAddress;
import dev.banhmi.gateway.store.wire.Identity;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.endpoints.AwsEndpointAttribute;
import software.amazon.awssdk.awscore.endpoints.authscheme.EndpointAuthScheme;
import software.amazon.awssdk.awscore.endpoints.authscheme.SigV4AuthScheme;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/**
 * Where the SDK's own rules say that a bucket is, and whose signature they want; the rules are evaluated once for each bucket. Thread-safe.
 */
final class WirePlaces {

    private final S3EndpointProvider rules;
    private final Region region;
    private final @Nullable URI endpoint;
    private final boolean pathStyle;
    private final Supplier<? extends AwsCredentialsIdentity> credentials;

    /** Only of the buckets that are served. */
    private final Map<String, Optional<Signed>> known = new ConcurrentHashMap<>();

    private record Signed(BucketAddress address, String region) {}

    /**
     * One bucket, now.
     *
     * @param address where it is
     * @param identity whose signature
     */
    record Place(BucketAddress address, Identity identity) {}

    /**
     * As an S3 client would have it.
     *
     * @param region of the client
     * @param endpoint null for AWS itself
     * @param pathStyle whether the bucket is in the path
     * @param credentials asked for each call; the SDK's providers keep what they have
     */
    WirePlaces(
            Region region,
            @Nullable URI endpoint,
            boolean pathStyle,
            Supplier<? extends AwsCredentialsIdentity> credentials) {
        this.rules = S3EndpointProvider.defaultProvider();
        this.region = region;
        this.endpoint = endpoint;
        this.pathStyle = pathStyle;
        this.credentials = credentials;
    }

    /**
     * The place of a bucket.
     *
     * @return empty where the rules want what the wire client has not got: another signature than SigV4 for S3
     */
    Optional<Place> of(String bucket) {
        return known.computeIfAbsent(bucket, this::resolve).map(signed -> {
            AwsCredentialsIdentity now = credentials.get();
            String token = now instanceof AwsSessionCredentialsIdentity session ? session.sessionToken() : null;
            return new Place(
                    signed.address(), new Identity(now.accessKeyId(), now.secretAccessKey(), token, signed.region()));
        });
    }

    private Optional<Signed> resolve(String bucket) {
        Endpoint resolved = rules.resolveEndpoint(params -> params.bucket(bucket)
                        .region(region)
                        .endpoint(endpoint == null ? null : endpoint.toString())
                        .forcePathStyle(pathStyle)
                        .useFips(false)
                        .useDualStack(false)
                        .accelerate(false)
                        .useGlobalEndpoint(false)
                        .disableMultiRegionAccessPoints(false))
                .join();
        List<EndpointAuthScheme> schemes = resolved.attribute(AwsEndpointAttribute.AUTH_SCHEMES);
        if (schemes == null
                || schemes.size() != 1
                || !(schemes.getFirst() instanceof SigV4AuthScheme sigv4)
                || !"s3".equals(sigv4.signingName())) {
            return Optional.empty();
        }
        URI url = resolved.endpointUrl().toUri();
        if (url.getHost() == null) {
            // A name that Java does not take for one of a host.
            return Optional.empty();
        }
        boolean secure = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        String path = url.getRawPath() == null || url.getRawPath().equals("/") ? "" : url.getRawPath();
        return Optional.of(new Signed(
                new BucketAddress(secure, url.getHost(), port, path),
                sigv4.signingRegion() == null ? region.id() : sigv4.signingRegion()));
    }
}
