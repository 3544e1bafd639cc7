package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.local.mutants.Trial.Row;
import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Plants every fault in a copy of its source file, compiles that file alone and runs the tests that have to notice. A mutant is killed by
 * a test that passes on the same file unchanged, compiled and packaged the same way. Not part of {@code make verify}, which would be
 * longer by minutes: {@code make mutants}, or {@code make mutants ONLY=words} for those whose module, file or name contains the words.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Mutants {

    /** Both mean that it hangs: a unit test takes a second, a gateway starts in a few. */
    private static final Limits LEAST_OF_UNIT_TESTS = new Limits(Duration.ofSeconds(10), Duration.ofMinutes(5));

    private static final Limits LEAST_OF_INTEGRATION_TESTS = new Limits(Duration.ofSeconds(20), Duration.ofMinutes(5));

    private static final String RANGE_REFUSED = "status == HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE";

    private final Path directory;
    private final AtomicInteger trials = new AtomicInteger();
    private final Compilers compilers = new Compilers();
    private final TestProcesses processes;

    Mutants() throws IOException {
        directory = Files.createTempDirectory(Files.createDirectories(ChildProcess.buildDirectory()), "mutants-");
        processes = new TestProcesses(directory);
    }

    @AfterAll
    void close() throws IOException {
        processes.close();
        compilers.close();
    }

    @Test
    void everyPlantedFaultTurnsATestRed() throws IOException, InterruptedException, ExecutionException {
        List<Planted> all = chosen();
        requireThatNoneHasRotted(all);
        List<Planted> chosen = share(all);
        long start = System.nanoTime();
        List<Row> rows = new ArrayList<>();
        try (ExecutorService kinds = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Row>> unit = kinds.submit(() -> trial("unit", LEAST_OF_UNIT_TESTS)
                    .tried(chosen.stream()
                            .filter(planted -> !planted.startsProcesses())
                            .toList()));
            Future<List<Row>> integration = kinds.submit(() -> trial("integration", LEAST_OF_INTEGRATION_TESTS)
                    .tried(chosen.stream().filter(Planted::startsProcesses).toList()));
            rows.addAll(unit.get());
            rows.addAll(integration.get());
        }
        List<Row> survivors = rows.stream().filter(Row::survived).toList();
        System.out.printf(
                "%n%d of %d mutants killed in %d s; the unit tests ran in %d processes%n",
                rows.size() - survivors.size(),
                rows.size(),
                Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                processes.started());
        assertThat(rows).hasSameSizeAs(chosen);
        assertThat(survivors).as("mutants that survived").isEmpty();
    }

    @Test
    void reportsAFaultThatNoTestSees() throws IOException, InterruptedException {
        assertReportsAFaultThatNoTestSees();
    }

    /** And leaves nothing of it to the next one. */
    @Test
    void countsATestThatNeverEndsAsOneThatSees() throws IOException, InterruptedException {
        String endless = "java.util.stream.Stream.generate(() -> status).allMatch(one -> one == status)";
        assertThat(triedInProblem(endless, new Limits(Duration.ofMillis(500), Duration.ofSeconds(3))))
                .singleElement()
                .satisfies(row -> assertThat(row.killer()).contains("no end"));
        assertReportsAFaultThatNoTestSees();
    }

    @Test
    void refusesAFaultThatChangesNothing() {
        assertThatThrownBy(() -> triedInProblem("(" + RANGE_REFUSED + ")", LEAST_OF_UNIT_TESTS))
                .isInstanceOf(AssertionError.class)
                .hasStackTraceContaining("changes what is executed");
    }

    private void assertReportsAFaultThatNoTestSees() throws IOException, InterruptedException {
        assertThat(triedInProblem("status == 416 && status > 0", LEAST_OF_UNIT_TESTS))
                .singleElement()
                .satisfies(row -> assertThat(row.survived()).isTrue());
    }

    /** Tries a replacement of what {@code ProblemTest} is there for. */
    private List<Row> triedInProblem(String replacement, Limits limits) throws IOException, InterruptedException {
        Mutant mutant = new Mutant(replacement, "error/Problem.java", RANGE_REFUSED, replacement, "error.ProblemTest");
        return trial("itself", limits).tried(List.of(new Planted(MavenModule.APP, mutant)));
    }

    private Trial trial(String name, Limits least) throws IOException {
        Path own = Files.createDirectories(directory.resolve(name + "-" + trials.incrementAndGet()));
        return new Trial(compilers, processes, own, least);
    }

    private static List<Planted> chosen() {
        String words = System.getProperty("mutants.only", "");
        List<Planted> chosen = Stream.of(MavenModule.values())
                .flatMap(module -> module.mutants().stream().map(mutant -> new Planted(module, mutant)))
                .filter(planted -> (planted.where() + " " + planted.mutant().name()).contains(words))
                .toList();
        assertThat(chosen).as("mutants with \"%s\"", words).isNotEmpty();
        return chosen;
    }

    /** One of so many shares, drawn by the seed: what there is time for. Each run draws another one. */
    private static List<Planted> share(List<Planted> all) {
        int shares = Integer.getInteger("mutants.shares", 1);
        long share = Math.floorMod(Seeds.seed(Mutants.class), shares);
        List<Planted> chosen = IntStream.range(0, all.size())
                .filter(i -> i % shares == share)
                .mapToObj(all::get)
                .toList();
        System.out.printf("%d of %d mutants are tried%n", chosen.size(), all.size());
        return chosen;
    }

    private static void requireThatNoneHasRotted(List<Planted> chosen) throws IOException {
        List<String> rotten = new ArrayList<>();
        for (Planted planted : chosen) {
            int occurrences = planted.occurrences();
            if (occurrences != 1) {
                rotten.add(planted.where() + " has " + occurrences + " times: "
                        + planted.mutant().original());
            }
        }
        assertThat(rotten).as("mutants whose code has changed; write them anew").isEmpty();
    }
}
