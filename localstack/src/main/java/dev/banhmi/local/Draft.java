package dev.banhmi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Where an object is written until it is whole: a directory of its own inside the bucket's, so on the same file system. No listing
 * shows it, and no client can write to it. {@link LeftUploads} removes those of a process that was killed.
 */
final class Draft implements AutoCloseable {
    /*
     * s3proxy 4.1.0 writes to "<key>-<random UUID>" beside the object and lists that as any other file
     * (https://github.com/gaul/s3proxy, AbstractNio2BlobStore.putBlob, checked 2026-11-30). It hides and refuses what begins
     * with ".mpus-", and takes a path below a bucket for a bucket.
     */

    private static final String DRAFTS = ".mpus-drafts";

    private static final int TRIES = 100;

    private final Path directory;
    private final String container;

    private Draft(Path directory, String container) {
        this.directory = directory;
        this.container = container;
    }

    /**
     * Creates one.
     *
     * @param data with a directory for each bucket
     * @param bucket that exists
     */
    static Draft in(Path data, String bucket) {
        String container = bucket + "/" + DRAFTS + "/" + UUID.randomUUID();
        try {
            return new Draft(Files.createDirectories(data.resolve(container)), container);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes the directory of drafts, which would keep an empty bucket from being deleted. */
    static void forget(Path data, String bucket) throws IOException {
        Files.deleteIfExists(data.resolve(bucket).resolve(DRAFTS));
    }

    /** What s3proxy takes for the bucket. */
    String container() {
        return container;
    }

    /** Where its files are. */
    Path directory() {
        return directory;
    }

    /** The file of the object that is written under this key here. */
    Path file(String key) {
        return directory.resolve(key).normalize();
    }

    /** Gives a file a second name here; where the file system has no such thing, it is copied. */
    void add(String key, Path file) {
        try {
            try {
                link(key, file);
            } catch (FileSystemException | UnsupportedOperationException e) {
                Files.copy(file, file(key), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives a file a second name here.
     *
     * @throws FileSystemException where there is no such file, or it can have no second name
     * @throws UnsupportedOperationException where no file can have one
     */
    void link(String key, Path file) throws IOException {
        Path target = file(key);
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        Files.createLink(target, file);
    }

    /**
     * Moves the object that is written here to where it is visible, in place of the version that is there.
     *
     * @throws S3Exception with status 400 when another object has taken the place meanwhile
     */
    void publish(ObjectFile object) {
        try {
            move(file(object.key()), object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives a file another name, in place of what is there. Tries again where somebody else removes the directory, which becomes
     * empty when the last object in it is deleted, or the object that was in the way.
     */
    private static void move(Path file, ObjectFile object) throws IOException {
        Path target = object.path();
        for (int i = 1; ; i++) {
            try {
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return;
            } catch (FileSystemException e) {
                object.requirePlace();
                if (i == TRIES || !Files.exists(file)) {
                    throw e;
                }
            }
        }
    }

    /** Removes what has not been published. */
    @Override
    public void close() {
        try {
            removeTree(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A key with a slash makes a directory. Links are removed and not followed. */
    static void removeTree(Path entry) throws IOException {
        Files.walkFileTree(entry, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
