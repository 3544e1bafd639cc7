package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

class TestRunTest {

    /** Not run by itself. */
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Sample {

        @Test
        @Order(1)
        void passes() {
            // On a line without an end, as some tests print.
            System.out.print("progress");
        }

        @Test
        @Order(2)
        void failsForAReasonOfItsOwn() {
            throw new IllegalStateException("no fault of the product");
        }

        @Test
        @Order(3)
        void sees() {
            throw new AssertionError("the product is wrong");
        }

        @Test
        @Order(4)
        void comesAfterOneThatSaw() {}
    }

    @Test
    void tellsWhatSeesAFaultFromWhatFailsOtherwiseAndStopsThere() {
        assertThat(run(Sample.class.getName()))
                .extracting(Ended::verdict, Ended::name)
                .containsExactly(
                        tuple(Verdict.PASSED, "Sample.passes"),
                        tuple(Verdict.CRASHED, "Sample.failsForAReasonOfItsOwn"),
                        tuple(Verdict.RED, "Sample.sees"));
    }

    @Test
    void runsOneMethodAlone() {
        assertThat(run(Sample.class.getName() + "#sees"))
                .extracting(Ended::verdict)
                .containsExactly(Verdict.RED);
    }

    private static List<Ended> run(String test) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                TestRun.class.getName(),
                test);
        try (ChildProcess process = ChildProcess.start("test-run", command, Map.of())) {
            assertThat(process.awaitExit(Patience.HANGS)).isZero();
            return Ended.parse(process.output().lines());
        }
    }
}
