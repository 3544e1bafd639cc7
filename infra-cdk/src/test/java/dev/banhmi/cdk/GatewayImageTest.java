package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayImageTest {
    @TempDir
    private Path directory;

    @Test
    void readsTheArchitectureFromTheImagesOwnConfiguration() throws IOException {
        Path tar = StandInImage.write(directory, "linux", "arm64");
        assertThat(GatewayImage.read(tar)).isEqualTo(new GatewayImage(tar.toAbsolutePath(), ImageArchitecture.ARM64));
    }

    @Test
    void saysHowToBuildAMissingImage() {
        refuses(directory.resolve("none.tar"), "none.tar is missing; build it with: mvn -pl app package");
    }

    @Test
    void refusesAFileThatIsNoArchive() throws IOException {
        refuses(Files.writeString(directory.resolve("image.tar"), "x".repeat(2000)), "is not an image archive");
    }

    @Test
    void refusesAnArchiveWithoutAnImage() throws IOException {
        refuses(StandInImage.writeEntries(directory, Map.of("a.txt", "a")), "has no entry \"manifest.json\"");
    }

    @Test
    void refusesAnArchiveWithoutTheConfigurationItNames() throws IOException {
        refuses(
                StandInImage.writeEntries(directory, Map.of("manifest.json", "[{\"Config\":\"gone.json\"}]")),
                "has no entry \"gone.json\"");
    }

    @Test
    void refusesAManifestThatIsNotJson() throws IOException {
        refuses(StandInImage.writeEntries(directory, Map.of("manifest.json", "[{")), "that is not JSON");
    }

    @Test
    void refusesTwoImagesInOneArchive() throws IOException {
        refuses(StandInImage.writeEntries(directory, Map.of("manifest.json", "[{},{}]")), "holds 2 images, expected 1");
    }

    @Test
    void refusesAnArchitectureWithoutInstances() throws IOException {
        refuses(StandInImage.write(directory, "linux", "riscv64"), "architecture \"riscv64\", expected amd64 or arm64");
    }

    @Test
    void refusesAnotherSystem() throws IOException {
        refuses(StandInImage.write(directory, "windows", "amd64"), "for \"windows\", expected linux");
    }

    private static void refuses(Path tar, String why) {
        assertThatExceptionOfType(DeploymentException.class)
                .isThrownBy(() -> GatewayImage.read(tar))
                .withMessageContaining(why);
    }
}
