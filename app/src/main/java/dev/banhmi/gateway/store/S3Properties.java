package dev.banhmi.gateway.store;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How to reach S3, {@code banhmi.s3.*}. Without an endpoint it is AWS itself; without a key pair the SDK's default
 * credentials (task role, instance profile, environment) are used.
 *
 * @param endpoint any S3-compatible service, {@code http} or {@code https}
 * @param region the AWS region; without one the SDK's own search (environment, instance metadata) decides
 * @param pathStyleAccess {@code host/bucket/key} instead of {@code bucket.host/key}; emulators need it
 * @param accessKeyId fixed credentials; only together with {@code secretAccessKey}
 * @param secretAccessKey fixed credentials; never shown in messages
 * @param allowPlainHttp allows an {@code http} endpoint that is not on this machine
 * @param maxConnections the most connections to the store that are open at once, at least 1
 * @param connectTimeout for a connection to be made
 * @param readTimeout the longest silence on a connection, shorter than {@code apiCallAttemptTimeout}
 * @param maxAttempts attempts of one call in all, at least 1
 * @param retryBaseDelay upper bound of the random pause before a call is retried, doubled each time
 * @param retryMaxDelay the limit of that bound
 * @param apiCallAttemptTimeout for one attempt of one call, with its whole body
 * @param apiCallTimeout for all attempts of one call together
 * @param completeTimeout for CompleteMultipartUpload and copies, which may take minutes on large objects
 * @param offloadEndpoint where callers reach the store when they are redirected to it; by default the same as
 *     {@code endpoint}
 * @param offloadExpiry how long a signed URL is valid, {@code 1s} to {@code 1h}; never longer than the credentials that
 *     sign it
 * @param wire whether the bytes of objects go over the gateway's own client ({@code store.wire}) and not over the SDK's
 */
public record S3Properties(
        @Nullable URI endpoint,
        @Nullable String region,
        @DefaultValue("false") boolean pathStyleAccess,
        @Nullable String accessKeyId,
        @Nullable String secretAccessKey,
        @DefaultValue("false") boolean allowPlainHttp,
        @DefaultValue("256") int maxConnections,
        @DefaultValue("3s") Duration connectTimeout,
        @DefaultValue("30s") Duration readTimeout,
        @DefaultValue("4") int maxAttempts,
        @DefaultValue("100ms") Duration retryBaseDelay,
        @DefaultValue("5s") Duration retryMaxDelay,
        @DefaultValue("60s") Duration apiCallAttemptTimeout,
        @DefaultValue("150s") Duration apiCallTimeout,
        @DefaultValue("10m") Duration completeTimeout,
        @Nullable URI offloadEndpoint,
        @DefaultValue("5m") Duration offloadExpiry,
        @DefaultValue("false") boolean wire) {

    private static final Duration LONGEST_OFFLOAD = Duration.ofHours(1);

    private static final Pattern REGION = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

    /** Checks everything and reports all that is wrong in one message, one per line. */
    public S3Properties {
        List<String> problems = new ArrayList<>();
        if (endpoint != null) {
            checkEndpoint("endpoint", endpoint, allowPlainHttp, problems);
        }
        if (offloadEndpoint != null) {
            checkEndpoint("offload-endpoint", offloadEndpoint, allowPlainHttp, problems);
        }
        checkNotBlank("region", region, problems);
        if (region != null && !region.isBlank()) {
            checkRegion("banhmi.s3.region", region, problems);
        }
        checkNotBlank("access-key-id", accessKeyId, problems);
        checkNotBlank("secret-access-key", secretAccessKey, problems);
        if ((accessKeyId == null) != (secretAccessKey == null)) {
            problems.add("banhmi.s3.access-key-id and banhmi.s3.secret-access-key: one of them is missing;"
                    + " set both, or none to use the SDK's default credentials");
        }
        if (maxConnections < 1) {
            problems.add("banhmi.s3.max-connections = " + maxConnections + ": at least 1 is required");
        }
        if (maxAttempts < 1) {
            problems.add("banhmi.s3.max-attempts = " + maxAttempts + ": at least 1 is required");
        }
        checkPositive("connect-timeout", connectTimeout, problems);
        checkPositive("read-timeout", readTimeout, problems);
        checkPositive("retry-base-delay", retryBaseDelay, problems);
        checkPositive("retry-max-delay", retryMaxDelay, problems);
        checkPositive("api-call-attempt-timeout", apiCallAttemptTimeout, problems);
        checkPositive("api-call-timeout", apiCallTimeout, problems);
        checkPositive("complete-timeout", completeTimeout, problems);
        if (offloadExpiry.compareTo(Duration.ofSeconds(1)) < 0 || offloadExpiry.compareTo(LONGEST_OFFLOAD) > 0) {
            problems.add("banhmi.s3.offload-expiry = " + offloadExpiry + ": 1s to 1h is required");
        }
        if (readTimeout.compareTo(apiCallAttemptTimeout) >= 0) {
            problems.add("banhmi.s3.read-timeout = " + readTimeout
                    + ": must be shorter than a single attempt (banhmi.s3.api-call-attempt-timeout = "
                    + apiCallAttemptTimeout + "), whose timer would otherwise end the next one");
        }
        if (apiCallTimeout.compareTo(apiCallAttemptTimeout) < 0) {
            problems.add("banhmi.s3.api-call-timeout = " + apiCallTimeout
                    + ": shorter than a single attempt (banhmi.s3.api-call-attempt-timeout = " + apiCallAttemptTimeout
                    + ")");
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /**
     * Checks that a region can be part of a host name, which the SDK makes of it for every service.
     *
     * @param source what names the region
     * @param region the value seen
     * @param problems gets a line when it cannot
     */
    public static void checkRegion(String source, String region, List<String> problems) {
        if (!REGION.matcher(region).matches()) {
            problems.add(source + " = " + region + ": a region has only letters, digits and dashes, as in eu-west-1");
        }
    }

    private static void checkEndpoint(String name, URI endpoint, boolean allowPlainHttp, List<String> problems) {
        String scheme = endpoint.getScheme();
        String host = endpoint.getHost();
        if (endpoint.toString().contains("@")) {
            problems.add("banhmi.s3." + name + ": credentials do not belong in a URL, which is logged;"
                    + " use banhmi.s3.access-key-id and banhmi.s3.secret-access-key");
        } else if (host == null || !("http".equals(scheme) || "https".equals(scheme))) {
            problems.add("banhmi.s3." + name + " = " + endpoint + ": an http or https URL with a host is required,"
                    + " such as https://s3.eu-west-1.amazonaws.com");
        } else if ("http".equals(scheme) && !isLoopback(host) && !allowPlainHttp) {
            problems.add("banhmi.s3." + name + " = " + endpoint + ": plain http leaves this machine unencrypted;"
                    + " use https, or set banhmi.s3.allow-plain-http=true");
        }
    }

    /** By name only: a lookup here would make the start depend on a name server. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    /** A variable that is set but empty is how a deployment passes on a value that it does not have. */
    private static void checkNotBlank(String name, @Nullable String value, List<String> problems) {
        if (value != null && value.isBlank()) {
            problems.add("banhmi.s3." + name + " is set but blank; give it a value, or leave it out");
        }
    }

    private static void checkPositive(String name, Duration value, List<String> problems) {
        if (value.isZero() || value.isNegative()) {
            problems.add("banhmi.s3." + name + " = " + value + ": a time above zero is required, such as 30s");
        }
    }

    /** Everything but the credentials. */
    @Override
    public String toString() {
        return "S3Properties[endpoint=" + endpoint + ", region=" + region + ", pathStyleAccess=" + pathStyleAccess
                + "]";
    }
}
