package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/** What a launcher that was killed has left in its data directory of uploads, and of trials of conditional writes. */
final class LeftUploads {
    /*
     * The store has no other client than this process, which has the directory for itself, so no upload can be running that
     * began before the start. The store keeps an upload as files in its bucket: two stubs and one for each part; and whatever
     * is not whole is a Draft, which has one of their names. Its API shows only uploads that still have their stubs, so files
     * are looked for, by the names that s3proxy gives them and that it refuses for objects (S3ProxyHandler and
     * AbstractNio2BlobStore of 4.1.0, checked 2026-11-30); LauncherUploadsIT makes some and would see other names.
     *
     * A trial writes objects in a place that is reserved: no client sees them or can remove them.
     */

    private static final String RESERVED = ".banhmi";
    private static final String RACES = "races";
    private static final List<String> PREFIXES = List.of(".mpus-", ".s3proxy-mpu-stub-");

    private LeftUploads() {}

    /**
     * Removes it.
     *
     * @param data taken by this process
     * @throws LaunchException if something cannot be removed
     */
    static void remove(DataDirectory data, List<String> buckets) {
        try {
            for (String bucket : buckets) {
                removeFrom(data.root().resolve(bucket));
            }
        } catch (IOException e) {
            throw new LaunchException(
                    "--data " + data.root() + ": what is left of uploads and trials cannot be removed (" + e + ")", e);
        }
    }

    private static void removeFrom(Path bucket) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(bucket, LeftUploads::isLeft)) {
            for (Path entry : entries) {
                Draft.removeTree(entry);
            }
        }
        removeRaces(bucket.resolve(RESERVED));
    }

    private static void removeRaces(Path reserved) throws IOException {
        Path races = reserved.resolve(RACES);
        if (!Files.isDirectory(reserved, LinkOption.NOFOLLOW_LINKS)
                || !Files.exists(races, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Draft.removeTree(races);
        try {
            Files.delete(reserved);
        } catch (DirectoryNotEmptyException e) {
            // Others have something there, too.
        }
    }

    private static boolean isLeft(Path entry) {
        String name = entry.getFileName().toString();
        return PREFIXES.stream().anyMatch(name::startsWith);
    }
}
