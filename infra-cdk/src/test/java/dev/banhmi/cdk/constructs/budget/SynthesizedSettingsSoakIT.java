package dev.banhmi.cdk.constructs.budget;

import org.junit.jupiter.api.Tag;

/** Two hundred of them. */
@Tag("soak")
class SynthesizedSettingsSoakIT extends SynthesizedSettingsTest {
    @Override
    int synthesized() {
        return 200;
    }
}
