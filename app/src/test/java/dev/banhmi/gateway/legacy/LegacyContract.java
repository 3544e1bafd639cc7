package dev.banhmi.gateway.legacy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** After every single test, whatever it did, nothing half-done is left and the gateway itself had no fault. */
@OnEveryStore
abstract class LegacyContract {

    final World world;
    final LegacyClient client;

    LegacyContract(World world) {
        this.world = world;
        this.client = world.client();
    }

    @BeforeEach
    void beginsInTheLog(TestInfo test) {
        world.left().begin();
        world.log().begin(getClass().getSimpleName() + "." + test.getDisplayName() + " on " + world);
    }

    @AfterEach
    void leavesNothing() {
        try {
            world.assertNothingLeft();
        } finally {
            world.log().end();
        }
    }
}
