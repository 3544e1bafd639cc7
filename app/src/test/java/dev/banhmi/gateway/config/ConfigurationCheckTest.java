package dev.banhmi.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.store.KeyLayout;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

class ConfigurationCheckTest {

    private final Map<String, Object> settings = new LinkedHashMap<>(Map.of(
            "banhmi.access.allow-open",
            "true",
            "banhmi.s3.region",
            "eu-west-1",
            "banhmi.buckets.demo.key-layout",
            "hashed"));
    private final Map<String, Object> variables = new LinkedHashMap<>();

    private Supplier<Optional<String>> regionSearch = () -> {
        throw new AssertionError("the region is searched for although a setting names it");
    };

    @Test
    void hasDefaultsForEverything() {
        GatewayProperties properties = check("aws");
        assertThat(properties.s3().endpoint()).isNull();
        assertThat(properties.s3().apiCallTimeout()).isEqualTo(Duration.ofSeconds(150));
        assertThat(properties.buckets()).containsOnlyKeys("demo");
        assertThat(properties.shutdown().preStopDelay()).isEqualTo(Duration.ofSeconds(5));
        assertThat(properties.shutdown().inFlightTimeout()).isNull();
        assertThat(properties.transfer().maxRequestDuration()).isEqualTo(Duration.ofMinutes(15));
        assertThat(properties.transfer().maxWait()).isEqualTo(Duration.ofSeconds(30));
        assertThat(properties.transfer().abortRetries()).hasSize(3);
        assertThat(properties.server().headTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(properties.server().minBodyRate()).isEqualTo(DataSize.ofKilobytes(1));
        assertThat(properties.server().bodyRatePeriod()).isEqualTo(Duration.ofSeconds(30));
        assertThat(properties.server().maxConnectionsPerAddress()).isZero();
    }

    @Test
    void readsSettings() {
        settings.put("banhmi.s3.endpoint", "https://store.example");
        settings.put("banhmi.s3.path-style-access", "true");
        settings.put("banhmi.buckets.demo.key-layout", "plain");
        settings.put("banhmi.buckets[my.dotted.bucket].key-layout", "plain");
        settings.put("banhmi.buckets.old-one.key-layout", "hashed");
        settings.put("banhmi.transfer.abort-retries[0]", "3s");

        GatewayProperties properties = check("aws");

        assertThat(properties.s3().endpoint()).isEqualTo(URI.create("https://store.example"));
        assertThat(properties.s3().pathStyleAccess()).isTrue();
        assertThat(properties.buckets()).containsOnlyKeys("demo", "my.dotted.bucket", "old-one");
        assertThat(properties.buckets().get("my.dotted.bucket"))
                .isNotNull()
                .satisfies(bucket -> assertThat(bucket.keyLayout()).isEqualTo(KeyLayout.PLAIN));
        assertThat(properties.transfer().abortRetries()).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void readsAllowedOrigins() {
        assertThat(check("aws").cors().allowedOrigins()).isEmpty();
        variables.put("BANHMI_CORS_ALLOWED_ORIGINS", "https://app.example,http://localhost:3000,http://[::1]:8443");

        assertThat(check("aws").cors().allowedOrigins())
                .containsExactly("https://app.example", "http://localhost:3000", "http://[::1]:8443");
    }

    @ParameterizedTest
    @CsvSource({
        "*,would allow any page",
        "https://*.example,would allow any page",
        "null,would allow any page",
        "app.example,https://app.example",
        "ftp://app.example,is required",
        "https://,is required",
        "https://user@app.example,is required",
        "https://app.example:99999,is required",
        "https://app example,is required",
        "https://app.example/,browsers send https://app.example instead",
        "https://app.example/path?x=1,browsers send https://app.example instead",
        "HTTPS://App.Example,browsers send https://app.example instead",
        "https://app.example:443,browsers send https://app.example instead",
        "http://app.example:80,browsers send http://app.example instead"
    })
    void refusesOriginsThatNoBrowserSends(String origin, String reason) {
        settings.put("banhmi.cors.allowed-origins[0]", "https://right.example");
        settings.put("banhmi.cors.allowed-origins[1]", origin);

        assertThatThrownBy(() -> check("aws"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("banhmi.cors.allowed-origins[1] = " + origin + ": ")
                .hasMessageContaining(reason)
                .hasMessageNotContaining("allowed-origins[0]");
    }

    @Test
    void readsEnvironmentVariables() {
        variables.put("BANHMI_S3_ENDPOINT", "https://store.example");
        variables.put("BANHMI_S3_PATHSTYLEACCESS", "true");
        variables.put("BANHMI_S3_MAX_CONNECTIONS", "7");
        variables.put("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain");
        variables.put("BANHMI_TRANSFER_ABORTRETRIES_0", "3s");

        GatewayProperties properties = check("aws");

        assertThat(properties.s3().endpoint()).isEqualTo(URI.create("https://store.example"));
        assertThat(properties.s3().pathStyleAccess()).isTrue();
        assertThat(properties.s3().maxConnections()).isEqualTo(7);
        assertThat(properties.buckets()).containsOnlyKeys("demo");
        assertThat(properties.buckets().get("demo"))
                .isNotNull()
                .satisfies(bucket -> assertThat(bucket.keyLayout()).isEqualTo(KeyLayout.PLAIN));
        assertThat(properties.transfer().abortRetries()).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void listsEverythingThatIsWrongInOneMessage() {
        settings.put("banhmi.access.allow-open", "false");
        settings.put("banhmi.s3.endpoint", "http://far.example");
        settings.put("banhmi.s3.access-key-id", "AKIDEXAMPLE");
        settings.put("banhmi.s3.regoin", "eu-west-1");
        settings.put("banhmi.s3.max-connections", "many");
        settings.put("banhmi.transfer.memory", "1MB");
        settings.put("banhmi.shutdown.pre-stop-delay", "soon");
        settings.put("banhmi.buckets.demo.key-layout", "flat");
        settings.put("banhmi.bucket.demo.key-layout", "plain");
        variables.put("BANHMI_TRANSFER_MAXWAIT_", "1s");
        variables.put("BANHMI_TRANSFER_MEMROY", "64MB");

        assertThat(problems("aws"))
                .anyMatch(line -> line.startsWith("banhmi.access.allow-open = false"))
                .anyMatch(line -> line.startsWith("banhmi.s3.endpoint = http://far.example"))
                .anyMatch(line -> line.startsWith("banhmi.s3.access-key-id and banhmi.s3.secret-access-key"))
                .contains("banhmi.s3.regoin: there is no such setting")
                .anyMatch(line -> line.startsWith("banhmi.s3.max-connections = many"))
                .anyMatch(line -> line.startsWith("banhmi.transfer.memory = "))
                .anyMatch(line -> line.startsWith("banhmi.shutdown.pre-stop-delay = soon"))
                .contains("banhmi.buckets.demo.key-layout = flat: one of hashed, plain is required")
                .contains("banhmi.bucket.demo.key-layout: there is no such setting")
                .contains("BANHMI_TRANSFER_MEMROY: there is no such setting")
                .doesNotHaveDuplicates();
    }

    @Test
    void refusesTimesThatNoTransferLasts() {
        settings.put("banhmi.transfer.max-request-duration", "30s");
        settings.put("banhmi.shutdown.in-flight-timeout", "31s");
        assertThat(problems("aws"))
                .anyMatch(line -> line.startsWith("banhmi.shutdown.in-flight-timeout = PT31S"))
                .anyMatch(line -> line.startsWith("banhmi.transfer.max-wait = PT30S"))
                .hasSize(2);

        settings.put("banhmi.shutdown.in-flight-timeout", "30s");
        settings.put("banhmi.transfer.max-wait", "29s");
        assertThat(check("aws").shutdown().inFlightTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @ParameterizedTest
    @CsvSource({
        "head-timeout, 0s, PT0S: more than 0s and at most PT1H",
        "head-timeout, 61m, PT1H1M: more than 0s and at most PT1H",
        "min-body-rate, -1B, -1B: 0 or more",
        "min-body-rate, fast, fast:",
        "min-response-rate, -1B, -1B: 0 or more",
        "body-rate-period, -1s, PT-1S: more than 0s and at most PT1H",
        "max-connections-per-address, -1, -1: 0 or more"
    })
    void refusesWhatNoClientCouldKeep(String setting, String value, String said) {
        settings.put("banhmi.server." + setting, value);

        assertThat(problems("aws")).singleElement().asString().startsWith("banhmi.server." + setting + " = " + said);
    }

    @Test
    void refusesMemoryThatTheContainerDoesNotHaveBesideTheHeap() {
        settings.put("banhmi.transfer.memory", "1000TB");
        assertThat(problems("aws")).singleElement().asString().startsWith("banhmi.transfer.memory = ");
    }

    @Test
    void namesALongestTransferThatCannotBeTogetherWithAllElse() {
        settings.put("banhmi.transfer.max-request-duration", "2h");
        settings.put("banhmi.shutdown.in-flight-timeout", "90m");
        settings.put("banhmi.s3.max-attempts", "0");
        assertThat(problems("aws"))
                .anyMatch(line -> line.startsWith("banhmi.transfer.max-request-duration = PT2H"))
                .anyMatch(line -> line.startsWith("banhmi.shutdown.in-flight-timeout = PT1H30M"))
                .anyMatch(line -> line.startsWith("banhmi.s3.max-attempts = 0"))
                .hasSize(3);
    }

    @Test
    void sendsNoCallerToTheStoreUnlessABucketSaysSo() {
        settings.put("banhmi.buckets.demo.key-layout", "plain");
        settings.put("banhmi.buckets.open.offload", "true");
        settings.put("banhmi.s3.offload-endpoint", "https://objects.example");
        GatewayProperties properties = check("aws");
        assertThat(properties.buckets().values().stream().filter(bucket -> bucket.offload()))
                .hasSize(1);
        assertThat(properties.s3().offloadExpiry()).isEqualTo(Duration.ofMinutes(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "banhmi.s3",
                "banhmi.s3.endpoints",
                "banhmi.s3.endpoint.url",
                "banhmi.s3.max-connections[0]",
                "banhmi.buckets.demo.layout",
                "banhmi.buckets[my.bucket].key-layouts",
                "banhmi.access.allowopen2",
                "banhmi.transfer.abort-retries.first",
                "Banhmi.s3.regoin",
                "banhmi.x"
            })
    void refusesAnUnknownSetting(String name) {
        settings.put(name, "1");
        assertThat(problems("aws")).contains(name + ": there is no such setting");
    }

    @ParameterizedTest
    @ValueSource(strings = {"BANHMI_S3_REGOIN", "BANHMI_X", "banhmi_s3_regoin", "BANHMI_BUCKETS_DEMO_LAYOUT"})
    void refusesAnUnknownVariable(String name) {
        variables.put(name, "1");
        assertThat(problems("aws")).contains(name + ": there is no such setting");
    }

    @Test
    void leavesAloneWhatBelongsToOthers() {
        settings.put("server.prot", "1");
        settings.put("banhmix.s3", "1");
        variables.put("BANHMI", "1");
        variables.put("BANHMIX_Y", "1");
        variables.put("PATH", "/bin");
        assertThat(check("aws").buckets()).containsOnlyKeys("demo");
    }

    @Test
    void neverShowsASecret() {
        settings.put("banhmi.s3.secret-access-key", "wJalrXUtnFEMI");
        settings.put("banhmi.s3.secret-acess-key", "wJalrXUtnFEMI");
        settings.put("banhmi.s3.max-attempts", "0");
        variables.put("BANHMI_S3_SECRET_KEY", "wJalrXUtnFEMI");
        assertThat(problems("aws")).hasSize(4).noneMatch(line -> line.contains("wJalrXUtnFEMI"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "default", "dev", "aws,local", "AWS"})
    void refusesToStartWhenNothingSaysWhereObjectsAre(String profiles) {
        assertThat(problems(profiles.split(","))).singleElement().asString().contains("SPRING_PROFILES_ACTIVE=aws");
    }

    @Test
    void takesOtherProfilesBesidesTheOne() {
        assertThat(check("aws", "debug").buckets()).containsOnlyKeys("demo");
    }

    @Test
    void refusesTheLocalProfileWithoutTheLauncher() {
        assertThat(problems("local")).singleElement().asString().contains("start banhmi-local.jar");
        assertThat(new ConfigurationCheck(true).check(environment("local")).buckets())
                .containsOnlyKeys("demo");
    }

    @Test
    void needsNoOpenAccessInTheLocalProfile() {
        settings.remove("banhmi.access.allow-open");
        assertThat(new ConfigurationCheck(true)
                        .check(environment("local"))
                        .access()
                        .allowOpen())
                .isFalse();
    }

    @Test
    void endsTheProcessWithTheCodeForWrongConfiguration() {
        assertThat(new InvalidConfigurationException(List.of("a", "b\nc")))
                .hasMessage("The configuration is wrong:\n  - a\n  - b\n  - c")
                .returns(78, InvalidConfigurationException::getExitCode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"banhmi.s3.pathStyleAccess", "banhmi.s3.path_style_access", "banhmi.s3.PathStyleAccess"})
    void takesASettingInEachFormThatSpringBootBinds(String name) {
        settings.put(name, "true");
        assertThat(check("aws").s3().pathStyleAccess()).isTrue();
    }

    @Test
    void neverShowsCredentialsThatStandInAUrl() {
        settings.put("banhmi.s3.endpoint", "http://user:wJalrXUtnFEMI@far.example");
        assertThat(problems("aws")).hasSize(1).noneMatch(line -> line.contains("wJalrXUtnFEMI"));
    }

    @Test
    void refusesBlankCredentialsAndABlankRegion() {
        variables.put("BANHMI_S3_REGION", "");
        variables.put("BANHMI_S3_ACCESSKEYID", "");
        variables.put("BANHMI_S3_SECRETACCESSKEY", " ");
        assertThat(problems("aws")).hasSize(3);
    }

    @Test
    void refusesAVariableThatNamesABucketWithADash() {
        variables.put("BANHMI_BUCKETS_MY_BUCKET_KEY_LAYOUT", "plain");
        assertThat(problems("aws")).singleElement().asString().contains("BANHMI_BUCKETS_MY_BUCKET_KEY_LAYOUT");
    }

    /** Its connections are not watched. */
    @Test
    void refusesHttp2() {
        settings.put("server.http2.enabled", "true");
        assertThat(problems("aws")).singleElement().asString().contains("server.http2.enabled = true");
    }

    @Test
    void refusesToServeNoBucket() {
        settings.remove("banhmi.buckets.demo.key-layout");
        assertThat(problems("aws")).singleElement().asString().startsWith("banhmi.buckets is empty: ");
        assertThatThrownBy(() -> new ConfigurationCheck(true, regionSearch).check(environment("local")))
                .hasMessageContaining("banhmi.buckets is empty: ");
    }

    @Test
    void saysWhereItLookedForARegionThatNothingNames() {
        settings.remove("banhmi.s3.region");
        regionSearch = Optional::empty;
        assertThat(problems("aws"))
                .singleElement()
                .asString()
                .startsWith("banhmi.s3.region is not set, and ")
                .contains("AWS_REGION", "such as eu-west-1");
    }

    @Test
    void takesTheRegionThatTheSearchFindsIfItCanBeOne() {
        settings.remove("banhmi.s3.region");
        regionSearch = () -> Optional.of("eu-north-1");
        assertThat(check("aws").s3().region()).isNull();

        regionSearch = () -> Optional.of("eu north");
        assertThat(problems("aws")).singleElement().asString().contains("AWS_REGION", " = eu north: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eu west", "EU_WEST_1", "eu-west-1.amazonaws.com", "-eu", "eu-", "eu/west"})
    void refusesARegionThatNoHostNameCanHave(String region) {
        settings.put("banhmi.s3.region", region);
        assertThat(problems("aws")).singleElement().asString().startsWith("banhmi.s3.region = " + region + ": ");
    }

    @Test
    void reportsAWrongValueOnceAndNotAsAMissingOne() {
        settings.put("banhmi.s3.max-attempts", "0");
        settings.put("banhmi.buckets.demo.key-layout", "flat");
        assertThat(problems("aws"))
                .anyMatch(line -> line.startsWith("banhmi.s3.max-attempts = 0"))
                .anyMatch(line -> line.startsWith("banhmi.buckets.demo.key-layout = flat"))
                .hasSize(2);
    }

    private GatewayProperties check(String... profiles) {
        return new ConfigurationCheck(false, regionSearch).check(environment(profiles));
    }

    private List<String> problems(String... profiles) {
        StandardEnvironment environment = environment(profiles);
        StringBuilder message = new StringBuilder();
        assertThatThrownBy(() -> new ConfigurationCheck(false, regionSearch).check(environment))
                .isInstanceOfSatisfying(InvalidConfigurationException.class, e -> message.append(e.getMessage()));
        return message.toString()
                .lines()
                .skip(1)
                .map(line -> line.substring("  - ".length()))
                .toList();
    }

    private StandardEnvironment environment(String... profiles) {
        StandardEnvironment environment = new StandardEnvironment();
        Arrays.stream(profiles).filter(profile -> !profile.isEmpty()).forEach(environment::addActiveProfile);
        environment
                .getPropertySources()
                .forEach(source -> environment.getPropertySources().remove(source.getName()));
        environment
                .getPropertySources()
                .addLast(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        environment.getPropertySources().addLast(new MapPropertySource("settings", settings));
        ConfigurationPropertySources.attach(environment);
        return environment;
    }
}
