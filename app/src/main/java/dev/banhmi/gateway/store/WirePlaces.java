package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BucketAddress;
import dev.banhmi.gateway.store.wire.Identity;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.endpoints.AwsEndpointAttribute;
import software.amazon.awssdk.awscore.endpoints.authscheme.EndpointAuthScheme;
import software.amazon.awssdk.awscore.endpoints.authscheme.SigV4AuthScheme;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.endpoints.Endpoint;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Utilities;
import software.amazon.awssdk.services.s3.endpoints.S3EndpointProvider;

/**
 * Where an S3 client has a bucket, and whose signature the SDK's own rules want there; both are asked once for each
 * bucket. Thread-safe.
 */
final class WirePlaces {
    /*
     * The address is the client's own word, because more goes into it than its builder was told: an endpoint, FIPS, dual
     * stack and the global endpoint can be set in the environment, in system properties and in a profile. The rules are
     * asked for the signature alone, which none of these changes.
     */

    /** Any key, for the address of one object, of which the bucket's is what stands before it. */
    private static final String KEY = "key";

    private final S3EndpointProvider rules;
    private final S3Utilities utilities;
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
     * As an S3 client has it.
     *
     * @param client asked for nothing but addresses, which takes no connection
     * @param pathStyle whether it was told to have the bucket in the path
     * @param credentials asked for each call; the SDK's providers keep what they have
     */
    WirePlaces(S3Client client, boolean pathStyle, Supplier<? extends AwsCredentialsIdentity> credentials) {
        this.rules = S3EndpointProvider.defaultProvider();
        this.utilities = client.utilities();
        this.region = client.serviceClientConfiguration().region();
        this.endpoint = client.serviceClientConfiguration().endpointOverride().orElse(null);
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
        try {
            return signingRegion(bucket).flatMap(signed -> address(bucket).map(address -> new Signed(address, signed)));
        } catch (SdkException | CompletionException | IllegalArgumentException e) {
            // It is nowhere, and the SDK's client says why to whoever makes a call.
            return Optional.empty();
        }
    }

    /** Empty where the rules want another signature than SigV4 for S3. */
    private Optional<String> signingRegion(String bucket) {
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
        return Optional.of(sigv4.signingRegion() == null ? region.id() : sigv4.signingRegion());
    }

    /** Empty for a name that Java does not take for one of a host. */
    private Optional<BucketAddress> address(String bucket) {
        URI url = URI.create(
                utilities.getUrl(request -> request.bucket(bucket).key(KEY)).toString());
        if (url.getHost() == null || !url.getRawPath().endsWith("/" + KEY)) {
            return Optional.empty();
        }
        boolean secure = "https".equals(url.getScheme());
        int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
        String path = url.getRawPath().substring(0, url.getRawPath().length() - KEY.length() - 1);
        return Optional.of(new BucketAddress(secure, url.getHost(), port, path));
    }
}
