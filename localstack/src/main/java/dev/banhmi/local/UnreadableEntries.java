package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What listings leave out because the launcher cannot read it. The log has one line for each. Thread-safe. */
final class UnreadableEntries {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableEntries.class);

    private final Set<Path> told = ConcurrentHashMap.newKeySet();

    /** Keeps it in the log. */
    void leaveOut(Path entry, IOException reason) {
        if (told.add(entry)) {
            LOG.warn("{} cannot be read ({}): no listing has it, or what is in it", entry, reason.toString());
        }
    }
}
