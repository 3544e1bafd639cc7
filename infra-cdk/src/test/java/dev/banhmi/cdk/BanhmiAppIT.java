package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packaged jar, started as cdk.json starts it. Each test has a repository and processes of its own, so two run at a time. */
@Execution(ExecutionMode.CONCURRENT)
class BanhmiAppIT {
    /** Whatever takes longer, even on the busiest machine, hangs: ten seconds of CPU, of which two minutes were seen. */
    private static final long SYNTHESIS_SECONDS = 1_800;

    @TempDir
    private Path root;

    @BeforeEach
    void layOutARepository() throws IOException {
        Path config = Files.createDirectories(root.resolve("infra-cdk/config"));
        for (String file : List.of("dev.yaml", "prod.yaml")) {
            Files.copy(Path.of("config", file), config.resolve(file));
        }
        Path target = Files.createDirectories(root.resolve("app/target"));
        Files.move(ImageTar.write(root, "linux", "amd64"), target.resolve("banhmi-gateway-image.tar"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void writesTheSameBytesInTwoProcessesWhateverTheCommandLineSaysAboutMetadata(String environment)
            throws IOException, InterruptedException {
        String context = "{\"env\":\"" + environment + "\",\"example\":\"true\"";
        LocalDate day;
        do {
            // A warning names the age of the AMI, in days.
            day = LocalDate.now(ZoneOffset.UTC);
            assertThat(synthesize(context + "}", "plain").exitCode()).isZero();
            assertThat(synthesize(
                                    context
                                            + ",\"aws:cdk:enable-path-metadata\":true,\"aws:cdk:enable-asset-metadata\":true,"
                                            + "\"aws:cdk:version-reporting\":true}",
                                    "told")
                            .exitCode())
                    .isZero();
        } while (!day.equals(LocalDate.now(ZoneOffset.UTC)));
        assertThat(files("plain"))
                .containsKeys(
                        "manifest.json", "banhmi-" + environment + "-service.template.json", "validation-report.json");
        assertThat(files("told")).isEqualTo(files("plain"));
    }

    @Test
    void saysHowToBuildTheImageThatIsMissing() throws IOException, InterruptedException {
        Files.delete(root.resolve("app/target/banhmi-gateway-image.tar"));
        Outcome outcome = synthesize("{\"env\":\"dev\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("banhmi-gateway-image.tar, which is missing", "mvn -pl app -am package")
                .doesNotContain("\tat ");
    }

    @Test
    void writesOutWhatDoesNotFitIntoTheBudget() throws IOException, InterruptedException {
        Path dev = root.resolve("infra-cdk/config/dev.yaml");
        Files.writeString(dev, Files.readString(dev).replace("memory-mebibytes: 1024", "memory-mebibytes: 4000"));
        Outcome outcome = synthesize("{\"env\":\"dev\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("instanceMemoryMiB 3700 ÷ taskMemoryMiB 4000")
                .doesNotContain("\tat ");
    }

    /** As it is shipped, the file for production is to be filled in. */
    @Test
    void deploysNoStandIn() throws IOException, InterruptedException {
        Outcome outcome = synthesize("{\"env\":\"prod\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output()).contains("REPLACE", "-c example=true").doesNotContain("\tat ");
        assertThat(root.resolve("out/manifest.json")).doesNotExist();
    }

    @Test
    void asksForAnEnvironment() throws IOException, InterruptedException {
        Outcome outcome = synthesize("{}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("choose one with -c env=<name>: dev")
                .doesNotContain("\tat ");
    }

    private Outcome synthesize(String context, String out) throws IOException, InterruptedException {
        Path log = root.resolve(out + ".log");
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-jar",
                        Path.of("target/banhmi-cdk-app.jar").toAbsolutePath().toString()))
                .directory(root.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CDK_CONTEXT_JSON", context);
        builder.environment().put("CDK_OUTDIR", out);
        // As for whoever deploys, CDK's own rules apply.
        builder.environment().remove("CDK_VALIDATION");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SYNTHESIS_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Outcome(process.exitValue(), Files.readString(log));
        } finally {
            process.destroyForcibly();
        }
    }

    private Map<String, String> files(String assembly) throws IOException {
        return Synthesis.files(root.resolve(assembly));
    }

    private record Outcome(int exitCode, String output) {}
}
