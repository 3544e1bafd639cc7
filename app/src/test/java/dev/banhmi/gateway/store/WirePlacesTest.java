package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.wire.BucketAddress;
import dev.banhmi.gateway.store.wire.Identity;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.StringInputStream;

/** A bucket is where the SDK's rules say, in either style. */
class WirePlacesTest {

    private static final AwsCredentials KEYS = AwsBasicCredentials.create("id", "secret");

    private static final Identity IDENTITY = new Identity("id", "secret", null, "eu-west-3");

    @ParameterizedTest
    @CsvSource({
        "demo, , false, true, demo.s3.eu-west-3.amazonaws.com, 443, ''",
        "demo, , true, true, s3.eu-west-3.amazonaws.com, 443, /demo",
        // A dot is no part of a name that a certificate with a wildcard has.
        "de.mo, , false, true, s3.eu-west-3.amazonaws.com, 443, /de.mo",
        "demo, http://127.0.0.1:9000, true, false, 127.0.0.1, 9000, /demo",
        "demo, http://127.0.0.1:9000, false, false, 127.0.0.1, 9000, /demo",
        "demo, http://store.example, false, false, demo.store.example, 80, ''",
        "demo, https://store.example/behind, true, true, store.example, 443, /behind/demo",
        "demo, http://[::1]:9000, true, false, [::1], 9000, /demo"
    })
    void isWhereTheRulesSay(
            String bucket,
            @Nullable URI endpoint,
            boolean pathStyle,
            boolean secure,
            String host,
            int port,
            String path) {
        try (S3Client client = client(endpoint, pathStyle, _ -> {})) {
            assertThat(new WirePlaces(client, pathStyle, () -> KEYS).of(bucket))
                    .contains(new WirePlaces.Place(new BucketAddress(secure, host, port, path), IDENTITY));
        }
    }

    /** What an operator has set for the SDK, as in AWS_USE_FIPS_ENDPOINT, holds for the bytes of objects, too. */
    @ParameterizedTest
    @CsvSource({
        "true, false, demo.s3-fips.eu-west-3.amazonaws.com",
        "false, true, demo.s3.dualstack.eu-west-3.amazonaws.com",
        "true, true, demo.s3-fips.dualstack.eu-west-3.amazonaws.com"
    })
    void isWhereTheClientIsToldToAskForIt(boolean fips, boolean dualstack, String host) {
        try (S3Client client = client(
                null,
                false,
                profile("use_fips_endpoint = " + fips + "\n" + "use_dualstack_endpoint = " + dualstack + "\n"))) {
            assertThat(new WirePlaces(client, false, () -> KEYS).of("demo"))
                    .contains(new WirePlaces.Place(new BucketAddress(true, host, 443, ""), IDENTITY));
        }
    }

    /** As in AWS_ENDPOINT_URL_S3. */
    @Test
    void isAtTheEndpointOfTheProfile() {
        try (S3Client client =
                client(null, true, profile("endpoint_url = https://vpce-1.s3.eu-west-3.vpce.amazonaws.com\n"))) {
            assertThat(new WirePlaces(client, true, () -> KEYS).of("demo"))
                    .contains(new WirePlaces.Place(
                            new BucketAddress(true, "vpce-1.s3.eu-west-3.vpce.amazonaws.com", 443, "/demo"), IDENTITY));
        }
    }

    /** The SDK's client says what is wrong with them. */
    @ParameterizedTest
    @ValueSource(strings = {"arn:aws:s3:eu-west-3:123456789012:nothing", "demo--x-s3"})
    void leavesToTheSdkWhatIsNowhere(String bucket) {
        try (S3Client client = client(null, false, _ -> {})) {
            assertThat(new WirePlaces(client, false, () -> KEYS).of(bucket)).isEmpty();
        }
    }

    /** Each of them wants another signature, or another one's rules. */
    @ParameterizedTest
    @CsvSource({"demo--euw3-az1--x-s3", "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"})
    void leavesToTheSdkWhatWantsAnotherSignature(String bucket) {
        try (S3Client client = client(null, false, _ -> {})) {
            assertThat(new WirePlaces(client, false, () -> KEYS).of(bucket)).isEmpty();
        }
    }

    /** They change within hours, and the rules do not. */
    @Test
    void asksForCredentialsEachTime() {
        AtomicReference<AwsCredentials> now = new AtomicReference<>(KEYS);
        try (S3Client client = client(null, false, _ -> {})) {
            WirePlaces places = new WirePlaces(client, false, now::get);
            assertThat(places.of("demo").orElseThrow().identity().sessionToken())
                    .isNull();
            now.set(AwsSessionCredentials.create("other", "secret", "token"));
            assertThat(places.of("demo").orElseThrow().identity())
                    .isEqualTo(new Identity("other", "secret", "token", "eu-west-3"));
        }
    }

    private static Consumer<S3ClientBuilder> profile(String settings) {
        ProfileFile profiles = ProfileFile.builder()
                .type(ProfileFile.Type.CONFIGURATION)
                .content(new StringInputStream("[default]\n" + settings))
                .build();
        return builder -> builder.overrideConfiguration(
                override -> override.defaultProfileFile(profiles).defaultProfileName("default"));
    }

    private static S3Client client(@Nullable URI endpoint, boolean pathStyle, Consumer<S3ClientBuilder> more) {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.EU_WEST_3)
                .credentialsProvider(StaticCredentialsProvider.create(KEYS))
                .forcePathStyle(pathStyle);
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        more.accept(builder);
        return builder.build();
    }
}
