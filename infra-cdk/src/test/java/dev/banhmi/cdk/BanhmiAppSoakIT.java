package dev.banhmi.cdk;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link BanhmiAppIT} shows of the packaged jar for production, for development. */
@Tag("soak")
class BanhmiAppSoakIT {

    @Test
    void writesTheSameBytesInTwoProcessesWhateverTheCommandLineSaysAboutMetadata(@TempDir Path root)
            throws IOException, InterruptedException {
        PackagedApp.inRepository(root).assertSameBytesInTwoProcesses("dev");
    }
}
