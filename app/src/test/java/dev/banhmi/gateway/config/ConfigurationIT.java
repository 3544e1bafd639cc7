package dev.banhmi.gateway.config;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.sun.management.OperatingSystemMXBean;
import dev.banhmi.testkit.GatewayProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings with which the gateway must not start. */
class ConfigurationIT {

    /** sysexits.h: something in the configuration is wrong. */
    private static final int EX_CONFIG = 78;

    @Test
    void namesTheProfilesWhenNoneIsGiven() {
        assertThat(refusalOf(GatewayProcess.builder())).contains("SPRING_PROFILES_ACTIVE=aws", "banhmi-local.jar");
    }

    @Test
    void refusesAProfileThatDoesNotExist() {
        assertThat(refusalOf(GatewayProcess.builder().set("spring.profiles.active", "asw")))
                .contains("asw", "SPRING_PROFILES_ACTIVE=aws", "banhmi-local.jar");
    }

    @Test
    void refusesProfileLocalAndSaysWhatToStartInstead() {
        assertThat(refusalOf(GatewayProcess.builder().set("spring.profiles.active", "local")))
                .contains("local", "banhmi-local.jar");
    }

    @Test
    void wantsToBeToldWhenItIsOpenToEverybody() {
        assertThat(refusalOf(GatewayProcess.builder().set("spring.profiles.active", "aws")))
                .contains("banhmi.access.allow-open");
    }

    @Test
    void listsEverythingThatIsWrongAtOnce() {
        String refusal = refusalOf(GatewayProcess.builder()
                .set("spring.profiles.active", "aws")
                .set("banhmi.access.allow-open", "true")
                .set("banhmi.s3.endpont", "http://127.0.0.1:9")
                .set("banhmi.s3.region", "")
                .set("banhmi.s3.path-style-access", "perhaps")
                .set("banhmi.s3.secret-access-key", "never-print-this")
                .set("banhmi.shutdown.pre-stop-delay", "soon")
                .set("banhmi.transfer.max-request-duration", "-1s")
                .set("banhmi.buckets.demo.key-layout", "sideways")
                .set("banhmi.buckets.demo.colour", "red")
                .set("banhmi.bukets.demo.key-layout", "plain"));

        for (String wrong : List.of(
                "banhmi.s3.endpont",
                "banhmi.s3.path-style-access",
                "perhaps",
                "banhmi.s3.access-key-id",
                "banhmi.shutdown.pre-stop-delay",
                "soon",
                "banhmi.transfer.max-request-duration",
                "banhmi.buckets.demo.key-layout",
                "sideways",
                "banhmi.buckets.demo.colour",
                "banhmi.bukets.demo.key-layout")) {
            assertThat(refusal).contains(wrong);
        }
        assertThat(refusal).doesNotContain("never-print-this");
    }

    @Test
    void namesTheRegionThatNothingNames() {
        assertThat(refusalOf(settings().unset("banhmi.s3.region")))
                .contains("banhmi.s3.region is not set", "AWS_REGION", "eu-west-1");
    }

    @Test
    void refusesARegionThatTheStoreCannotBeReachedIn() {
        assertThat(refusalOf(settings().set("banhmi.s3.region", "eu west")))
                .contains("banhmi.s3.region = eu west", "letters, digits and dashes");
        assertThat(refusalOf(settings().unset("banhmi.s3.region").jvmOption("-Daws.region=eu_west")))
                .contains("AWS_REGION", "= eu_west", "letters, digits and dashes");
    }

    @Test
    void refusesToServeNoBucketAndToBeReadyForNothing() {
        assertThat(refusalOf(settings().unset("banhmi.buckets.demo.key-layout")))
                .contains("banhmi.buckets is empty", "banhmi.buckets.my-objects.key-layout=hashed");
    }

    /** As in a container of 128 MB: what is there is less than what is required. */
    @Test
    void saysHowMuchMemoryIsRequiredBeforeTheKernelEndsIt() {
        long everything =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
        // The serial collector counts one of its two survivor spaces out.
        assertThat(refusalOf(settings().heap(String.valueOf(everything / 10 * 12))))
                .contains("The container allows too little memory", "MiB for the heap", "JDK_JAVA_OPTIONS");
    }

    static Stream<Arguments> settingsOfSpring() {
        return Stream.of(
                arguments("server.port", "70000", "server.port"),
                arguments("server.tomcat.max-connections", "many", "server.tomcat.max-connections"),
                // TEST-NET-1 of RFC 5737, which no machine has.
                arguments("server.address", "192.0.2.1", "server.address"),
                arguments("spring.config.location", "file:/nowhere/at/all.yaml", "/nowhere/at/all.yaml"),
                arguments("spring.application.json", "{\"banhmi\": never-print-this", "SPRING_APPLICATION_JSON"));
    }

    @ParameterizedTest
    @MethodSource("settingsOfSpring")
    void endsAlikeOnASettingOfSpring(String name, String value, String named) {
        assertThat(refusalOf(settings().set(name, value))).contains(named).doesNotContain("never-print-this");
    }

    @Test
    void saysWhereAFileIsNoYaml(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("gateway.yaml"), """
                banhmi:
                  s3:
                    secret-access-key: "never-print-this
                """);
        assertThat(refusalOf(settings()
                        .set("spring.config.additional-location", file.toUri().toString())))
                .contains("not YAML", "line 4")
                .doesNotContain("never-print-this");
    }

    /** Nothing is wrong with these. */
    private static GatewayProcess.Builder settings() {
        return GatewayProcess.builder()
                .set("spring.profiles.active", "aws")
                .set("banhmi.access.allow-open", "true")
                .set("banhmi.s3.region", "us-east-1")
                .set("banhmi.buckets.demo.key-layout", "hashed");
    }

    private static String refusalOf(GatewayProcess.Builder settings) {
        try (GatewayProcess gateway = settings.launch()) {
            int exitCode = gateway.awaitExit(HANGS);
            String output = gateway.output();

            assertThat(exitCode).as(output).isEqualTo(EX_CONFIG);
            assertThat(output).as("no stack trace").doesNotContain("\tat ");
            assertThat(output.lines()).as("no more than one screen").hasSizeLessThan(40);
            return output;
        }
    }
}
