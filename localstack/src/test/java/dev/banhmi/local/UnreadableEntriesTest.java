package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadableEntriesTest {

    private static final Path ENTRY = Path.of("bucket", "directory");

    private final UnreadableEntries unreadable = new UnreadableEntries();

    /** It would be in the next listing, so one without it is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Too many open files",
                "Too many open files in system",
                "Input/output error",
                "Stale file handle",
                "Cannot allocate memory"
            })
    void leavesNothingOutThatPasses(String reason) {
        IOException failure = new FileSystemException(ENTRY.toString(), null, reason);
        assertThatThrownBy(() -> unreadable.leaveOut(ENTRY, failure)).isSameAs(failure);
    }

    @Test
    void leavesOutWhatTheLauncherMayNotRead() {
        assertThatCode(() -> unreadable.leaveOut(ENTRY, new AccessDeniedException(ENTRY.toString())))
                .doesNotThrowAnyException();
    }
}
