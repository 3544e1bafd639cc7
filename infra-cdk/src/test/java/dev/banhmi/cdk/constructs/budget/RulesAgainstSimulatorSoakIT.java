package dev.banhmi.cdk.constructs.budget;

import java.util.List;
import org.junit.jupiter.api.Tag;

/** Every one of them simulated, and each variant of what is accepted. */
@Tag("soak")
class RulesAgainstSimulatorSoakIT extends RulesAgainstSimulatorTest {
    @Override
    int simulated() {
        return 10_000;
    }

    @Override
    List<Settings> ofAccepted(List<Settings> variants, long seed) {
        return variants;
    }
}
