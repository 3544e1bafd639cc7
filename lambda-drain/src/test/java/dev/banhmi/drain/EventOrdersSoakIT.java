package dev.banhmi.drain;

import org.junit.jupiter.api.Tag;

/** Three times as many orders, of another seed. */
@Tag("soak")
class EventOrdersSoakIT extends EventOrdersTest {

    @Override
    int orders() {
        return 100_000;
    }
}
