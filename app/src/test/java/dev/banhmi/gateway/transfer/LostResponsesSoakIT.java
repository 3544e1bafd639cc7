package dev.banhmi.gateway.transfer;

import org.junit.jupiter.api.Tag;

/** Every combination. */
@Tag("soak")
class LostResponsesSoakIT extends LostResponsesTest {

    @Override
    int share(int all) {
        return all;
    }
}
