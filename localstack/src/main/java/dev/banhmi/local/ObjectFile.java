package dev.banhmi.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The file of an object. A name is a path, so there are fewer of them than in S3: what does not fit is refused with status 400 and the
 * reason, before anything is written.
 *
 * @param data with a directory for each bucket
 * @param bucket of the object
 * @param key of the object
 */
record ObjectFile(Path data, String bucket, String key) {
    /*
     * s3proxy 4.1.0 takes "x/" for the file of x, and keeps no bytes under a name that ends with a slash (AbstractNio2BlobStore,
     * checked 2026-11-30).
     */

    /** Of the name of a file, in bytes. */
    private static final int LONGEST_SEGMENT = 255;

    /** What s3proxy appends while it writes: a hyphen and a UUID. */
    private static final int DRAFT_SUFFIX = 37;

    /** What the files of an upload have in front, {@code .mpus-<uuid>-}, and behind, {@code -10000}. */
    private static final int UPLOAD_PREFIX = 43;

    private static final int PART_SUFFIX = 6;

    /** No segment of a client's name begins with these: s3proxy passes over some of them in listings, at any depth. */
    private static final List<String> OF_THE_STORE = List.of(".mpus-", ".s3proxy-");

    /** What s3proxy refuses, or makes something else of; the other names of its own are those of objects that it writes itself. */
    private static final List<String> OF_S3PROXY = List.of(".mpus-", ".s3proxy-slash", ".s3proxy-versions");

    /** The attribute in which s3proxy keeps the version: sixteen bytes are an MD5, more are the text itself. */
    private static final String VERSION = "user.content-md5";

    private static final int MD5_BYTES = 16;

    /**
     * Of a file system without attributes, a file that was replaced between two looks, or by a link, and one whose path is too long
     * for a key.
     */
    private static final List<String> WITHOUT_VERSION = List.of(
            "not supported",
            "No data available",
            "Insufficient space in buffer",
            "Attribute not found",
            "symbolic link",
            "File name too long");

    /** S3's of an object without bytes, and the one that listings have. */
    static final String VERSION_OF_A_DIRECTORY = "\"d41d8cd98f00b204e9800998ecf8427e\"";

    /** The directory of the bucket. */
    Path directory() {
        return data.resolve(bucket).normalize();
    }

    /** Where the object is, if {@link #isOwn}. */
    Path path() {
        return directory().resolve(key).normalize();
    }

    /** Whether the object has a file of its own: not if the name ends with a slash, or s3proxy refuses it. */
    boolean isOwn() {
        Path directory = directory();
        Path file = path();
        return !key.endsWith("/")
                && !file.equals(directory)
                && file.startsWith(directory)
                && OF_S3PROXY.stream().noneMatch(directory.relativize(file).toString()::startsWith)
                && OF_S3PROXY.stream().noneMatch(key::startsWith);
    }

    /**
     * Whether there can be no object of this name now: its path goes through what is no directory, as the file of another object, or
     * ends at what is neither that nor a file. Links are not followed: they could lead anywhere, to themselves too.
     */
    boolean isTaken() {
        return isBelowAFile() || isOther(directory().resolve(key));
    }

    /** Whether the path of the name goes through what is no directory, or ends there with a slash. */
    boolean isBelowAFile() {
        Path directory = directory();
        for (int slash = key.indexOf('/', 1); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            Path above = directory.resolve(key.substring(0, slash));
            if (Files.isRegularFile(above, LinkOption.NOFOLLOW_LINKS) || isOther(above)) {
                return true;
            }
        }
        return false;
    }

    /** Whether this is neither a file nor a directory: a link, a FIFO, a socket, a device. To open one could take for ever. */
    private static boolean isOther(Path path) {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return !attributes.isRegularFile() && !attributes.isDirectory();
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Reads the version of a file, or of a directory that was written as an object.
     *
     * @return null if it has none, or the launcher may not read it, or the file is gone
     * @throws IOException when that cannot be told, as when too many files are open
     */
    static @Nullable String version(Path file) throws IOException {
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        try {
            if (view == null || !view.list().contains(VERSION)) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.allocate(view.size(VERSION));
            // The file may have been replaced since its size was read.
            int length = view.read(VERSION, bytes);
            return length == MD5_BYTES
                    ? HexFormat.of().formatHex(bytes.array(), 0, length)
                    : new String(bytes.array(), 0, length, StandardCharsets.US_ASCII);
        } catch (UnsupportedOperationException e) {
            return null;
        } catch (IOException e) {
            if (FilePermissions.isGone(e)
                    || FilePermissions.isDenied(e)
                    || FilePermissions.isBecauseOf(e, WITHOUT_VERSION)) {
                return null;
            }
            throw e;
        }
    }

    /** Completes what s3proxy says of a directory, which there has no version. */
    HeadObjectResponse withVersion(HeadObjectResponse head) {
        return key.endsWith("/") && head.eTag() == null
                ? head.toBuilder().eTag(VERSION_OF_A_DIRECTORY).build()
                : head;
    }

    /**
     * Gives the file a version if it has none, in the form of an upload's in parts, which nobody takes for a digest.
     *
     * @return false if there is no such file, or it can have none
     */
    boolean adopt() {
        try {
            UserDefinedFileAttributeView view =
                    Files.getFileAttributeView(path(), UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
            if (view == null || !Files.isRegularFile(path(), LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            if (!view.list().contains(VERSION)) {
                String version = UUID.randomUUID().toString().replace("-", "") + "-1";
                view.write(VERSION, StandardCharsets.US_ASCII.encode(version));
            }
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Checks what the name alone shows.
     *
     * @throws S3Exception with status 400 when no file can have it
     */
    void requirePath() {
        Path directory = directory();
        for (String segment : segments()) {
            if (OF_THE_STORE.stream().anyMatch(segment::startsWith)) {
                throw Refusal.INVALID_NAME.because(
                        "Segments of a name that start with .mpus- or .s3proxy- are the store's own.");
            }
            if (segment.isEmpty()) {
                throw Refusal.INVALID_NAME.because("A name with an empty segment, as a//b or /a, has no file.");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw Refusal.INVALID_NAME.because("A name with the segment . or .. has no file.");
            }
            requireBytes(segment, LONGEST_SEGMENT);
        }
        try {
            Path _ = directory.resolve(key);
        } catch (InvalidPathException e) {
            throw Refusal.INVALID_NAME.because("This system's file names cannot have all of its characters.");
        }
    }

    /**
     * Checks that the object can be written here, next to those that are there.
     *
     * @param length bytes; null when unknown
     * @throws S3Exception with status 400
     */
    void requireRoom(@Nullable Long length) {
        requireShortSegments(0, DRAFT_SUFFIX);
        requirePlace(length != null && length == 0);
    }

    /**
     * Checks that the object can be written here in parts, next to those that are there.
     *
     * @throws S3Exception with status 400
     */
    void requireRoomInParts() {
        requireShortSegments(UPLOAD_PREFIX, DRAFT_SUFFIX + PART_SUFFIX);
        requirePlace(false);
    }

    private void requireShortSegments(int inFrontOfTheFirst, int behindTheLast) {
        String[] segments = segments();
        for (int i = 0; i < segments.length; i++) {
            int front = i == 0 ? inFrontOfTheFirst : 0;
            int behind = i < segments.length - 1 ? 0 : behindTheLast;
            requireBytes(segments[i], LONGEST_SEGMENT - front - behind);
        }
    }

    private void requirePlace(boolean isEmpty) {
        if (key.endsWith("/") && !isEmpty) {
            throw Refusal.INVALID_NAME.because("A name that ends with / is a directory, which has no bytes.");
        }
        requirePlace();
    }

    /**
     * Checks that no other object has the place, and nothing else that is neither a file nor a directory.
     *
     * @throws S3Exception with status 400
     */
    void requirePlace() {
        if (isBelowAFile()) {
            throw Refusal.BELOW_AN_OBJECT.because(
                    "Part of the name is an object, or another file that is no directory, so nothing can be below it.");
        }
        if (isTaken()) {
            throw Refusal.INVALID_NAME.because(
                    "In the data directory, the name is a link or a special file, which is no object and is not replaced.");
        }
        if (!key.endsWith("/") && Files.isDirectory(directory().resolve(key))) {
            throw Refusal.IS_A_DIRECTORY.because("The name is a directory, because others are below it.");
        }
    }

    /** Without the empty one behind a slash at the end. */
    private String[] segments() {
        return (key.endsWith("/") ? key.substring(0, key.length() - 1) : key).split("/", -1);
    }

    /** Whether a segment of a name is longer than the name of any file. */
    static boolean isTooLong(String segment) {
        return bytes(segment) > LONGEST_SEGMENT;
    }

    private static int bytes(String segment) {
        return segment.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void requireBytes(String segment, int most) {
        if (bytes(segment) > most) {
            throw Refusal.NAME_TOO_LONG.because("A segment of the name may have at most " + most + " bytes here.");
        }
    }
}
