package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LogByTestTest {

    private final StringBuilder log = new StringBuilder("10:00:00  INFO started\n");
    private final LogByTest byTest = new LogByTest(log::toString);

    @Test
    void namesTheTestDuringWhichAFaultWasWrittenAndSparesTheNextOne() {
        byTest.begin("first");
        log.append("10:00:01 ERROR broken\n");
        assertThatThrownBy(byTest::end).hasMessageContaining("during first").hasMessageContaining("broken");

        byTest.begin("second");
        log.append("10:00:02  WARN odd\n");
        byTest.end();
    }

    @Test
    void namesTheTestThatHadEndedWhenAFaultWasWritten() {
        byTest.begin("first");
        byTest.end();
        log.append("10:00:01 ERROR late\n");

        assertThatThrownBy(() -> byTest.begin("second"))
                .hasMessageContaining("the end of first")
                .hasMessageContaining("late");
        byTest.end();
        byTest.begin("third");
        byTest.end();
    }

    @Test
    void waitsForTheEndOfALine() {
        byTest.begin("first");
        log.append("10:00:01 ERR");
        byTest.end();
        log.append("OR broken\n");

        assertThatThrownBy(() -> byTest.begin("second")).hasMessageContaining("the end of first");
    }
}
