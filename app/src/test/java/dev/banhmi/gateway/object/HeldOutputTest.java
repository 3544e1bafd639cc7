package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.WaitingBytes.Held;
import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.Patience;
import org.junit.jupiter.api.Test;

class HeldOutputTest {

    private static final int LENGTH = WaitingBytes.PIECE + 7;

    private final Held held = new WaitingBytes(LENGTH, Patience.HANGS, new MovedClock()).hold();

    @Test
    void addsTheLastPieceWhenItIsFinished() {
        HeldOutput output = new HeldOutput(held);
        output.write(new byte[LENGTH], 0, LENGTH);
        assertThat(held.size()).isEqualTo(WaitingBytes.PIECE);
        output.finish();
        assertThat(held.size()).isEqualTo(LENGTH);
    }

    /** As after a body that broke off: nobody wants it, and others may have to wait for its room. */
    @Test
    void addsNothingWhenItIsClosed() throws Exception {
        try (HeldOutput output = new HeldOutput(held)) {
            output.write(new byte[LENGTH], 0, LENGTH);
        }
        assertThat(held.size()).isEqualTo(WaitingBytes.PIECE);
    }
}
