package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MachineCpuTest {

    @Test
    void countsEverythingButIdleTimeOnceAndStealToo() {
        String stat = "cpu  100 20 3 4000 500 6 7 8 90 9\ncpu0 1 1 1 1 1 1 1 1 1 1\n";

        assertThat(MachineCpu.busy(stat)).isEqualTo(100 + 20 + 3 + 6 + 7 + 8);
    }

    @Test
    void makesCoresOfTicks() {
        MachineCpu earlier = new MachineCpu(1000, 0);

        assertThat(new MachineCpu(1050, 2_000_000_000L).coresSince(earlier)).isCloseTo(0.25, within(1e-9));
        assertThat(new MachineCpu(999, 2_000_000_000L).coresSince(earlier)).isZero();
    }

    @Test
    void readsThisMachine() throws IOException {
        assertThat(MachineCpu.now().ticks()).isPositive();
    }
}
