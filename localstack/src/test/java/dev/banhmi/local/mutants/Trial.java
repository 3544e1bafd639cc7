package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Plants faults one at a time, each in a copy of its file, and runs the tests that have to notice. */
final class Trial {

    /** What came of a mutant; a killer that is empty means that it survived. */
    record Row(Planted planted, String killer, String remark, Duration time) {

        boolean survived() {
            return killer.isEmpty();
        }
    }

    private final Compilers compilers;
    private final TestProcesses processes;
    private final Path directory;
    private final Limits least;

    /**
     * Of faults that one kind of tests sees.
     *
     * @param compilers shared by all trials of a run
     * @param processes as they are
     * @param directory for this trial alone
     * @param least how long is waited at least where there is a fault, and longer where the test takes long without
     */
    Trial(Compilers compilers, TestProcesses processes, Path directory, Limits least) {
        this.compilers = compilers;
        this.processes = processes;
        this.directory = directory;
        this.least = least;
    }

    /**
     * Tries all of them, after their tests have passed without any.
     *
     * @param chosen the first are tried first
     * @throws AssertionError when something other than a fault turns a test red, or a fault changes nothing
     */
    List<Row> tried(List<Planted> chosen) throws IOException, InterruptedException {
        if (chosen.isEmpty()) {
            return List.of();
        }
        long start = System.nanoTime();
        try (Workers workers = new Workers()) {
            Unchanged unchanged = Unchanged.of(chosen, directory, compilers, processes, workers);
            System.out.printf(
                    "%d tests pass without a mutant, after %d s%n",
                    unchanged.tests(), since(start).toSeconds());
            List<Callable<Row>> runs = new ArrayList<>();
            for (Planted planted : chosen) {
                Path own = directory.resolve("mutant-" + runs.size());
                runs.add(() -> printed(tried(planted, unchanged, own)));
            }
            return workers.all(runs);
        }
    }

    private Row tried(Planted planted, Unchanged unchanged, Path own) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Mutant mutant = planted.mutant();
        Path classes = compilers.compile(planted.module(), Map.of(mutant.file(), planted.mutated()), own);
        assertThat(unchanged.differs(planted, classes))
                .as("%s changes what is executed: %s", planted.where(), mutant.name())
                .isTrue();
        Variant variant = new Variant(planted.module(), own, classes);
        Limits limits = unchanged.limits(planted, least);
        Variant.Outcome outcome = variant.test("tests", mutant.tests(), limits, processes);
        if (outcome.saysNothing()) {
            // A machine that is busier than before may not even start what the test needs.
            limits = limits.longer();
            outcome = variant.test("tests-again", mutant.tests(), limits, processes);
        }
        String killer = outcome.tests().stream()
                .filter(one -> one.verdict() == Verdict.RED && unchanged.passes(one))
                .findFirst()
                .map(Ended::name)
                .orElse(outcome.ended() ? "" : "no end after " + limits.run());
        return new Row(planted, killer, outcome.tests().size() + " tests ended, see " + own, since(start));
    }

    private static Row printed(Row row) {
        System.out.printf(
                "%-84s | %-56s | %5.1f s | %s%n",
                row.planted().mutant().name(),
                row.planted().where(),
                row.time().toMillis() / 1000.0,
                row.survived() ? "SURVIVED " + row.remark() : row.killer());
        return row;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
