package dev.banhmi.testkit;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ChildProcessTest {

    @Test
    void readsThePortThatAProcessPrintsOnceItHasOne() {
        try (ChildProcess process = shell("sleep 0.1; echo 'listens on port 4711'; sleep 60")) {
            assertThat(process.awaitOutput(Pattern.compile("port (\\d+)"), HANGS)
                            .group(1))
                    .isEqualTo("4711");
        }
    }

    @Test
    void saysHowAProcessEndedThatNeverPrintedIt() {
        try (ChildProcess process = shell("echo 'address in use'; exit 3")) {
            assertThatThrownBy(() -> process.awaitOutput(Pattern.compile("port (\\d+)"), HANGS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("exit code 3")
                    .hasMessageContaining("address in use");
        }
    }

    @Test
    void givesAProcessAHomeOfItsOwnAndNothingOfAws() {
        try (ChildProcess process = ChildProcess.start(
                "shell", List.of("sh", "-c", "env; echo end; sleep 60"), Map.of("AWS_REGION", "nowhere-1"))) {
            process.awaitOutput(Pattern.compile("end\n"), HANGS);

            assertThat(process.output().lines().filter(line -> line.startsWith("AWS_")))
                    .containsExactlyInAnyOrder("AWS_REGION=nowhere-1", "AWS_EC2_METADATA_DISABLED=true");
            assertThat(process.output())
                    .contains("HOME=" + ChildProcess.buildDirectory().resolve("it"));
        }
    }

    @Test
    void findsWhatAProcessLeavesInItsWorkingDirectory() {
        try (ChildProcess process = shell("touch left; exit 0")) {
            assertThat(process.awaitExit(HANGS)).isZero();
            assertThat(process.leftovers()).singleElement().asString().endsWith("/work/left");
        }
    }

    @Test
    void endsTheProcessWhenItIsClosed() {
        ChildProcess process = shell("sleep 60");
        process.close();

        assertThat(ProcessHandle.of(process.pid()).map(ProcessHandle::isAlive).orElse(false))
                .isFalse();
    }

    @Test
    void saysWhichProgramIsMissing() {
        assertThatThrownBy(() -> ChildProcess.start("none", List.of("/no/such/program"), Map.of()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot start [/no/such/program]");
    }

    private static ChildProcess shell(String script) {
        return ChildProcess.start("shell", List.of("sh", "-c", script), Map.of());
    }
}
