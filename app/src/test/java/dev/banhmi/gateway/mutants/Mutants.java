package dev.banhmi.gateway.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.mutants.TestRun.Ended;
import dev.banhmi.gateway.mutants.TestRun.Verdict;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Plants every fault in a copy of its source file, compiles that file alone and runs the tests that have to notice, with the
 * mutated class in front of the real one. A mutant is killed by a test that passes on the same file unchanged, compiled the same
 * way. Not part of the build, which would be longer by minutes: {@code make mutants}.
 */
class Mutants {

    private static final int AT_ONCE = 2;
    private static final long LIMIT_SECONDS = 300;
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    /** What came of a mutant; a killer that is empty means that it survived. */
    private record Row(Mutant mutant, String killer, String remark) {

        String line() {
            String how = killer.isEmpty() ? "SURVIVED " + remark : killer;
            return "%-50s | %-32s | %s".formatted(mutant.name(), mutant.file(), how);
        }
    }

    @Test
    void everyPlantedFaultTurnsATestRed() throws IOException, InterruptedException {
        List<Mutant> mutants = PlantedFaults.all();
        requireThatNoneHasRotted(mutants);
        Path directory = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "mutants-");
        long start = System.nanoTime();
        Set<String> passing = passingUnchanged(mutants, directory.resolve("unchanged"));

        List<Row> rows = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Row>> running = new ArrayList<>();
            for (Mutant mutant : mutants) {
                Path own = directory.resolve("mutant-" + running.size());
                running.add(workers.submit(() -> run(mutant, own, passing)));
            }
            System.out.printf("%n%-50s | %-32s | %s%n", "mutant", "file", "killed by");
            for (Future<Row> row : running) {
                rows.add(row.get());
                System.out.println(rows.getLast().line());
            }
        } catch (ExecutionException e) {
            throw new AssertionError("a mutant could not be tried", e.getCause());
        }
        long killed = rows.stream().filter(row -> !row.killer().isEmpty()).count();
        System.out.printf(
                Locale.ROOT,
                "%n%d of %d mutants killed in %d s; %d tests pass without one%n",
                killed,
                rows.size(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                passing.size());
        assertThat(rows)
                .as("mutants that survived")
                .filteredOn(row -> row.killer().isEmpty())
                .isEmpty();
    }

    private static void requireThatNoneHasRotted(List<Mutant> mutants) throws IOException {
        List<String> rotten = new ArrayList<>();
        for (Mutant mutant : mutants) {
            int occurrences = mutant.occurrences();
            if (occurrences != 1) {
                rotten.add(mutant.file() + " has " + occurrences + " times: " + mutant.original());
            }
        }
        assertThat(rotten).as("mutants whose code has changed; write them anew").isEmpty();
    }

    /** The tests that pass when nothing is changed: all of them, or nothing can be said about mutants. */
    private static Set<String> passingUnchanged(List<Mutant> mutants, Path directory)
            throws IOException, InterruptedException {
        List<Path> sources = new ArrayList<>();
        for (Mutant mutant : mutants) {
            Path source = mutant.pathIn(directory.resolve("src"));
            if (!sources.contains(source)) {
                sources.add(write(source, mutant.source()));
            }
        }
        Path classes = compile(sources, directory);
        List<String> tests = mutants.stream()
                .map(Mutant::testClasses)
                .flatMap(List::stream)
                .distinct()
                .toList();
        List<Ended> ended = test(classes, tests, directory);
        assertThat(ended).as("tests without a mutant").isNotEmpty().allMatch(one -> one.verdict() == Verdict.PASSED);
        return ended.stream().map(Ended::id).collect(Collectors.toSet());
    }

    private static Row run(Mutant mutant, Path directory, Set<String> passing)
            throws IOException, InterruptedException {
        Path source = write(mutant.pathIn(directory.resolve("src")), mutant.mutated());
        List<Ended> ended = test(compile(List.of(source), directory), mutant.testClasses(), directory);
        return ended.stream()
                .filter(one -> one.verdict() == Verdict.RED && passing.contains(one.id()))
                .findFirst()
                .map(one -> new Row(mutant, one.name(), ""))
                .orElseGet(() -> new Row(mutant, "", ended.size() + " tests ended, see " + directory));
    }

    private static Path write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** Compiles without Error Prone, which would see some of the faults before any test. */
    private static Path compile(List<Path> sources, Path directory) throws IOException {
        Path classes = Files.createDirectories(directory.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            files,
                            null,
                            List.of(
                                    "-nowarn",
                                    "-proc:none",
                                    "-parameters",
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    CLASS_PATH),
                            null,
                            files.getJavaFileObjectsFromPaths(sources))
                    .call();
            assertThat(compiled).as("%s compiles: %s", sources, messages).isTrue();
        }
        return classes;
    }

    private static List<Ended> test(Path classes, List<String> tests, Path directory)
            throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx512m",
                // A fault may make a test wait for what never comes.
                "-Dbanhmi.hangs=PT30S",
                "-cp",
                classes + File.pathSeparator + CLASS_PATH,
                TestRun.class.getName()));
        command.addAll(tests);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return List.of();
            }
        } finally {
            process.destroyForcibly();
        }
        try (Stream<String> lines = Files.lines(output)) {
            return Ended.parse(lines);
        }
    }
}
