package dev.banhmi.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds the objects, with one directory in it for each bucket. It remembers which directories it has created, so that a
 * failed start can remove them.
 */
final class DataDirectory {

    private static final String LOCK = ".banhmi-lock";

    private final Path root;
    private final Deque<Path> made = new ArrayDeque<>();
    private @Nullable FileLock lock;

    private DataDirectory(Path root) {
        this.root = root;
    }

    /**
     * Creates what is missing and checks that every directory is writable.
     *
     * @throws LaunchException when that is not possible; then no directory is left behind
     */
    static DataDirectory prepare(Path root, List<String> buckets) {
        DataDirectory directory = new DataDirectory(root);
        try {
            directory.require(root);
            buckets.forEach(bucket -> directory.require(root.resolve(bucket)));
            return directory;
        } catch (LaunchException e) {
            directory.undo();
            throw e;
        }
    }

    Path root() {
        return root;
    }

    /**
     * Tries to take the directory for this process. The operating system gives it back when the process ends, however it ends, and before
     * that when this object is no longer reachable.
     *
     * @return false when another process has it
     * @throws LaunchException when there cannot be a lock
     */
    boolean take() {
        Path file = root.resolve(LOCK);
        boolean exists = Files.exists(file);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!exists) {
                made.push(file);
            }
            lock = channel.tryLock();
            if (lock == null) {
                channel.close();
            }
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (IOException e) {
            throw unusable(file + " cannot be locked (" + reason(e) + ")", e);
        }
    }

    /** Removes the directories that were created here; one that is not empty by now stays, with its parents. */
    void undo() {
        while (!made.isEmpty()) {
            try {
                Files.delete(made.pop());
            } catch (IOException e) {
                return;
            }
        }
    }

    private void require(Path directory) {
        Deque<Path> missing = new ArrayDeque<>();
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            missing.push(existing);
            existing = existing.getParent();
        }
        if (existing != null && !Files.isDirectory(existing)) {
            throw unusable(existing + " is not a directory");
        }
        for (Path path : missing) {
            make(path);
        }
        write(directory);
    }

    private void make(Path directory) {
        try {
            Files.createDirectory(directory);
            made.push(directory);
        } catch (IOException e) {
            throw unusable(directory + " cannot be created (" + reason(e) + ")", e);
        }
    }

    /** Only the file system knows what root may do, which mounts are read-only and what a quota leaves: so a file is written. */
    private void write(Path directory) {
        try {
            Files.delete(Files.createTempFile(directory, ".banhmi-", ".probe"));
        } catch (IOException e) {
            throw unusable(directory + " cannot be written to (" + reason(e) + ")", e);
        }
    }

    private LaunchException unusable(String problem) {
        return new LaunchException("--data " + root + ": " + problem + "; --data DIR takes another directory");
    }

    private LaunchException unusable(String problem, IOException cause) {
        return new LaunchException("--data " + root + ": " + problem + "; --data DIR takes another directory", cause);
    }

    private static String reason(IOException failure) {
        return switch (failure) {
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "a file is in the way";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            case FileSystemException _ -> "the file system does not allow it";
            default -> failure.toString();
        };
    }
}
