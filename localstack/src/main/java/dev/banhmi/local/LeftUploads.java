package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a launcher that was killed has left of uploads in its data directory. */
final class LeftUploads {
    /*
     * The store has no other client than this process, so while nobody else has the lock, no upload can be running that began before the
     * start. It keeps an upload as files beside the objects: two stubs and one for each part, and whatever it writes has another name
     * until it is whole. Its API shows only uploads that still have their stubs, so files are looked for, by the names that s3proxy gives
     * them (S3ProxyHandler and AbstractNio2BlobStore of 4.1.0, checked 2026-11-30); LauncherUploadsIT makes some and would see other names.
     */

    private static final List<String> PREFIXES = List.of(".mpus-", ".s3proxy-mpu-stub-");

    /** An object that was being written: its key, which is a SHA-224 in the launcher's buckets, and a random UUID. */
    private static final Pattern UNFINISHED = Pattern.compile("[0-9a-f]{56}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private LeftUploads() {}

    /**
     * Removes it, unless another launcher runs on the same directory, whose uploads it may be.
     *
     * @throws LaunchException if something cannot be removed
     */
    static void remove(DataDirectory data, List<String> buckets) {
        if (!data.take()) {
            return;
        }
        try {
            for (String bucket : buckets) {
                removeFrom(data.root().resolve(bucket));
            }
        } catch (IOException e) {
            throw new LaunchException(
                    "--data " + data.root() + ": what is left of uploads cannot be removed (" + e + ")", e);
        }
    }

    private static void removeFrom(Path bucket) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(bucket, LeftUploads::isLeft)) {
            for (Path entry : entries) {
                removeTree(entry);
            }
        }
    }

    private static boolean isLeft(Path entry) {
        String name = entry.getFileName().toString();
        return PREFIXES.stream().anyMatch(name::startsWith)
                || UNFINISHED.matcher(name).matches();
    }

    /** A key with a slash makes a directory. Links are removed and not followed. */
    private static void removeTree(Path entry) throws IOException {
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
