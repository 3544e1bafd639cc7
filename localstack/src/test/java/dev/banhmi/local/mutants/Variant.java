package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.TestRun;
import dev.banhmi.testkit.TestRun.Ended;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A module's product with some of its files compiled anew. Unit tests get their classes in front of the module's own, integration tests
 * a copy of the packaged jar in which they take the place of those there. Everything that it writes is in a directory of its own.
 */
final class Variant {

    /** A test process that has not ended by then never will. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final MavenModule module;
    private final Path directory;
    private final Path classes;

    private Variant(MavenModule module, Path directory, Path classes) {
        this.module = module;
        this.directory = directory;
        this.classes = classes;
    }

    /**
     * Compiles without Error Prone, which would see some of the faults before any test.
     *
     * @param sources by their names as in {@link Mutant#file()}
     */
    static Variant of(MavenModule module, Map<String, String> sources, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = module.sourceIn(directory.resolve("src"), source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectories(directory.resolve("classes"));
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(
                            messages,
                            manager,
                            null,
                            List.of(
                                    "-nowarn",
                                    "-proc:none",
                                    "-parameters",
                                    "-d",
                                    classes.toString(),
                                    "-cp",
                                    module.testClassPath()),
                            null,
                            manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as("%s compiles: %s", files, messages).isTrue();
        }
        return new Variant(module, directory, classes);
    }

    /**
     * Runs tests in a process of their own.
     *
     * @param name of the directory for what they write
     * @param tests as in {@link Mutant#tests()}
     * @param hangs how long a test waits for an event: a fault may be that it never comes
     * @return those that ended
     */
    List<Ended> test(String name, List<String> tests, Duration hangs) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve(name));
        Path output = own.resolve("output.txt");
        Path artifacts = own.resolve("artifacts");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx512m",
                // Half the CPU of a run that is soon over.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        Map<String, String> properties = properties(own);
        properties.put("banhmi.hangs", hangs.toString());
        if (tests.stream().anyMatch(Variant::isIntegrationTest)) {
            properties.putAll(PackagedJar.of(module).with(classes, artifacts));
        }
        properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-cp", classes + File.pathSeparator + module.testClassPath(), TestRun.class.getName()));
        tests.forEach(test -> command.add(module.testName(test)));
        try {
            runToEnd(new ProcessBuilder(command)
                    .directory(module.directory().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile()));
        } finally {
            PackagedJar.remove(artifacts);
        }
        try (Stream<String> lines = Files.lines(output)) {
            return Ended.parse(lines);
        }
    }

    static boolean isIntegrationTest(String test) {
        return test.replaceFirst("#.*", "").endsWith("IT");
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
        // What a tenth of the cases sees, all of them see.
        properties.put("banhmi.exhaustive", "false");
        properties.put("banhmi.artifacts.directory", MavenModule.APP.target().toString());
        return properties;
    }

    private static void runToEnd(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        try {
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } finally {
            // Gateways and stores that a test could not stop any more.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        process.waitFor();
    }
}
