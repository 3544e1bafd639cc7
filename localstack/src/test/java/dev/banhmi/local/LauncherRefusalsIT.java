package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says when it does not start, and that it leaves nothing then. */
class LauncherRefusalsIT {

    @TempDir
    private Path directory;

    @Test
    void refusesSettingsOfABucketThatItDoesNotHave() throws Exception {
        try (LauncherProcess launcher =
                LauncherProcess.start(directory, Map.of("BANHMI_BUCKETS_PHOTOS_KEY_LAYOUT", "plain"), "--port=0")) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output())
                    .contains("banhmi.buckets.photos: the buckets here are demo; --bucket photos adds this one")
                    .doesNotContain("\tat ");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(refusal("--port=" + port))
                    .contains("--port " + port + ": the gateway cannot listen on 127.0.0.1:" + port)
                    .contains("--port 0 a free one");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void saysWhichDirectoryCannotBeUsed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        assertThat(refusal("--port=0", "--data", file.resolve("below").toString()))
                .contains("--data " + file.resolve("below") + ": " + file + " is not a directory");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThat(refusal("--port=0", "--data=/proc/banhmi"))
                    .contains("--data /proc/banhmi: /proc/banhmi cannot be created");
        }
        assertThat(directory).isDirectoryNotContaining(entry -> !entry.equals(file));
    }

    @Test
    void namesEveryOptionThatIsWrong() throws Exception {
        // As a user starts it: what it says and its exit code have to come through the door of the jar and Spring
        // Boot's loader.
        assertThat(refusalOf(LauncherProcess.startFromItsJar(
                        directory,
                        "--port=http",
                        "--bucket=Demo",
                        "--bucket=ok1",
                        "--bucket=ok1",
                        "--host-name=*",
                        "--open-browser=yes",
                        "-v")))
                .contains("--port http: ", "--bucket Demo: ", "--bucket ok1: ", "--host-name *: ")
                .contains("--open-browser=yes: ", "-v: ")
                .contains("usage: java -jar banhmi-local.jar");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void explainsItselfAndEndsWithZero() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, "--help")) {
            assertThat(launcher.awaitExit()).isZero();
            assertThat(launcher.output())
                    .contains(
                            "--port NUMBER",
                            "--data DIR",
                            "--bucket NAME",
                            "--host-name NAME",
                            "--open-browser",
                            "--help");
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void takesItsDirectoriesBackWhenTheGatewayDoesNotStart() throws Exception {
        try (LauncherProcess launcher = LauncherProcess.start(directory, Map.of("BANHMI_NONSENSE", "1"), "--port=0")) {
            assertThat(launcher.awaitExit()).isEqualTo(78);
            assertThat(launcher.output()).contains("Not for production", "BANHMI_NONSENSE: there is no such setting");
        }
        assertThat(directory).isEmptyDirectory();
    }

    /** What it prints when it ends with 64, which has no stack trace. */
    private String refusal(String... options) throws Exception {
        return refusalOf(LauncherProcess.start(directory, options));
    }

    private static String refusalOf(LauncherProcess started) throws Exception {
        try (LauncherProcess launcher = started) {
            assertThat(launcher.awaitExit()).isEqualTo(64);
            assertThat(launcher.output()).contains("Not for production").doesNotContain("\tat ", "Exception");
            return launcher.output();
        }
    }
}
