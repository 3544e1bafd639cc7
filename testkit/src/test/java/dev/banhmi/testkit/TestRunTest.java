package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

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

    /** Not run by itself, nor the next ones. */
    static class SeesInAnotherThread {

        @Test
        void waits() throws Exception {
            CompletableFuture.runAsync(() -> {
                        throw new AssertionError("the product is wrong");
                    })
                    .thenRun(() -> {})
                    .get();
        }
    }

    static class WaitsInVain {

        @Test
        void waits() throws Exception {
            new CompletableFuture<Void>().get(1, TimeUnit.MILLISECONDS);
        }
    }

    static class FailsInAnotherThread {

        @Test
        void waits() throws Exception {
            CompletableFuture.runAsync(() -> {
                        throw new IllegalStateException("no fault of the product");
                    })
                    .get();
        }
    }

    @ParameterizedTest
    @MethodSource
    void seesInWhicheverWayATestEnds(Class<?> sample, Verdict verdict) {
        assertThat(run(sample.getName()))
                .extracting(Ended::verdict, Ended::name)
                .containsExactly(tuple(verdict, sample.getSimpleName() + ".waits"));
    }

    static Stream<Arguments> seesInWhicheverWayATestEnds() {
        return Stream.of(
                arguments(SeesInAnotherThread.class, Verdict.RED),
                arguments(WaitsInVain.class, Verdict.RED),
                arguments(FailsInAnotherThread.class, Verdict.CRASHED));
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
            assertThat(process.awaitExit(Patience.HANGS)).as(process.output()).isZero();
            return Ended.parse(process.output().lines());
        }
    }
}
