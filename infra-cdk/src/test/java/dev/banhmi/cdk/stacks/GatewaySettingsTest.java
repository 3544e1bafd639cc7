package dev.banhmi.cdk.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** What the library and the stacks take for granted about the gateway, held against the gateway's own sources. */
class GatewaySettingsTest {
    /*
     * Read as files, because this module does not depend on the gateway: a default that is changed there alone makes load balancer, drain
     * and container disagree, and nothing but this test sees both.
     */

    private static final Path GATEWAY = Path.of("../app/src/main");
    private static final DrainBudget BUDGET =
            DrainBudget.Builder.create().tasks(2).instances(2).build();

    @Test
    void theLongestRequestHasOneDefault() throws IOException {
        assertThat(BUDGET.maxRequestDuration())
                .isEqualTo(Duration.ofMinutes(15))
                .isEqualTo(defaultOf("TransferProperties", "maxRequestDuration"));
    }

    @Test
    void theLongestRequestHasOneUpperBound() throws IOException {
        Matcher bound = Pattern.compile("LONGEST_WAIT = Duration\\.ofHours\\((\\d+)\\);")
                .matcher(source("TransferProperties"));
        assertThat(bound.find()).isTrue();
        assertThat(DrainBudget.MOST_REQUEST_DURATION).isEqualTo(Duration.ofHours(Long.parseLong(bound.group(1))));
    }

    @Test
    void anyRequestLastsLongerThanTheWaitForMemory() throws IOException {
        assertThat(DrainBudget.LEAST_REQUEST_DURATION)
                .isEqualTo(defaultOf("TransferProperties", "maxWait").plusSeconds(1));
    }

    @Test
    void aClientMayBeSilentForEquallyLong() throws IOException {
        assertThat(BUDGET.maxIdle()).isEqualTo(defaultOf("TransferProperties", "maxIdle"));
        assertThat(yaml("server", "tomcat", "connection-timeout")).isEqualTo("${banhmi.transfer.max-idle:60s}");
    }

    @Test
    void theShutdownIsAsLongAsTheGatewaysOwn() throws IOException {
        assertThat(BUDGET.preStopDelay()).isEqualTo(defaultOf("ShutdownProperties", "preStopDelay"));
        assertThat(BUDGET.abortTimeout()).isEqualTo(defaultOf("ShutdownProperties", "abortTimeout"));
        assertThat(yaml("spring", "lifecycle", "timeout-per-shutdown-phase"))
                .isEqualTo("${banhmi.shutdown.in-flight-timeout:"
                        + BUDGET.inFlightTimeout().toSeconds() + "s}");
        assertThat(source("ShutdownProperties")).contains("@Nullable Duration inFlightTimeout");
    }

    @Test
    void gatewayListensAndRespondsWhereLoadBalancerChecks() throws IOException {
        assertThat(yaml("server", "port")).isEqualTo(GatewaySettings.PORT);
        assertThat(sourcesContaining("\"" + GatewaySettings.HEALTH_CHECK_PATH + "\""))
                .isPositive();
    }

    @Test
    void everyVariableIsASettingOfTheGateway() throws IOException {
        assertThat(GatewaySettings.of(BUDGET, BUDGET.maxRequestDuration()))
                .containsExactly(
                        Map.entry("BANHMI_SHUTDOWN_ABORT_TIMEOUT", "10s"),
                        Map.entry("BANHMI_SHUTDOWN_IN_FLIGHT_TIMEOUT", "60s"),
                        Map.entry("BANHMI_SHUTDOWN_PRE_STOP_DELAY", "5s"),
                        Map.entry("BANHMI_TRANSFER_MAX_IDLE", "60s"),
                        Map.entry("BANHMI_TRANSFER_MAX_REQUEST_DURATION", "900s"),
                        Map.entry("SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT", "310s"));
        assertThat(yaml("server", "tomcat", "keep-alive-timeout")).isNotNull();
        assertThat(sourcesContaining("banhmi.transfer.max-request-duration")).isPositive();
        assertThat(sourcesContaining("banhmi.transfer.max-idle")).isPositive();
        assertThat(sourcesContaining("banhmi.shutdown.pre-stop-delay")).isPositive();
        assertThat(sourcesContaining("banhmi.shutdown.in-flight-timeout")).isPositive();
        assertThat(sourcesContaining("banhmi.shutdown.abort-timeout")).isPositive();
    }

    private static Duration defaultOf(String record, String component) throws IOException {
        Matcher matcher = Pattern.compile("@DefaultValue\\(\"(\\d+)([smh])\"\\) Duration " + component + "\\b")
                .matcher(source(record));
        assertThat(matcher.find()).as(record + "." + component).isTrue();
        return Duration.parse("PT" + matcher.group(1) + matcher.group(2));
    }

    private static String source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(GATEWAY.resolve("java"))) {
            return Files.readString(files.filter(file -> file.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow());
        }
    }

    private static long sourcesContaining(String text) throws IOException {
        try (Stream<Path> files = Files.walk(GATEWAY.resolve("java"))) {
            long found = 0;
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                found += Files.readString(file).contains(text) ? 1 : 0;
            }
            return found;
        }
    }

    private static Object yaml(String... path) throws IOException {
        Object node = new Yaml().load(Files.readString(GATEWAY.resolve("resources/application.yaml")));
        for (String key : path) {
            if (!(node instanceof Map<?, ?> section)) {
                throw new AssertionError("Not a section: what holds " + key);
            }
            node = Objects.requireNonNull(section.get(key), key);
        }
        return node;
    }
}
