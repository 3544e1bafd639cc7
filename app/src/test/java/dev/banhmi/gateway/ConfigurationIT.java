package dev.banhmi.gateway;

import static dev.banhmi.gateway.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.process.GatewayProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

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

    private static String refusalOf(GatewayProcess.Builder settings) {
        try (GatewayProcess gateway = settings.shortLived().launch()) {
            int exitCode = gateway.awaitExit(HANGS);
            String output = gateway.output();

            assertThat(exitCode).as(output).isEqualTo(EX_CONFIG);
            assertThat(output).as("no stack trace").doesNotContain("\tat ");
            return output;
        }
    }
}
