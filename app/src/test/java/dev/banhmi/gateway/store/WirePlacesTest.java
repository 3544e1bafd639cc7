package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.wire.BucketAddress;
import dev.banhmi.gateway.store.wire.Identity;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.regions.Region;

/** A bucket is where the SDK's rules say, in either style. */
class WirePlacesTest {

    private static final AwsCredentials KEYS = AwsBasicCredentials.create("id", "secret");

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
        WirePlaces places = new WirePlaces(Region.EU_WEST_3, endpoint, pathStyle, () -> KEYS);
        assertThat(places.of(bucket))
                .contains(new WirePlaces.Place(
                        new BucketAddress(secure, host, port, path), new Identity("id", "secret", null, "eu-west-3")));
    }

    /** Each of them wants another signature, or another one's rules. */
    @ParameterizedTest
    @CsvSource({"demo--euw3-az1--x-s3", "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"})
    void leavesToTheSdkWhatWantsAnotherSignature(String bucket) {
        WirePlaces places = new WirePlaces(Region.EU_WEST_3, null, false, () -> KEYS);
        assertThat(places.of(bucket)).isEmpty();
    }

    /** They change within hours, and the rules do not. */
    @Test
    void asksForCredentialsEachTime() {
        AtomicReference<AwsCredentials> now = new AtomicReference<>(KEYS);
        WirePlaces places = new WirePlaces(Region.EU_WEST_3, null, false, now::get);
        assertThat(places.of("demo").orElseThrow().identity().sessionToken()).isNull();
        now.set(AwsSessionCredentials.create("other", "secret", "token"));
        assertThat(places.of("demo").orElseThrow().identity())
                .isEqualTo(new Identity("other", "secret", "token", "eu-west-3"));
    }
}
