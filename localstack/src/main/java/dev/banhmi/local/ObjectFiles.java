package dev.banhmi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a file can hold of an object, which is less than S3 does: a name is a path, and metadata are extended attributes of the file.
 * Whatever does not fit is refused with status 400 and the reason, before anything is written.
 */
final class ObjectFiles {
    /*
     * s3proxy 4.1.0 takes "x/" for the file of x, writes the bytes of neither when asked to, and ignores it when the file system
     * refuses an attribute (AbstractNio2BlobStore, checked 2026-11-30). The codes are S3's, and MinIO's where S3 has none
     * (https://github.com/minio/minio/blob/master/cmd/api-errors.go): so other clients know them too.
     */

    /** Of the name of a file, in bytes. */
    private static final int LONGEST_SEGMENT = 255;

    /** What s3proxy appends while it writes: a hyphen and a UUID. */
    private static final int DRAFT_SUFFIX = 37;

    /** What the files of an upload have in front, {@code .mpus-<uuid>-}, and behind, {@code -10000}. */
    private static final int UPLOAD_PREFIX = 43;

    private static final int PART_SUFFIX = 6;

    /** For these every file system that has extended attributes has room; more is tried out. */
    private static final int CERTAIN_BYTES = 1024;

    private static final int CERTAIN_NAME = 200;

    /** What a file system may need for an attribute besides its name and value. */
    private static final int ENTRY_BYTES = 24;

    /** S3's version of an object in parts, the longest. */
    private static final int LONGEST_VERSION = 40;

    private static final List<String> OF_THE_STORE = List.of(".mpus-", ".s3proxy-");

    private ObjectFiles() {}

    /**
     * Checks what the name alone shows.
     *
     * @throws S3Exception with status 400 when no file can have it
     */
    static void requirePath(Path bucket, String key) {
        if (OF_THE_STORE.stream().anyMatch(key::startsWith)) {
            throw invalidName("Names that start with .mpus- or .s3proxy- are the store's own.");
        }
        for (String segment : segments(key)) {
            if (segment.isEmpty()) {
                throw invalidName("A name with an empty segment, as a//b or /a, has no file.");
            }
            if (segment.equals(".") || segment.equals("..")) {
                throw invalidName("A name with the segment . or .. has no file.");
            }
            if (bytes(segment) > LONGEST_SEGMENT) {
                throw tooLong(LONGEST_SEGMENT);
            }
        }
        try {
            Path _ = bucket.resolve(key);
        } catch (InvalidPathException e) {
            throw invalidName("This system's file names cannot have all of its characters.");
        }
    }

    /**
     * Checks that an object can be written here, next to those that are there.
     *
     * @param inParts whether it comes in parts
     * @param length bytes; null when unknown
     * @throws S3Exception with status 400
     */
    static void requireRoom(Path bucket, String key, boolean inParts, @Nullable Long length) {
        String[] segments = segments(key);
        for (int i = 0; i < segments.length; i++) {
            int front = inParts && i == 0 ? UPLOAD_PREFIX : 0;
            int behind = i < segments.length - 1 ? 0 : DRAFT_SUFFIX + (inParts ? PART_SUFFIX : 0);
            if (bytes(segments[i]) > LONGEST_SEGMENT - front - behind) {
                throw tooLong(LONGEST_SEGMENT - front - behind);
            }
        }
        if (key.endsWith("/") && (inParts || length == null || length > 0)) {
            throw invalidName("A name that ends with / is a directory, which has no bytes.");
        }
        if (isBelowAnObject(bucket, key)) {
            throw refusal("XMinioParentIsObject", "Part of the name is an object, so nothing can be below it.");
        }
        if (!key.endsWith("/") && Files.isDirectory(bucket.resolve(key))) {
            throw refusal("XMinioObjectExistsAsDirectory", "The name is a directory, because others are below it.");
        }
    }

    /** Whether there can be objects whose names start with this: the segments that it has as a whole are those of a path. */
    static boolean isPrefix(String prefix) {
        int slash = prefix.lastIndexOf('/');
        return slash < 0
                || Arrays.stream(prefix.substring(0, slash).split("/", -1))
                        .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
    }

    /** Whether the path of a name goes through, or ends at, the file of an object with another name. */
    static boolean isBelowAnObject(Path bucket, String key) {
        for (int slash = key.indexOf('/', 1); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            if (Files.isRegularFile(bucket.resolve(key.substring(0, slash)))) {
                return true;
            }
        }
        return false;
    }

    /** What s3proxy writes for these, by the names that it gives them; what is null is not there. */
    static Map<String, String> attributes(
            @Nullable String cacheControl,
            @Nullable String disposition,
            @Nullable String encoding,
            @Nullable String language,
            @Nullable String type,
            Map<String, String> metadata) {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("user.content-md5", "0".repeat(LONGEST_VERSION));
        attributes.put("user.storage-tier", "STANDARD");
        attributes.put("user.expires", "8 bytes.");
        put(attributes, "user.cache-control", cacheControl);
        put(attributes, "user.content-disposition", disposition);
        put(attributes, "user.content-encoding", encoding);
        put(attributes, "user.content-language", language);
        put(attributes, "user.content-type", type);
        metadata.forEach((name, value) -> put(attributes, "user.user-metadata." + name, value));
        return attributes;
    }

    private static void put(Map<String, String> attributes, String name, @Nullable String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }

    /**
     * Checks that the file system keeps all of these, unless it has no attributes at all.
     *
     * @param directory where it is tried out; nothing stays there
     * @throws S3Exception with status 400
     */
    static void requireRoomFor(Map<String, String> attributes, Path directory) {
        int size = 0;
        boolean isLongName = false;
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            size += ENTRY_BYTES + bytes(attribute.getKey()) + bytes(attribute.getValue());
            isLongName |= bytes(attribute.getKey()) > CERTAIN_NAME;
        }
        if (size <= CERTAIN_BYTES && !isLongName) {
            return;
        }
        try {
            Path trial = Files.createTempFile(directory, "attributes", "");
            try {
                write(attributes, trial);
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Map<String, String> attributes, Path file) {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        if (view == null) {
            return;
        }
        boolean hasAttributes = false;
        try {
            for (Map.Entry<String, String> attribute : attributes.entrySet()) {
                view.write(
                        attribute.getKey(), ByteBuffer.wrap(attribute.getValue().getBytes(StandardCharsets.UTF_8)));
                hasAttributes = true;
            }
        } catch (IOException | UnsupportedOperationException e) {
            if (hasAttributes) {
                throw refusal("MetadataTooLarge", "The file system has no room for so much metadata of an object.");
            }
        }
    }

    /** Without the empty one behind a slash at the end. */
    private static String[] segments(String key) {
        return (key.endsWith("/") ? key.substring(0, key.length() - 1) : key).split("/", -1);
    }

    private static S3Exception tooLong(int most) {
        return refusal("KeyTooLongError", "A segment of the name may have at most " + most + " bytes here.");
    }

    private static S3Exception invalidName(String message) {
        return refusal("XMinioInvalidObjectName", message);
    }

    private static S3Exception refusal(String code, String message) {
        return (S3Exception) S3Exception.builder()
                .message(message)
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(message)
                        .build())
                .build();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
