package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What listings leave out because the launcher may not read it. The log has one line for each, and no more than there is. Thread-safe. */
final class UnreadableEntries {

    private static final Logger LOG = LoggerFactory.getLogger(UnreadableEntries.class);

    /** Of a path that was made from within its directory: as a key it would be longer than any. */
    private static final List<String> TOO_LONG = List.of("File name too long");

    /** That the log names. */
    private static final int MOST = 1_000;

    private final Set<Path> told = new HashSet<>();
    private boolean toldOfMore;

    /**
     * Keeps it in the log; where it cannot even be seen, the directory that hides it.
     *
     * @throws IOException the reason, where that is no property of the entry, as when too many files are open: the next listing would
     *     have it, so one without it is wrong
     */
    void leaveOut(Path entry, IOException reason) throws IOException {
        boolean isDenied = FilePermissions.isDenied(reason);
        if (!isDenied && !FilePermissions.isBecauseOf(reason, TOO_LONG)) {
            throw reason;
        }
        Path closed = isDenied ? closed(entry) : entry;
        if (isNews(closed)) {
            LOG.warn("{} cannot be read ({}): no listing has it, or what is in it", closed, reason.toString());
        }
    }

    /** The same of an entry that was there when its directory was read; one that is gone, or no longer in a directory, is none. */
    void leaveOutUnlessGone(Path entry, IOException reason) throws IOException {
        if (!FilePermissions.isGone(reason)) {
            leaveOut(entry, reason);
        }
    }

    /** Keeps in the log that the name of an entry is no text. */
    void leaveOutNameless(Path entry) {
        if (isNews(entry)) {
            LOG.warn(
                    "{}: its name is no text in this system's encoding of file names ({}): no listing has it, or what is in it",
                    entry,
                    FileNames.encoding());
        }
    }

    /** If it can no longer be read some time, the log says so again. */
    synchronized void couldBeRead(Path directory) {
        told.remove(directory);
    }

    private static Path closed(Path entry) {
        Path closed = entry;
        while (closed.getParent() != null && !isSeen(closed)) {
            closed = closed.getParent();
        }
        return closed;
    }

    private static boolean isSeen(Path entry) {
        try {
            Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private synchronized boolean isNews(Path entry) {
        if (told.contains(entry)) {
            return false;
        }
        if (told.size() < MOST) {
            return told.add(entry);
        }
        if (!toldOfMore) {
            toldOfMore = true;
            LOG.warn("more than {} files and directories cannot be read: the others are not named", MOST);
        }
        return false;
    }
}
