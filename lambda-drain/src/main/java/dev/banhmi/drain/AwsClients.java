package dev.banhmi.drain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.defaultsmode.DefaultsMode;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ecs.EcsClient;

/**
 * The clients of both APIs, which share their connections. Thread-safe; live as long as the process.
 *
 * <p>Endpoints come from the SDK's own variables, {@code AWS_ENDPOINT_URL_ECS} and {@code AWS_ENDPOINT_URL_AUTO_SCALING}.
 */
record AwsClients(EcsClient ecs, AutoScalingClient autoScaling) {

    /** 32: more than a sweep uses at a time to one of the APIs. */
    private static final int CONNECTIONS = 32;

    /** With the SDK's default credentials, over real connections. */
    static AwsClients create(Region region) {
        // Before the first connection. The JDK keeps 5 to a host, and a sweep of many instances has more under way:
        // each of the others would be another TLS handshake, on a third of a processor.
        System.setProperty("http.maxConnections", Integer.toString(CONNECTIONS));
        ProfileFile none = noProfiles();
        AwsCredentialsProvider credentials =
                DefaultCredentialsProvider.builder().profileFile(() -> none).build();
        return over(UrlConnectionHttpClient.create(AwsClients::connect), credentials, region);
    }

    /** With these credentials, over this HTTP client. */
    static AwsClients over(SdkHttpClient http, AwsCredentialsProvider credentials, Region region) {
        ProfileFile none = noProfiles();
        Duration attempt = AwsCalls.ATTEMPT;
        ClientOverrideConfiguration options = ClientOverrideConfiguration.builder()
                .apiCallAttemptTimeout(attempt)
                .apiCallTimeout(AwsCalls.CALL)
                .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                        .maxAttempts(AwsCalls.ATTEMPTS)
                        .build())
                .defaultProfileFileSupplier(() -> none)
                .defaultProfileFile(none)
                .build();
        return new AwsClients(
                EcsClient.builder()
                        .region(region)
                        .credentialsProvider(credentials)
                        .httpClient(http)
                        .defaultsMode(DefaultsMode.STANDARD)
                        .overrideConfiguration(options)
                        .build(),
                AutoScalingClient.builder()
                        .region(region)
                        .credentialsProvider(credentials)
                        .httpClient(http)
                        .defaultsMode(DefaultsMode.STANDARD)
                        .overrideConfiguration(options)
                        .build());
    }

    /** The SDK's own factory reads the trust store when it is made; the JDK reads it when it is needed. */
    private static HttpURLConnection connect(URI uri) {
        try {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
            connection.setConnectTimeout(Math.toIntExact(AwsCalls.CONNECT.toMillis()));
            connection.setReadTimeout(Math.toIntExact(AwsCalls.ATTEMPT.toMillis()));
            return connection;
        } catch (IOException e) {
            throw new UncheckedIOException("No connection to " + uri + " can be made.", e);
        }
    }

    /** A Lambda has no profiles, and looking for their files costs time at every start. */
    private static ProfileFile noProfiles() {
        return ProfileFile.aggregator().build();
    }
}
