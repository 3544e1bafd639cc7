package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What listings leave out because the launcher may not read it. The log has one line for each. Thread-safe. */
final class UnreadableEntries {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableEntries.class);

    /** Of a path that was made from within its directory: as a key it would be longer than any. */
    private static final List<String> TOO_LONG = List.of("File name too long");

    private final Set<Path> told = ConcurrentHashMap.newKeySet();

    /**
     * Keeps it in the log.
     *
     * @throws IOException the reason, where that is no property of the entry, as when too many files are open: the next listing would
     *     have it, so one without it is wrong
     */
    void leaveOut(Path entry, IOException reason) throws IOException {
        if (!FilePermissions.isDenied(reason) && !FilePermissions.isBecauseOf(reason, TOO_LONG)) {
            throw reason;
        }
        if (told.add(entry)) {
            LOG.warn("{} cannot be read ({}): no listing has it, or what is in it", entry, reason.toString());
        }
    }

    /** Keeps in the log that the name of an entry is no text. */
    void leaveOutNameless(Path entry) {
        if (told.add(entry)) {
            LOG.warn(
                    "{}: its name is no text in this system's encoding of file names ({}): no listing has it, or what is in it",
                    entry,
                    FileNames.encoding());
        }
    }
}
