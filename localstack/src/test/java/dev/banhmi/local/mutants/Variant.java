package dev.banhmi.local.mutants;

import dev.banhmi.testkit.TestRun;
import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import dev.banhmi.testkit.TestServer.Order;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A module's product with some of its files compiled anew. Unit tests get their classes in front of the module's own,
 * integration tests a copy of the packaged jar in which they take the place of those there. Everything that it writes
 * is in a directory of its own.
 *
 * @param directory where it writes
 * @param classes those that were compiled anew
 */
record Variant(MavenModule module, Path directory, Path classes) {

    private static final String SEED = "banhmi.seed";

    /** Of all random tests with a fault, unless one is given. */
    private static final String KNOWN_SEED = "2026";

    /**
     * How tests went.
     *
     * @param tests those that ended
     * @param ended whether all did that were to
     */
    record Outcome(List<Ended> tests, boolean ended) {

        Outcome {
            tests = List.copyOf(tests);
        }

        /** Whether a test failed for a reason of its own, and none because of the product. */
        boolean saysNothing() {
            return ended
                    && tests.stream().anyMatch(one -> one.verdict() == Verdict.CRASHED)
                    && tests.stream().noneMatch(one -> one.verdict() == Verdict.RED);
        }
    }

    /**
     * Runs tests: unit tests in one of the processes that wait for them, integration tests in a new one.
     *
     * @param name of the directory for what they write
     * @param tests as in {@link Mutant#tests()}, all of one kind
     * @param limits how long they wait
     */
    Outcome test(String name, List<String> tests, Limits limits, TestProcesses processes)
            throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve(name));
        Path output = Files.createFile(own.resolve("output.txt"));
        Map<String, String> properties = properties(own);
        properties.put("banhmi.hangs", limits.event().toString());
        boolean ended;
        if (tests.stream().anyMatch(Variant::isIntegrationTest)) {
            ended = inANewProcess(own, output, properties, tests, limits.run());
        } else {
            properties.put("java.class.path", classPath());
            List<Path> code = new ArrayList<>(List.of(classes));
            code.addAll(module.codeUnderTest());
            Order order = new Order(
                    output,
                    code,
                    properties,
                    tests.stream().map(module::testName).toList());
            ended = processes.run(module, order, limits.run());
        }
        try (Stream<String> lines = Files.lines(output)) {
            return new Outcome(Ended.parse(lines), ended);
        }
    }

    static boolean isIntegrationTest(String test) {
        return test.replaceFirst("#.*", "").endsWith("IT");
    }

    private boolean inANewProcess(
            Path own, Path output, Map<String, String> properties, List<String> tests, Duration limit)
            throws IOException, InterruptedException {
        Path artifacts = own.resolve("artifacts");
        properties.putAll(PackagedJar.of(module).with(classes, artifacts));
        List<String> command = new ArrayList<>(TestProcess.java("512m"));
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", classPath(), TestRun.class.getName()));
        tests.forEach(test -> command.add(module.testName(test)));
        try {
            return runToEnd(
                    new ProcessBuilder(command)
                            .directory(module.directory().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile()),
                    limit);
        } finally {
            PackagedJar.remove(artifacts);
        }
    }

    private String classPath() {
        return classes + File.pathSeparator + module.testClassPath();
    }

    /** Those of this process, which Failsafe has set for the module that comes last, and what is different for a test of another one. */
    private Map<String, String> properties(Path own) throws IOException {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("banhmi.")) {
                properties.put(name, System.getProperty(name));
            }
        }
        properties.put(
                "banhmi.build.directory",
                Files.createDirectories(own.resolve("build")).toString());
        // Else whether a random test sees a fault would be a matter of chance, too. Fresh seeds are for what has no
        // fault.
        if (properties.getOrDefault(SEED, "").isBlank()) {
            properties.put(SEED, KNOWN_SEED);
        }
        // What a tenth of the cases sees, all of them see.
        properties.put("banhmi.exhaustive", "false");
        properties.put("banhmi.artifacts.directory", MavenModule.APP.target().toString());
        return properties;
    }

    private static boolean runToEnd(ProcessBuilder builder, Duration limit) throws IOException, InterruptedException {
        Process process = builder.start();
        boolean ended;
        try {
            ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            // Gateways and stores that a test could not stop any more.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        process.waitFor();
        return ended;
    }
}
