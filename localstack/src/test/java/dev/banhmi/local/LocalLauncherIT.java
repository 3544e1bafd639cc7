package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalLauncherIT {

    @TempDir
    private Path directory;

    @Test
    void printsCurlLinesThatWorkWhenPastedAndKeepsDataOverARestart() throws Exception {
        List<String> lines;
        try (LauncherProcess first = LauncherProcess.start(directory, "--port=0")) {
            lines = curlLines(first.awaitOutput("Try it:"));
            assertThat(lines).hasSize(3);
            assertThat(run(lines.get(0))).contains("\"name\":\"hello\",\"size\":9");
            assertThat(run(lines.get(1))).isEqualTo("banh mi!\n");
            assertThat(run(lines.get(2))).contains("\"objects\":[{\"name\":\"hello\",\"size\":9");
            first.terminate();
            assertThat(first.awaitExit()).isZero();
        }
        assertThat(directory.resolve("data/demo")).isNotEmptyDirectory();

        try (LauncherProcess second = LauncherProcess.start(directory, "--port=0", "--data", "data")) {
            String download = curlLines(second.awaitOutput("Try it:")).get(1);
            assertThat(run(download)).isEqualTo("banh mi!\n");
        }
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                LauncherProcess launcher = LauncherProcess.start(directory, "--port=" + taken.getLocalPort())) {
            assertThat(launcher.awaitExit()).isNotZero();
            assertThat(launcher.output()).contains("Port " + taken.getLocalPort() + " was already in use");
        }
    }

    @Test
    void saysWhichDirectoryCannotBeUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--data", file.toString())) {
            assertThat(launcher.awaitExit()).isEqualTo(64);
            assertThat(launcher.output()).contains("--data " + file + ": cannot be made or written to");
        }
    }

    private static List<String> curlLines(String printed) {
        return printed.lines()
                .map(String::trim)
                .filter(line -> line.contains("curl "))
                .toList();
    }

    private static String run(String line) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("bash", "-c", line.replaceFirst("curl", "curl --silent --show-error"))
                .redirectErrorStream(true)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(printed).isZero();
        return printed;
    }
}
