package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void showsTheMiddleAndTheEnds() {
        assertThat(of(3, 1, 2).show("%.1f")).isEqualTo("2.0 (1.0 to 3.0)");
        assertThat(of(4, 1, 2, 3).median()).isEqualTo(2.5);
    }

    @Test
    void dividesRoundByRound() {
        assertThat(of(2, 9, 4).per(of(1, 3, 4)).show("%.0f")).isEqualTo("2 (1 to 3)");
        assertThat(of(4, 2).inverse().most()).isEqualTo(0.5);
    }

    private static Samples of(double... values) {
        Samples samples = new Samples();
        for (double value : values) {
            samples.add(value);
        }
        return samples;
    }
}
