package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What listings have of the directories of a bucket.
 *
 * @param unreadable what they have left out
 */
record ListedEntries(UnreadableEntries unreadable) {

    private static final List<String> HIDDEN = List.of(".mpus-", ".s3proxy-slash", ".s3proxy-versions");

    /** What Java makes of a byte that is no character in the system's encoding of file names. */
    private static final char NO_CHARACTER = '\uFFFD';

    /** Whether it is the store's own. */
    static boolean isHidden(String name) {
        String segment = name.substring(name.lastIndexOf('/') + 1);
        return HIDDEN.stream().anyMatch(segment::startsWith);
    }

    /** Whether its name, as text, leads back to it. Bytes that are no text here would make a name of which there can be several. */
    boolean hasAName(Path directory, Path entry) {
        String name = entry.getFileName().toString();
        if (name.indexOf(NO_CHARACTER) < 0) {
            return true;
        }
        try {
            if (directory.resolve(name).equals(entry)) {
                return true;
            }
        } catch (InvalidPathException e) {
            // Nor is there such a character here.
        }
        unreadable.leaveOutNameless(entry);
        return false;
    }

    /**
     * Whether a listing has anything in a directory.
     *
     * @throws IOException when that cannot be told for another reason than a permission
     */
    boolean holdsAnObject(Path directory) throws IOException {
        List<Path> directories = new ArrayList<>();
        try {
            if (ObjectFile.version(directory) != null) {
                return true;
            }
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (isHidden(entry.getFileName().toString()) || !hasAName(directory, entry)) {
                        continue;
                    }
                    BasicFileAttributes attributes = attributes(entry);
                    if (attributes != null && attributes.isRegularFile()) {
                        return true;
                    }
                    if (attributes != null && attributes.isDirectory()) {
                        directories.add(entry);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        } catch (IOException e) {
            unreadable.leaveOutUnlessGone(directory, e);
        }
        for (Path each : directories) {
            if (holdsAnObject(each)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable BasicFileAttributes attributes(Path entry) throws IOException {
        try {
            return Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            if (FilePermissions.isGone(e)) {
                return null;
            }
            throw e;
        }
    }
}
