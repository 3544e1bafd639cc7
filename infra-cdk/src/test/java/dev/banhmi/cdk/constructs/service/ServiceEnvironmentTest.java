package dev.banhmi.cdk.constructs.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;

class ServiceEnvironmentTest {
    private static final SortedMap<String, String> BUDGET =
            new TreeMap<>(Map.of("SERVER_MAX_REQUEST_DURATION", "900s"));

    private static App app;

    @BeforeAll
    static void prepare() {
        app = new App();
    }

    @Test
    void holdsTheBudgetAndWhatIsAddedByName() {
        assertThat(ServiceEnvironment.merge(app, BUDGET, Map.of("Z", "1", "A", "2")))
                .containsExactly(
                        Map.entry("A", "2"), Map.entry("SERVER_MAX_REQUEST_DURATION", "900s"), Map.entry("Z", "1"));
    }

    @Test
    void letsTheCallerRepeatANumberOfTheBudget() {
        assertThat(ServiceEnvironment.merge(app, BUDGET, Map.of("SERVER_MAXREQUESTDURATION", "900s")))
                .isEqualTo(BUDGET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SERVER_MAX_REQUEST_DURATION",
                "SERVER_MAXREQUESTDURATION",
                "server_max_request_duration",
                "server.max-request-duration"
            })
    void refusesAnotherNumberInAnySpellingThatTheContainerUnderstands(String name) {
        assertThatThrownBy(() -> ServiceEnvironment.merge(app, BUDGET, Map.of(name, "901s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("environment variable " + name + " is 901s, allowed is 900s")
                .hasMessageContaining("change it in the DrainBudget");
    }
}
