package dev.banhmi.gateway.object;

import dev.banhmi.testkit.Emulator;
import org.junit.jupiter.api.Tag;

/** The same on the other store. */
@InOwnWorlds(Emulator.S3MOCK)
@Tag("soak")
class ObjectParallelReadSoakIT extends ObjectParallelReadIT {

    ObjectParallelReadSoakIT(ObjectWorld world) {
        super(world);
    }
}
