package dev.banhmi.local.journey;

import dev.banhmi.local.backend.Backend;
import org.junit.jupiter.api.Tag;

/** The journeys that are repeated with another backend, because what comes of them does not depend on it. */
@Tag("soak")
class JourneysSoakIT extends JourneysIT {

    @Override
    boolean isWalked(Journey journey, Backend backend) {
        return !super.isWalked(journey, backend);
    }
}
