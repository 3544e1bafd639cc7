package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void makesADirectoryForEachBucketAndTheLock() throws IOException {
        DataDirectory.prepare(directory.resolve("a/b"), List.of("demo", "other"));
        assertThat(listed(directory.resolve("a/b"))).containsExactlyInAnyOrder("demo", "other", ".banhmi-lock");
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
    void refusesADirectoryThatIsTakenAndChangesNothingThere() throws IOException {
        Path root = directory.resolve("a");
        DataDirectory first = DataDirectory.prepare(root, List.of("demo"));
        assertThatThrownBy(() -> DataDirectory.prepare(root, List.of("demo", "other")))
                .isInstanceOf(LaunchException.class)
                .hasMessage("--data " + root + ": another launcher (process "
                        + ProcessHandle.current().pid()
                        + ") has this directory; end that one, or --data DIR takes another directory");
        assertThat(listed(root)).containsExactlyInAnyOrder("demo", ".banhmi-lock");
        first.undo();
        DataDirectory.prepare(root, List.of("other")).undo();
        assertThat(directory).isEmptyDirectory();
    }

    /** Each removes the file that the others wait for. */
    @Test
    void isGivenToOneOfManyThatStartAndFailAtOnce() throws Exception {
        Path root = directory.resolve("a");
        AtomicInteger owners = new AtomicInteger();
        AtomicInteger starts = new AtomicInteger();
        List<Callable<Boolean>> launchers = Collections.nCopies(8, () -> {
            while (starts.get() < 40) {
                try {
                    DataDirectory data = DataDirectory.prepare(root, List.of("demo"));
                    assertThat(owners.incrementAndGet()).as("owners at a time").isEqualTo(1);
                    assertThat(root.resolve("demo")).isDirectory();
                    starts.incrementAndGet();
                    owners.decrementAndGet();
                    data.undo();
                } catch (LaunchException e) {
                    assertThat(e).hasMessageStartingWith("--data " + root + ": ");
                }
            }
            return true;
        });
        try (ExecutorService threads = Executors.newFixedThreadPool(launchers.size())) {
            for (Future<Boolean> launcher : threads.invokeAll(launchers)) {
                assertThat(launcher.get()).isTrue();
            }
        }
        if (Files.exists(root)) {
            assertThat(root).isEmptyDirectory();
        }
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
