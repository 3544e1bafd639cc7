package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class UnreadableEntriesTest extends StoreContract {

    private final UnreadableEntries unreadable = new UnreadableEntries();
    private final Logger log = (Logger) LoggerFactory.getLogger(UnreadableEntries.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void readTheLog() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void leaveTheLog() {
        log.detachAppender(lines);
    }

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
        Path entry = data.resolve("directory");
        IOException failure = new FileSystemException(entry.toString(), null, reason);
        assertThatThrownBy(() -> unreadable.leaveOut(entry, failure)).isSameAs(failure);
        assertThat(named()).isEmpty();
    }

    /** Whose directory became a file between two looks. */
    @Test
    void leavesNothingOutThatIsGone() throws Exception {
        Path entry = data.resolve("directory/entry");
        unreadable.leaveOutUnlessGone(entry, new FileSystemException(entry.toString(), null, "Not a directory"));
        unreadable.leaveOutUnlessGone(entry, new NoSuchFileException(entry.toString()));
        assertThat(named()).isEmpty();
        Path below = Files.writeString(data.resolve("file"), "x").resolve("entry");
        assertThat(ObjectFile.version(below)).isNull();
    }

    @Test
    void namesOnceWhatTheLauncherMayNotRead() throws Exception {
        Path closed = data.resolve(BUCKET);
        leaveOut(closed);
        leaveOut(closed);
        assertThat(named()).singleElement().asString().startsWith(closed + " cannot be read");
        unreadable.couldBeRead(closed);
        leaveOut(closed);
        assertThat(named()).as("after it could be read in between").hasSize(2);
    }

    /** Clients choose prefixes. */
    @Test
    void namesTheDirectoryThatIsClosedForWhateverWouldBeInIt() throws Exception {
        Path closed = data.resolve(BUCKET);
        leaveOut(closed.resolve("one"));
        leaveOut(closed.resolve("two/below"));
        assertThat(named()).singleElement().asString().startsWith(closed + " cannot be read");
    }

    @Test
    void namesNothingForAPrefixThatNoFileCanHave() {
        for (int i = 0; i < 3; i++) {
            assertThat(listed("p".repeat(250) + i + "-xxxxxx/", 10)).isEmpty();
            assertThat(listed("a/" + "\u00F1".repeat(128) + "/" + i + "/", 10)).isEmpty();
        }
        assertThat(named()).isEmpty();
    }

    @Test
    void namesNoMoreThanAThousand() {
        for (int i = 0; i < 1_100; i++) {
            unreadable.leaveOutNameless(data.resolve("file" + i));
        }
        assertThat(named()).hasSize(1_000);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .filteredOn(line -> line.startsWith("more than 1000 "))
                .hasSize(1);
    }

    private void leaveOut(Path entry) throws IOException {
        unreadable.leaveOut(entry, new AccessDeniedException(entry.toString()));
    }

    /** Of this test's files: others write to the same logger. */
    private List<String> named() {
        return lines.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(data.toString()))
                .toList();
    }
}
