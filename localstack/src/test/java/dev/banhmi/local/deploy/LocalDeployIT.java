package dev.banhmi.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code bin/local-deploy} refuses. That it deploys is one of the journeys. */
class LocalDeployIT {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://cloudformation.us-east-1.amazonaws.com",
                "http://localhost.example.com:4566",
                "http://localhost:4566@example.com",
                "http://10.0.0.1:4566",
                "http://localhost:4566/../?x"
            })
    void refusesWhatIsNotOnThisMachine(String endpoint) {
        LocalDeploy.Outcome outcome = LocalDeploy.run(endpoint);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .startsWith("local-deploy: the endpoint is " + endpoint)
                .contains("localhost")
                .hasLineCount(1);
    }

    @Test
    void saysInOneLineThatNothingListens() {
        LocalDeploy.Outcome outcome = LocalDeploy.run("http://localhost:9");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.output())
                .startsWith("local-deploy: nothing responds at http://localhost:9")
                .hasLineCount(1);
    }
}
