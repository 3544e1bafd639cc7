package dev.banhmi.gateway.object;

import org.junit.jupiter.api.Tag;

/** The same for longer. */
@Tag("soak")
class RandomOperationsSoakIT extends RandomOperationsIT {

    RandomOperationsSoakIT(ObjectWorld world) {
        super(world);
    }

    @Override
    int steps() {
        return 2_000;
    }
}
