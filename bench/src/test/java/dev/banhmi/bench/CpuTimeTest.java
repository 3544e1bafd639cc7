package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CpuTimeTest {

    @Test
    void findsTheTimesBehindANameWithBlanksAndBrackets() {
        String stat = "4711 (ng) inx: (x) S 1 4711 4711 0 -1 4194560 1500 0 2 0 250 50 7 9 20 0 1 0 100 1000 20"
                + " 18446744073709551615";

        assertThat(CpuTime.parse(stat, false)).isEqualTo(new CpuTime(300));
    }

    @Test
    void countsInSeconds() {
        assertThat(new CpuTime(300).plus(new CpuTime(25)).secondsSince(new CpuTime(125)))
                .isEqualTo(2.0);
    }
}
