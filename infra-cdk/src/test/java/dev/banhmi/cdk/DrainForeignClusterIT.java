package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An app of 30 lines that drains a cluster of plain CDK, built from the packaged library. */
class DrainForeignClusterIT {
    /*
     * The example is built where no parent POM and no module of ours can be seen. Its Maven has a local repository of its own, which shares
     * everything but our group with the machine's by links: nothing is downloaded twice, and the library is there as jar and POM alone.
     */

    private static final Path EXAMPLE = Path.of("examples/drain-a-foreign-cluster");
    private static final Path SOURCE = Path.of("src/main/java/com/example/DrainedCluster.java");
    private static final String VERSION = "0.1.0-SNAPSHOT";

    /** More than a whole Maven build takes, on the busiest machine. */
    private static final long BUILD_SECONDS = 1_800;

    @TempDir
    private static Path directory;

    private static Path assembly = Path.of("");
    private static JsonNode template = new ObjectMapper().createObjectNode();

    @BeforeAll
    static void buildTheExample() throws IOException, InterruptedException {
        Path project = directory.resolve("project");
        for (Path file : List.of(Path.of("pom.xml"), SOURCE)) {
            Path copy = project.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(EXAMPLE.resolve(file), copy);
        }
        assembly = project.resolve("cdk.out");
        run(project, repository());
        template = new ObjectMapper().readTree(Files.readString(assembly.resolve("foreign.template.json")));
    }

    /** JUnit leaves the links' targets alone, too, but warns of each. */
    @AfterAll
    static void removeTheLinks() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("repository"), 2)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    @Test
    void hasThirtyLinesAndOneConstructOfOurs() throws IOException {
        assertThat(Files.readAllLines(EXAMPLE.resolve(SOURCE)))
                .hasSizeLessThanOrEqualTo(30)
                .noneMatch(line -> line.contains("dev.banhmi.cdk.stacks"));
    }

    @Test
    void everyRemovalWaitsForTheHook() {
        JsonNode hook = Sandbox.onlyTerminationHook(template);
        assertThat(hook.path("LifecycleTransition").asText()).isEqualTo("autoscaling:EC2_INSTANCE_TERMINATING");
        assertThat(hook.path("HeartbeatTimeout").asInt()).isGreaterThan(600);
        assertThat(only(template, "AWS::AutoScaling::AutoScalingGroup").has("LaunchTemplate"))
                .isTrue();
    }

    @Test
    void rulesAndSweepCallTheDrainer() {
        List<JsonNode> rules = resources(template, "AWS::Events::Rule");
        assertThat(rules)
                .anyMatch(rule -> rule.path("Properties")
                        .path("ScheduleExpression")
                        .asText()
                        .equals("rate(1 minute)"));
        assertThat(rules).anyMatch(rule -> rule.toString().contains("EC2 Instance-terminate Lifecycle Action"));
    }

    @Test
    void theLambdaIsTheOneInsideTheLibrary() throws IOException {
        List<JsonNode> functions = resources(template, "AWS::Lambda::Function");
        assertThat(functions).hasSize(1);
        JsonNode function = functions.get(0).path("Properties");
        assertThat(function.path("Handler").asText()).isEqualTo("dev.banhmi.drain.DrainHandler::handleRequest");
        assertThat(assembly.resolve(
                        "asset." + function.path("Code").path("S3Key").asText()))
                .hasSameBinaryContentAs(Path.of("../lambda-drain/target/banhmi-drain.jar"));
    }

    private static void run(Path project, Path repository) throws IOException, InterruptedException {
        Path log = directory.resolve("mvn.log");
        ProcessBuilder maven = new ProcessBuilder(
                        Path.of(property("maven.home"), "bin", "mvn").toString(),
                        "-B",
                        "-ntp",
                        "-Dmaven.repo.local=" + repository,
                        "compile",
                        "exec:java")
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        maven.environment().put("CDK_OUTDIR", assembly.toString());
        Process process = maven.start();
        try {
            assertThat(process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    private static Path repository() throws IOException {
        Path machine = Path.of(property("maven.repository"));
        Path repository = Files.createDirectories(directory.resolve("repository"));
        linkAllBut("dev", machine, repository);
        linkAllBut("banhmi", machine.resolve("dev"), Files.createDirectory(repository.resolve("dev")));
        Path library = Files.createDirectories(
                repository.resolve("dev/banhmi/banhmi-cdk").resolve(VERSION));
        Files.copy(Path.of("target/banhmi-cdk.jar"), library.resolve("banhmi-cdk-" + VERSION + ".jar"));
        Files.copy(Path.of("target/banhmi-cdk.pom"), library.resolve("banhmi-cdk-" + VERSION + ".pom"));
        return repository;
    }

    private static void linkAllBut(String name, Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(path -> !path.endsWith(name)).toList()) {
                Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
            }
        }
    }

    private static String property(String name) {
        return requireNonNull(System.getProperty("banhmi." + name), name + " is set by the build");
    }
}
