package dev.banhmi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PerformancePageTest {

    @Test
    void replacesWhatStandsBetweenTheMarksAndNothingElse() {
        String page = "before\n<!-- a -->\nold\n<!-- end of a -->\nafter\n<!-- b -->\n<!-- end of b -->\n";

        assertThat(PerformancePage.replace(page, "a", "new\n"))
                .isEqualTo("before\n<!-- a -->\nnew\n<!-- end of a -->\nafter\n<!-- b -->\n<!-- end of b -->\n");
    }

    @Test
    void refusesAPageWithoutThePlace() {
        assertThatThrownBy(() -> PerformancePage.replace("<!-- a -->\n", "a", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("table a");
    }
}
