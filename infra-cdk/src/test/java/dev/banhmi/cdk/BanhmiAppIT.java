package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The packaged jar, started as cdk.json starts it. Each test has a repository and processes of its own, so two run at a time. */
@Execution(ExecutionMode.CONCURRENT)
class BanhmiAppIT {
    @TempDir
    private Path root;

    private PackagedApp app;

    @BeforeEach
    void layOutARepository() throws IOException {
        app = PackagedApp.inRepository(root);
    }

    @Test
    void writesTheSameBytesInTwoProcessesWhateverTheCommandLineSaysAboutMetadata()
            throws IOException, InterruptedException {
        app.assertSameBytesInTwoProcesses("prod");
    }

    @Test
    void saysHowToBuildTheImageThatIsMissing() throws IOException, InterruptedException {
        Files.delete(root.resolve("app/target/banhmi-gateway-image.tar"));
        PackagedApp.Outcome outcome = app.synthesize("{\"env\":\"dev\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("banhmi-gateway-image.tar, which is missing", "mvn -pl app -am package")
                .doesNotContain("\tat ");
    }

    @Test
    void writesOutWhatDoesNotFitIntoTheBudget() throws IOException, InterruptedException {
        Path dev = root.resolve("infra-cdk/config/dev.yaml");
        Files.writeString(dev, Files.readString(dev).replace("memory-mebibytes: 1024", "memory-mebibytes: 4000"));
        PackagedApp.Outcome outcome = app.synthesize("{\"env\":\"dev\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("instanceMemoryMiB 3700 ÷ taskMemoryMiB 4000")
                .doesNotContain("\tat ");
    }

    /** As it is shipped, the file for production is to be filled in. */
    @Test
    void deploysNoStandIn() throws IOException, InterruptedException {
        PackagedApp.Outcome outcome = app.synthesize("{\"env\":\"prod\"}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output()).contains("REPLACE", "-c example=true").doesNotContain("\tat ");
        assertThat(root.resolve("out/manifest.json")).doesNotExist();
    }

    @Test
    void asksForAnEnvironment() throws IOException, InterruptedException {
        PackagedApp.Outcome outcome = app.synthesize("{}", "out");
        assertThat(outcome.exitCode()).isEqualTo(78);
        assertThat(outcome.output())
                .contains("choose one with -c env=<name>: dev")
                .doesNotContain("\tat ");
    }
}
