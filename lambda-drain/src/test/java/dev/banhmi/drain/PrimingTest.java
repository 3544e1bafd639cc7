package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class PrimingTest {

    /** At a snapshot a failure is only a line in the log, so it is looked for here. */
    @Test
    void goesThroughEveryCallWithoutAFailure() {
        assertThatCode(Priming::callEverything).doesNotThrowAnyException();
    }
}
