package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S3PropertiesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://s3.eu-west-1.amazonaws.com",
                "http://localhost:9000",
                "http://127.0.0.1",
                "http://[::1]:1/x"
            })
    void takesHttpsAnywhereAndPlainHttpOnThisMachine(String endpoint) {
        assertThatCode(() -> of(endpoint, false)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://s3:9000",
                "http://127.0.0.1.example.com",
                "http://localhost.example.com",
                "http://10.0.0.1"
            })
    void takesPlainHttpToOthersOnlyWhenTold(String endpoint) {
        assertThatThrownBy(() -> of(endpoint, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("banhmi.s3.endpoint = " + endpoint)
                .hasMessageContaining("banhmi.s3.allow-plain-http=true");
        assertThatCode(() -> of(endpoint, true)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9000", "s3.amazonaws.com", "ftp://host", "https:///path", "https://a_b", ""})
    void refusesWhatIsNoUrlWithAHost(String endpoint) {
        assertThatThrownBy(() -> of(endpoint, true))
                .hasMessageContaining("an http or https URL with a host is required");
    }

    @Test
    void listsAllProblemsALineEach() {
        assertThatThrownBy(() -> new S3Properties(
                        URI.create("ftp://host"),
                        null,
                        false,
                        "id",
                        null,
                        false,
                        0,
                        Duration.ZERO,
                        Duration.ZERO,
                        0,
                        Duration.ZERO,
                        SECOND,
                        Duration.ofSeconds(2),
                        SECOND,
                        SECOND.negated(),
                        URI.create("http://far"),
                        Duration.ofHours(2),
                        false))
                .satisfies(e -> assertThat(
                                Objects.requireNonNull(e.getMessage()).lines().map(line -> line.split("[ :]", 2)[0]))
                        .containsExactly(
                                "banhmi.s3.endpoint",
                                "banhmi.s3.offload-endpoint",
                                "banhmi.s3.access-key-id",
                                "banhmi.s3.max-connections",
                                "banhmi.s3.max-attempts",
                                "banhmi.s3.connect-timeout",
                                "banhmi.s3.read-timeout",
                                "banhmi.s3.retry-base-delay",
                                "banhmi.s3.complete-timeout",
                                "banhmi.s3.offload-expiry",
                                "banhmi.s3.api-call-timeout"));
    }

    @Test
    void letsNoSilenceLastUntilTheTimerOfItsTryGoesOff() {
        assertThatThrownBy(() -> of("https://host", false, SECOND))
                .hasMessageContaining("banhmi.s3.read-timeout = PT1S")
                .hasMessageContaining("banhmi.s3.api-call-attempt-timeout = PT1S");
        assertThatCode(() -> of("https://host", false, SECOND.plusMillis(1))).doesNotThrowAnyException();
    }

    @Test
    void showsNoCredentials() {
        S3Properties properties = of("https://host", "AKIDEXAMPLE", "wJalrXUtnFEMI");
        assertThat(properties.toString())
                .doesNotContain("AKIDEXAMPLE", "wJalrXUtnFEMI")
                .contains("https://host");
    }

    private static S3Properties of(String endpoint, boolean allowPlainHttp) {
        return of(endpoint, allowPlainHttp, SECOND.multipliedBy(2));
    }

    private static S3Properties of(String endpoint, boolean allowPlainHttp, Duration attemptTimeout) {
        return new S3Properties(
                URI.create(endpoint),
                null,
                false,
                null,
                null,
                allowPlainHttp,
                1,
                SECOND,
                SECOND,
                1,
                SECOND,
                SECOND,
                attemptTimeout,
                attemptTimeout,
                SECOND,
                null,
                SECOND,
                false);
    }

    private static S3Properties of(String endpoint, @Nullable String id, @Nullable String secret) {
        return new S3Properties(
                URI.create(endpoint),
                null,
                false,
                id,
                secret,
                false,
                1,
                SECOND,
                SECOND,
                1,
                SECOND,
                SECOND,
                SECOND.multipliedBy(2),
                SECOND.multipliedBy(2),
                SECOND,
                null,
                SECOND,
                false);
    }
}
