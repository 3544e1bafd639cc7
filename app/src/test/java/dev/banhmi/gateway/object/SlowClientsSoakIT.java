package dev.banhmi.gateway.object;

import dev.banhmi.testkit.Emulator;
import org.junit.jupiter.api.Tag;

/** The same on the other store. */
@InOwnWorlds(Emulator.S3MOCK)
@Tag("soak")
class SlowClientsSoakIT extends SlowClientsIT {

    SlowClientsSoakIT(ObjectWorld world) {
        super(world);
    }
}
