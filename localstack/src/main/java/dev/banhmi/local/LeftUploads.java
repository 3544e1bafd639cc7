package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a launcher that was killed has left of uploads in its data directory. */
final class LeftUploads {
    /*
     * The store has no other client than this process, which has the directory for itself, so no upload can be running that
     * began before the start. The store keeps an upload as files in its bucket: two stubs and one for each part; and whatever
     * is not whole is a Draft, which has one of their names. Its API shows only uploads that still have their stubs, so files
     * are looked for, by the names that s3proxy gives them and that it refuses for objects (S3ProxyHandler and
     * AbstractNio2BlobStore of 4.1.0, checked 2026-11-30); LauncherUploadsIT makes some and would see other names.
     */

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
                    "--data " + data.root() + ": what is left of uploads cannot be removed (" + e + ")", e);
        }
    }

    private static void removeFrom(Path bucket) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(bucket, LeftUploads::isLeft)) {
            for (Path entry : entries) {
                Draft.removeTree(entry);
            }
        }
    }

    private static boolean isLeft(Path entry) {
        String name = entry.getFileName().toString();
        return PREFIXES.stream().anyMatch(name::startsWith);
    }
}
