package dev.banhmi.cdk.constructs.budget;

import org.junit.jupiter.api.Tag;

/** Every one of them simulated. */
@Tag("soak")
class RulesAgainstSimulatorSoakIT extends RulesAgainstSimulatorTest {
    @Override
    int simulated() {
        return 10_000;
    }
}
