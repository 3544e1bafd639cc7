package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Plants every fault in a copy of its source file, compiles that file alone and runs the tests that have to notice. A mutant is killed by
 * a test that passes on the same file unchanged, compiled and packaged the same way. Not part of {@code make verify}, which would be
 * longer by minutes: {@code make mutants}, or {@code make mutants ONLY=words} for those whose module, file or name contains the words.
 */
class Mutants {

    private static final String LINE = "%-70s | %-50s | %4s | %s%n";

    /** What came of a mutant; a killer that is empty means that it survived. */
    private record Row(Planted planted, String killer, String remark, Duration time) {

        boolean survived() {
            return killer.isEmpty();
        }
    }

    @Test
    void everyPlantedFaultTurnsATestRed() throws IOException, InterruptedException {
        List<Planted> all = chosen();
        requireThatNoneHasRotted(all);
        List<Planted> chosen = share(all);
        Path directory = Files.createTempDirectory(Files.createDirectories(ChildProcess.buildDirectory()), "mutants-");
        long start = System.nanoTime();
        try (Workers workers = new Workers()) {
            Unchanged unchanged = Unchanged.of(chosen, directory, workers);
            System.out.printf(
                    "%n%d tests pass without a mutant, after %d s%n%n",
                    unchanged.tests(), since(start).toSeconds());
            System.out.printf(LINE, "mutant", "in", "s", "killed by");
            List<Callable<Row>> runs = new ArrayList<>();
            for (Planted planted : chosen) {
                Path own = directory.resolve("mutant-" + runs.size());
                runs.add(() -> printed(tried(planted, unchanged, own)));
            }
            List<Row> survivors =
                    workers.all(runs).stream().filter(Row::survived).toList();
            System.out.printf(
                    "%n%d of %d mutants killed in %d s%n",
                    chosen.size() - survivors.size(),
                    chosen.size(),
                    since(start).toSeconds());
            assertThat(survivors).as("mutants that survived").isEmpty();
        }
    }

    private static List<Planted> chosen() {
        String words = System.getProperty("mutants.only", "");
        List<Planted> chosen = Stream.of(MavenModule.values())
                .flatMap(module -> module.mutants().stream().map(mutant -> new Planted(module, mutant)))
                .filter(planted -> (planted.where() + " " + planted.mutant().name()).contains(words))
                // The longest first, so that none of them is alone at the end.
                .sorted(Comparator.comparing(planted -> !planted.startsProcesses()))
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

    private static Row tried(Planted planted, Unchanged unchanged, Path directory)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        Mutant mutant = planted.mutant();
        Variant variant = Variant.of(planted.module(), Map.of(mutant.file(), planted.mutated()), directory);
        List<Ended> ended = variant.test("tests", mutant.tests(), unchanged.hangs(planted));
        String killer = ended.stream()
                .filter(one -> one.verdict() == Verdict.RED && unchanged.passes(one))
                .findFirst()
                .map(Ended::name)
                .orElse("");
        return new Row(planted, killer, ended.size() + " tests ended, see " + directory, since(start));
    }

    private static Row printed(Row row) {
        System.out.printf(
                LINE,
                row.planted().mutant().name(),
                row.planted().where(),
                row.time().toSeconds(),
                row.survived() ? "SURVIVED " + row.remark() : row.killer());
        return row;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}
