package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The one test that needs the real jar of the drain Lambda, as the build puts it into this library. */
class DrainJarIT {
    private static final Path BUILT = Path.of("../lambda-drain/target/banhmi-drain.jar");

    @Test
    void travelsInsideTheLibraryAsItWasBuilt() throws IOException {
        DrainJar packaged = DrainJar.packaged();

        assertThat(packaged.file()).hasSameBinaryContentAs(BUILT);
        assertThat(packaged.actions())
                .isEqualTo(DrainJar.read(StandInDrainJar.usual()).actions());
        try (ZipFile jar = new ZipFile(packaged.file().toFile())) {
            assertThat(jar.getEntry("dev/banhmi/drain/DrainHandler.class")).isNotNull();
        }
    }
}
