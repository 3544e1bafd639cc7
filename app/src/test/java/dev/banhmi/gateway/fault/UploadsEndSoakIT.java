package dev.banhmi.gateway.fault;

import org.junit.jupiter.api.Tag;

/** The same with five hundred clients, and a hundred uploads at a shutdown. */
@Tag("soak")
class UploadsEndSoakIT extends UploadsEndIT {

    @Override
    int clients() {
        return 500;
    }

    @Override
    int cut() {
        return 100;
    }
}
