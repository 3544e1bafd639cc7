package dev.banhmi.gateway.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;

/** After every single test, whatever it did, nothing half-done is left and the gateway itself had no fault. */
@OnEveryStore
abstract class LegacyContract {

    final World world;
    final LegacyClient client;

    LegacyContract(World world) {
        this.world = world;
        this.client = world.client();
    }

    @AfterEach
    void leavesNothing() {
        world.assertNothingLeft();
        assertThat(world.gateway().output()).as("faults in the gateway's log").doesNotContain(" ERROR ");
    }
}
