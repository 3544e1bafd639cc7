package dev.banhmi.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds the objects, with one directory in it for each bucket. One process at a time has it. It remembers what it
 * has created, so that a failed start can remove it.
 */
final class DataDirectory {
    /*
     * Whoever locks the file has the directory. Locking must come before anything is created in it, or a process that is refused
     * would remove directories that the other one serves. And because a failed start removes the file, a process can have locked
     * one that no longer has its name, beside another that locks its successor: so each looks whether it is still the same file.
     * It cannot read what it wrote, because POSIX takes the lock away from a process that closes the file once more.
     */

    private static final String LOCK = ".banhmi-lock";

    /** Behind everything that is ever written: what is locked cannot be read on Windows. */
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    /** Each means that another start failed at this moment. */
    private static final int TRIES = 100;

    private final Path root;
    private final Path lockFile;
    private final Deque<Path> made = new ArrayDeque<>();
    private final Deque<Path> madeRoot = new ArrayDeque<>();
    private @Nullable FileChannel lock;

    private DataDirectory(Path root) {
        this.root = root;
        this.lockFile = root.resolve(LOCK);
    }

    /**
     * Takes the directory for this process, creates what is missing and checks that every directory is writable. The operating system
     * gives the directory back when the process ends, however it ends, and before that when what is returned is no longer reachable.
     *
     * @throws LaunchException when that is not possible, or another process has it; then no directory is left behind
     */
    static DataDirectory prepare(Path root, List<String> buckets) {
        DataDirectory directory = new DataDirectory(root);
        try {
            directory.take();
            buckets.forEach(bucket -> directory.require(root.resolve(bucket), directory.made));
            return directory;
        } catch (LaunchException e) {
            directory.undo();
            throw e;
        }
    }

    Path root() {
        return root;
    }

    private void take() {
        for (int i = 1; lock == null; i++) {
            require(root, madeRoot);
            try {
                lock = locked();
            } catch (NoSuchFileException e) {
                if (i == TRIES) {
                    throw unusable(lockFile + " cannot be locked (" + e + ")", e);
                }
            } catch (IOException e) {
                throw unusable(lockFile + " cannot be locked (" + reason(e) + ")", e);
            }
        }
    }

    /**
     * Locks the file.
     *
     * @throws NoSuchFileException when it, or its directory, was removed at the same time
     * @throws LaunchException when it is locked
     */
    private FileChannel locked() throws IOException {
        try {
            Files.createFile(lockFile);
        } catch (FileAlreadyExistsException e) {
            // As after every start but the first.
        }
        Object before = keyOf(lockFile);
        FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            if (channel.tryLock(LOCKED_BYTE, 1, false) == null) {
                throw new LaunchException(inUse());
            }
            if (!Objects.equals(before, keyOf(lockFile))) {
                throw new NoSuchFileException(lockFile.toString());
            }
            channel.truncate(0);
            channel.write(UTF_8.encode(Long.toString(ProcessHandle.current().pid())), 0);
            taken = true;
            return channel;
        } catch (OverlappingFileLockException e) {
            throw new LaunchException(inUse(), e);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private String inUse() {
        return "--data " + root + ": another launcher" + owner()
                + " has this directory; end that one, or --data DIR takes" + " another directory";
    }

    private String owner() {
        try {
            String process = Files.readString(lockFile);
            return process.isEmpty() ? "" : " (process " + process + ")";
        } catch (IOException e) {
            return "";
        }
    }

    /** Removes what was created here and gives the directory back; a directory that is not empty by now stays, with its parents. */
    void undo() {
        try (FileChannel mine = lock) {
            delete(made);
            if (mine != null) {
                Files.delete(lockFile);
            }
            delete(madeRoot);
        } catch (IOException e) {
            // What cannot be removed stays.
        }
    }

    private static void delete(Deque<Path> paths) throws IOException {
        while (!paths.isEmpty()) {
            Files.delete(paths.pop());
        }
    }

    private void require(Path directory, Deque<Path> created) {
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
            make(path, created);
        }
        write(directory);
    }

    private void make(Path directory, Deque<Path> created) {
        try {
            Files.createDirectory(directory);
            created.push(directory);
        } catch (IOException e) {
            if (e instanceof FileAlreadyExistsException && Files.isDirectory(directory)) {
                return;
            }
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
