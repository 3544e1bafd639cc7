package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** With real permissions, which root does not feel: {@code LauncherObjectsIT}. */
class FilePermissionsTest extends StoreContract {

    @ParameterizedTest
    @MethodSource("missing")
    void refusesWhatThePermissionsDoNotAllow(RuntimeException failure) {
        assertThatThrownBy(() -> FilePermissions.use(() -> {
                    throw failure;
                }))
                .satisfies(failed(403))
                .hasMessageContaining("no permission for the/file");
    }

    /** The words of Java, Linux and macOS. */
    static Stream<RuntimeException> missing() {
        return Stream.of(
                new RuntimeException(new AccessDeniedException("the/file")),
                new UncheckedIOException(new FileSystemException("the/file", null, "Operation not permitted")),
                new UncheckedIOException(new FileSystemException("the/file", "other", "Read-only file system")));
    }

    @Test
    void handsOnWhateverElseFails() {
        RuntimeException failure = new UncheckedIOException(new IOException("Input/output error"));
        assertThatThrownBy(() -> FilePermissions.use(() -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(FilePermissions.use(() -> "done")).isEqualTo("done");
    }
}
