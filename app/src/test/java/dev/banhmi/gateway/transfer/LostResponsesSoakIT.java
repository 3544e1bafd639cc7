package dev.banhmi.gateway.transfer;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;

/** Every combination; over the wire client, which waits longer for the end of each, a third of them. */
@Tag("soak")
@Order(1)
class LostResponsesSoakIT extends LostResponsesTest {

    @Override
    int share(int all) {
        return isOverWire() ? all / 3 : all;
    }
}
