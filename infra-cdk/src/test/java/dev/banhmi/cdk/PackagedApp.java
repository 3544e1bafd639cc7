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

/**
 * The packaged jar, started as cdk.json starts it.
 *
 * @param root of a repository
 */
record PackagedApp(Path root) {

    /** Whatever takes longer, even on the busiest machine, hangs: ten seconds of CPU, of which two minutes were seen. */
    private static final long SYNTHESIS_SECONDS = 1_800;

    /** With the configurations that are shipped, and an image. */
    static PackagedApp inRepository(Path root) throws IOException {
        Path config = Files.createDirectories(root.resolve("infra-cdk/config"));
        for (String file : List.of("dev.yaml", "prod.yaml")) {
            Files.copy(Path.of("config", file), config.resolve(file));
        }
        Path target = Files.createDirectories(root.resolve("app/target"));
        Files.move(ImageTar.write(root, "linux", "amd64"), target.resolve("banhmi-gateway-image.tar"));
        return new PackagedApp(root);
    }

    /** Whatever the command line says about metadata. */
    void assertSameBytesInTwoProcesses(String environment) throws IOException, InterruptedException {
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

    Outcome synthesize(String context, String out) throws IOException, InterruptedException {
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

    record Outcome(int exitCode, String output) {}
}
