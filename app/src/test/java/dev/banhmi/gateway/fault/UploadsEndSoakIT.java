package dev.banhmi.gateway.fault;

import org.junit.jupiter.api.Tag;

/** The same with five hundred clients. */
@Tag("soak")
class UploadsEndSoakIT extends UploadsEndIT {

    @Override
    int clients() {
        return 500;
    }
}
