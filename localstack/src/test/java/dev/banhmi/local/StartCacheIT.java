package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.StartTraining;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/start-local} with the cache that the build has trained with the same script, and with others that do not fit. */
class StartCacheIT {

    private static final String NOT_FOR_PRODUCTION = "Bánh mì with an embedded store";

    @TempDir
    private Path directory;

    /** Found before those of the system: one writes down what would be trained, which costs as much as ten starts. */
    @TempDir
    private Path commands;

    private Path jar;
    private Path begun;

    @BeforeEach
    void linkJarAndWriteTrainingDown() throws IOException {
        jar = Files.createSymbolicLink(
                directory.resolve("banhmi-local.jar"), LauncherProcess.jar().toRealPath());
        begun = commands.resolve("begun");
        Path nice = Files.writeString(
                commands.resolve("nice"),
                "#!/bin/sh\necho nice \"$@\" >" + begun + ".part && mv " + begun + ".part " + begun);
        Files.setPosixFilePermissions(nice, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void startsWithWhatAnEarlierStartHasLeft() throws Exception {
        assumeThat(trained())
                .as("made by the build before the integration tests")
                .exists();
        Files.createSymbolicLink(
                directory.resolve("extracted"),
                LauncherProcess.extracted().resolveSibling(".").toRealPath());

        try (LauncherProcess launcher = start("--port=0")) {
            launcher.awaitUrl();
            assertThat(launcher.output()).contains(NOT_FOR_PRODUCTION).doesNotContain("AOT cache");
            Path maps = Path.of("/proc", Long.toString(launcher.pid()), "maps");
            if (Files.isReadable(maps)) {
                assertThat(Files.readString(maps))
                        .contains(trained().getFileName().toString());
            }
            launcher.terminate();
            assertThat(launcher.awaitExit()).isZero();
        }
        assertThat(begun).doesNotExist();
    }

    @Test
    void trainsBesideAFirstStartAndSaysNothing() throws Exception {
        try (LauncherProcess launcher = start("--help")) {
            assertThat(launcher.awaitExit()).isZero();
            assertThat(launcher.output()).contains(NOT_FOR_PRODUCTION).doesNotContain("AOT cache");
            awaitTraining();
        }
    }

    /** The JVM has five lines for it, which do not say that all is well. */
    @Test
    void saysInOneLineThatACacheIsCutOffAndStarts() throws Exception {
        assumeThat(trained())
                .as("made by the build before the integration tests")
                .exists();
        Path extracted = Files.createDirectory(directory.resolve("extracted"));
        for (String name : List.of("from", "lib", "banhmi-local.jar")) {
            Files.createSymbolicLink(
                    extracted.resolve(name),
                    LauncherProcess.extracted().resolveSibling(name).toRealPath());
        }
        Path cut = Files.copy(trained(), extracted.resolve(trained().getFileName()));
        try (FileChannel content = FileChannel.open(cut, StandardOpenOption.WRITE)) {
            content.truncate(content.size() / 2);
        }

        try (LauncherProcess launcher = start("--port=0")) {
            launcher.awaitUrl();
            assertSaidInOneLine(launcher);
            awaitTraining();
        }
    }

    /** The JVM goes by size and time, which two builds can have in common. */
    @Test
    void saysInOneLineThatACacheIsOfAnotherBuildAndStarts() throws Exception {
        assumeThat(trained())
                .as("made by the build before the integration tests")
                .exists();
        Path extracted = Files.createDirectory(directory.resolve("extracted"));
        for (String name : List.of("lib", "banhmi-local.jar", "banhmi-local.aot")) {
            Files.createSymbolicLink(
                    extracted.resolve(name),
                    LauncherProcess.extracted().resolveSibling(name).toRealPath());
        }
        Files.writeString(Files.createDirectory(extracted.resolve("from")).resolve("banhmi-local.jar"), "another");

        try (LauncherProcess launcher = start("--help")) {
            assertThat(launcher.awaitExit()).isZero();
            assertSaidInOneLine(launcher);
            awaitTraining();
        }
    }

    private static void assertSaidInOneLine(LauncherProcess launcher) throws IOException {
        List<String> lines = launcher.output().lines().toList();
        assertThat(lines.get(0)).startsWith("The AOT cache in ").contains(" does not fit ");
        // What Java says of the test's own options.
        assertThat(lines.get(1)).startsWith("NOTE: Picked up JDK_JAVA_OPTIONS");
        assertThat(lines.get(2)).startsWith(NOT_FOR_PRODUCTION);
    }

    private LauncherProcess start(String option) throws IOException {
        return LauncherProcess.startByScript(
                jar,
                directory,
                Map.of(
                        "PATH",
                        commands + ":" + System.getenv("PATH"),
                        "JDK_JAVA_OPTIONS",
                        "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
                option);
    }

    private void awaitTraining() throws Exception {
        Patience.await("a training has begun", () -> "", () -> Files.exists(begun));
        assertThat(Files.readString(begun))
                .isEqualTo("nice -n 19 " + LauncherProcess.SCRIPT.normalize() + " --train " + jar + "\n");
    }

    private static Path trained() {
        return StartTraining.cacheOf(LauncherProcess.extracted());
    }
}
