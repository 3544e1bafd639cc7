package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The tests on the product without a fault, its files compiled and packaged as mutants are: all of them pass, or nothing can be said about
 * mutants. Each is run once, however many mutants it has to notice.
 */
final class Unchanged {

    /** In one process. */
    private record Group(MavenModule module, String name) {

        /** All unit tests of a module, or one class of its integration tests, which start processes of their own. */
        static Group of(MavenModule module, String test) {
            return new Group(module, Variant.isIntegrationTest(test) ? test.replaceFirst("#.*", "") : "unit-tests");
        }
    }

    private record Run(Group group, Variant.Outcome outcome) {}

    /** For what comes late, on a machine that was not as busy before. */
    private static final int MARGIN = 2;

    private final Map<MavenModule, Path> classes;

    /** What each took, by its id. */
    private final Map<String, Duration> passing;

    private Unchanged(Map<MavenModule, Path> classes, Map<String, Duration> passing) {
        this.classes = classes;
        this.passing = passing;
    }

    static Unchanged of(
            List<Planted> chosen, Path directory, Compilers compilers, TestProcesses processes, Workers workers)
            throws IOException, InterruptedException {
        Map<MavenModule, Path> classes = new EnumMap<>(MavenModule.class);
        List<Callable<Run>> runs = new ArrayList<>();
        for (MavenModule module : MavenModule.values()) {
            Map<String, String> sources = new LinkedHashMap<>();
            Map<Group, Set<String>> tests = new TreeMap<>(Comparator.comparing(Group::name));
            for (Planted planted : chosen) {
                if (planted.module() == module) {
                    sources.put(planted.mutant().file(), planted.original());
                    for (String test : planted.mutant().tests()) {
                        tests.computeIfAbsent(Group.of(module, test), key -> new TreeSet<>())
                                .add(test);
                    }
                }
            }
            if (!sources.isEmpty()) {
                Path own = directory.resolve("unchanged-" + module.label());
                Variant unchanged = new Variant(module, own, compilers.compile(module, sources, own));
                classes.put(module, unchanged.classes());
                tests.forEach((group, these) -> runs.add(() ->
                        new Run(group, unchanged.test(group.name(), List.copyOf(these), Limits.UNCHANGED, processes))));
            }
        }
        List<Run> ended = workers.all(runs);
        assertThat(ended)
                .as("tests without a mutant, see %s", directory)
                .allSatisfy(run -> assertThat(run.outcome().tests())
                        .as("%s %s", run.group().module().label(), run.group().name())
                        .isNotEmpty()
                        .allMatch(one -> one.verdict() == Verdict.PASSED));
        Unchanged unchanged = new Unchanged(
                classes,
                ended.stream()
                        .flatMap(run -> run.outcome().tests().stream())
                        .collect(Collectors.toMap(Ended::id, Ended::time, (first, again) -> first.plus(again))));
        assertThat(chosen)
                .as("mutants whose tests were all run without them")
                .allMatch(planted -> planted.mutant().tests().stream()
                        .allMatch(test -> unchanged
                                .times(planted.module(), test)
                                .findAny()
                                .isPresent()));
        return unchanged;
    }

    int tests() {
        return passing.size();
    }

    boolean passes(Ended test) {
        return passing.containsKey(test.id());
    }

    /**
     * Whether a fault is in what is executed.
     *
     * @param mutated directory of the classes that were compiled with it
     */
    boolean differs(Planted planted, Path mutated) throws IOException {
        Path own = Objects.requireNonNull(classes.get(planted.module()));
        for (Path file : PackagedJar.regularFiles(mutated)) {
            Path original = own.resolve(mutated.relativize(file));
            if (!Files.exists(original) || Files.mismatch(file, original) >= 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * How long tests with this fault are waited for.
     *
     * @param least however short they are without
     */
    Limits limits(Planted planted, Limits least) {
        return least.with(planted.mutant().tests().stream()
                .flatMap(test -> times(planted.module(), test))
                .max(Comparator.naturalOrder())
                .orElseThrow()
                .multipliedBy(MARGIN));
    }

    /** Of the class, or of its method with all parameters. */
    private Stream<Duration> times(MavenModule module, String test) {
        String[] classAndMethod = test.split("#", 2);
        // [class:…], or [class-template:…] of a class with parameters.
        String of = ":" + module.testName(classAndMethod[0]) + "]" + (classAndMethod.length > 1 ? "/[" : "");
        String method = classAndMethod.length > 1 ? ":" + classAndMethod[1] + "(" : "";
        return passing.entrySet().stream()
                .filter(passed ->
                        passed.getKey().contains(of) && passed.getKey().contains(method))
                .map(Map.Entry::getValue);
    }
}
