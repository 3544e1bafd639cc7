package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void makesADirectoryForEachBucketAndLeavesNothingElse() throws IOException {
        DataDirectory.prepare(directory.resolve("a/b"), List.of("demo", "other"));
        assertThat(listed(directory.resolve("a/b"))).containsExactlyInAnyOrder("demo", "other");
        assertThat(directory.resolve("a/b/demo")).isEmptyDirectory();
    }

    @Test
    void keepsWhatIsThereAlready() throws IOException {
        Path object = Files.writeString(
                Files.createDirectories(directory.resolve("demo")).resolve("object"), "bytes");
        DataDirectory.prepare(directory, List.of("demo")).undo();
        assertThat(object).hasContent("bytes");
    }

    @Test
    void takesBackWhatItMadeAndNoMore() throws IOException {
        Files.createDirectories(directory.resolve("a/old"));
        DataDirectory.prepare(directory.resolve("a/b/c"), List.of("demo", "other"))
                .undo();
        assertThat(listed(directory)).containsExactly("a");
        assertThat(listed(directory.resolve("a"))).containsExactly("old");
    }

    @Test
    void keepsADirectoryThatWasFilledMeanwhile() throws IOException {
        DataDirectory data = DataDirectory.prepare(directory.resolve("a"), List.of("demo"));
        Path object = Files.writeString(directory.resolve("a/demo/object"), "bytes");
        data.undo();
        assertThat(object).hasContent("bytes");
    }

    @Test
    void namesTheFileInTheWayOfABucketAndLeavesNoOtherBucket() throws IOException {
        Path file = Files.writeString(directory.resolve("other"), "in the way");
        assertThatThrownBy(() -> DataDirectory.prepare(directory, List.of("demo", "other")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("--data " + directory + ": " + file
                        + " is not a directory; --data DIR takes another directory");
        assertThat(listed(directory)).containsExactly("other");
    }

    @Test
    void namesTheLinkThatLeadsNowhere() throws IOException {
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nothing"));
        assertThatThrownBy(() -> DataDirectory.prepare(link, List.of("demo")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(link + " cannot be created (a file is in the way)");
    }

    /** Holds for root, too, which may write where the permissions say otherwise. */
    @Test
    void saysThatAFileSystemAllowsNoDirectories() {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "this is no Linux");
        assertThatThrownBy(() -> DataDirectory.prepare(Path.of("/proc/banhmi"), List.of("demo")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--data /proc/banhmi: /proc/banhmi cannot be created (");
        assertThatThrownBy(() -> DataDirectory.prepare(Path.of("/proc"), List.of("demo")))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--data /proc: /proc cannot be written to (");
    }

    private static List<String> listed(Path directory) throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
