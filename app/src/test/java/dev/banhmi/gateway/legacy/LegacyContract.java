package dev.banhmi.gateway.legacy;

import org.junit.jupiter.api.AfterEach;

/** After every single test, whatever it did, nothing half-done is left. */
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
    }
}
