package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** With a script in the place of Python, which notes what it is asked for. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class PythonEnvironmentTest {

    private static final String PYTHON = """
            #!/bin/sh
            here=$(dirname "$0")
            case "$1 $2" in
              "-c "*) echo 3.99 ;;
              "-m venv")
                echo venv >> "$here/calls"
                for home; do :; done
                mkdir -p "$home/bin"
                cp "$0" "$home/bin/python"
                echo "$here" > "$home/bin/origin"
                ;;
              "-m pip")
                echo pip >> "$(cat "$here/origin")/calls"
                if [ -e "$(cat "$here/origin")/broken" ]; then exit 5; fi
                ;;
            esac
            """;

    @TempDir
    private Path directory;

    private final String before = System.getProperty("banhmi.cache", "");

    @BeforeEach
    void useACacheOfItsOwn() throws IOException {
        System.setProperty("banhmi.cache", directory.resolve("cache").toString());
        Path python = Files.writeString(directory.resolve("python"), PYTHON);
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void restore() {
        System.setProperty("banhmi.cache", before);
    }

    @Test
    void makesAnEnvironmentOnceForAllWhoAskAtTheSameTime() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Path>> homes = IntStream.range(0, 4)
                    .mapToObj(any -> threads.submit(() -> require("a==1")))
                    .toList();
            for (Future<Path> home : homes) {
                assertThat(home.get()).isEqualTo(homes.getFirst().get());
            }
        }

        assertThat(calls()).containsExactly("venv", "pip");
    }

    @Test
    void keepsEnvironmentsOfOtherVersionsApart() throws IOException {
        assertThat(require("a==1")).isNotEqualTo(require("a==2"));
        assertThat(calls()).containsExactly("venv", "pip", "venv", "pip");
    }

    @Test
    void makesAnewWhatAnInterruptedInstallationLeft() throws IOException {
        Path broken = Files.createFile(directory.resolve("broken"));
        assertThatThrownBy(() -> require("a==1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("exit code 5");
        Files.delete(broken);

        Path home = require("a==1");

        assertThat(home.resolve("bin/python")).isExecutable();
        assertThat(calls()).containsExactly("venv", "pip", "venv", "pip");
    }

    private Path require(String requirement) {
        return PythonEnvironment.require(
                "a-1",
                directory.resolve("python").toString(),
                List.of(),
                List.of("--requirement", "list.txt"),
                Map.of("list.txt", requirement));
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(directory.resolve("calls"));
    }
}
