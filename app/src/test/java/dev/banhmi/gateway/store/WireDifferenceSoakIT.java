package dev.banhmi.gateway.store;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;

/** Ten times as many calls. */
@Tag("soak")
@Order(1)
class WireDifferenceSoakIT extends WireDifferenceTest {

    private static final int CALLS = 20_000;
    private static final int CALLS_UNDER_TLS = 5_000;

    @Override
    int calls(boolean tls) {
        return tls ? CALLS_UNDER_TLS : CALLS;
    }
}
