package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By the names of files; LauncherUploadsIT kills a launcher that has made them. */
class LeftUploadsTest {

    private static final String UUID = "0b6b4bd5-92e4-4c8c-8b1f-5d5a4b1d7f10";
    private static final String HASH = "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f";

    @TempDir
    private Path directory;

    @Test
    void removesPartsStubsAndObjectsThatWereBeingWritten() throws IOException {
        DataDirectory data = DataDirectory.prepare(directory, List.of("demo"));
        Path bucket = directory.resolve("demo");
        write(bucket.resolve(".s3proxy-mpu-stub-" + UUID));
        write(bucket.resolve(".mpus-" + UUID + "-" + HASH + "-stub"));
        write(bucket.resolve(".mpus-" + UUID + "-" + HASH + "-1"));
        write(bucket.resolve(".mpus-" + UUID + "-" + HASH + "-2-" + UUID));
        write(bucket.resolve(".mpus-" + UUID + "-a").resolve("b-1"));
        write(bucket.resolve(".mpus-drafts").resolve(UUID).resolve("reports/big.bin-" + UUID));

        LeftUploads.remove(data, List.of("demo"));

        assertThat(bucket).isEmptyDirectory();
    }

    /** No client can remove it. */
    @Test
    void removesTheObjectOfATrialOfConditionalWrites() throws IOException {
        DataDirectory data = DataDirectory.prepare(directory, List.of("demo"));
        write(directory.resolve("demo").resolve(".banhmi/races").resolve(UUID));

        LeftUploads.remove(data, List.of("demo"));

        assertThat(directory.resolve("demo")).isEmptyDirectory();
    }

    @Test
    void keepsWhatElseIsReserved() throws IOException {
        DataDirectory data = DataDirectory.prepare(directory, List.of("demo"));
        Path reserved = directory.resolve("demo").resolve(".banhmi");
        Path kept = write(reserved.resolve("uploads").resolve(UUID));
        write(reserved.resolve("races").resolve(UUID));

        LeftUploads.remove(data, List.of("demo"));

        assertThat(kept).exists();
        assertThat(reserved.resolve("races")).doesNotExist();
    }

    @Test
    void keepsObjectsAndWhatIsNotServed() throws IOException {
        DataDirectory data = DataDirectory.prepare(directory, List.of("demo"));
        Path outside = write(directory.resolve("outside"));
        List<Path> kept = List.of(
                outside,
                write(directory.resolve("demo").resolve(HASH)),
                write(directory.resolve("demo").resolve("report-" + UUID)),
                write(directory.resolve("demo").resolve(HASH + "-" + UUID)),
                write(directory.resolve("demo").resolve(".s3proxy-slash")),
                write(directory.resolve("demo").resolve("a").resolve(".mpus-" + UUID + "-x-1")),
                write(directory.resolve("elsewhere").resolve(".mpus-" + UUID + "-x-1")));
        Files.createSymbolicLink(directory.resolve("demo").resolve(".mpus-" + UUID + "-link"), outside);

        LeftUploads.remove(data, List.of("demo"));

        assertThat(kept).allMatch(Files::exists);
        assertThat(directory.resolve("demo").resolve(".mpus-" + UUID + "-link")).doesNotExist();
    }

    private static Path write(Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, "bytes");
    }
}
