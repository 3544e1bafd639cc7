package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainJarTest {
    @Test
    void readsWhatTheJarDeclares() {
        DrainJar jar = DrainJar.read(StandInDrainJar.declaring(List.of("ecs:StopTask", "ecs:ListTasks")));

        assertThat(jar.actions()).containsExactly("ecs:ListTasks", "ecs:StopTask");
        assertThatThrownBy(() -> jar.actions().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void isTheSameWhereverItIsExtracted() throws IOException {
        Path packaged = StandInDrainJar.usual();
        DrainJar one;
        DrainJar other;
        try (InputStream first = Files.newInputStream(packaged);
                InputStream second = Files.newInputStream(packaged)) {
            one = DrainJar.extracted(first);
            other = DrainJar.extracted(second);
        }

        assertThat(one.file()).isNotEqualTo(other.file()).hasSameBinaryContentAs(other.file());
        assertThat(one.sha256()).isEqualTo(other.sha256()).hasSize(64);
        assertThat(one.actions()).isEqualTo(other.actions()).hasSize(16);
    }

    @Test
    void saysHowToBuildALibraryThatHasIt() {
        assertThatThrownBy(() -> DrainJar.extracted(null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The library was built without the drainer's jar: its resource"
                        + " dev/banhmi/cdk/constructs/drain/banhmi-drain.jar is missing. Build the whole repository"
                        + " with Maven's"
                        + " package, or set jar(Path).");
    }

    @Test
    void refusesWhatIsNoJar(@TempDir Path directory) throws IOException {
        Path oneByte = Files.write(directory.resolve("one.jar"), new byte[] {1});

        assertThatThrownBy(() -> DrainJar.read(oneByte))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowed is the jar of the drain Lambda, with the entry")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void refusesAJarThatDeclaresNothing() {
        assertThatThrownBy(() -> DrainJar.read(StandInDrainJar.holding("other.txt", "")))
                .hasMessageContaining("with the entry META-INF/banhmi/iam-actions.json")
                .cause()
                .hasMessageContaining("There is no entry");
        assertThatThrownBy(() -> DrainJar.read(StandInDrainJar.holding(DrainJar.ACTIONS, "{}")))
                .cause()
                .hasMessageContaining("declares no action");
    }
}
