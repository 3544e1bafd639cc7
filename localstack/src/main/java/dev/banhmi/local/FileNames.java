package dev.banhmi.local;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** What the names of files can be made of in this process. */
final class FileNames {
    /*
     * Java takes it from the locale when it starts (the property sun.jnu.encoding), and nothing can change it later; that of a
     * process without LANG, as in containers, under systemd and cron, is ASCII. On macOS it is always UTF-8.
     */

    /** A character that no encoding has which is not one of all characters. */
    private static final String RARE = "\uD83E\uDD56";

    private FileNames() {}

    /** The encoding's name. */
    static String encoding() {
        return System.getProperty("sun.jnu.encoding", "unknown");
    }

    /** What a user has to know of it; empty where files can have all names. */
    static Optional<String> warning() {
        try {
            Path _ = Path.of(RARE);
            return Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.of("File names here are " + encoding()
                    + ", by the locale (LC_ALL, LC_CTYPE, LANG): in buckets with key-layout plain, names with other"
                    + " characters are refused, and files with such names are not listed. With LC_ALL=C.UTF-8 in the"
                    + " environment, names can have every character.");
        }
    }
}
