package dev.banhmi.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What s3proxy writes of an object besides its bytes: extended attributes of the file, for which a file system has less room than S3.
 *
 * @param values by the names that s3proxy gives them; the first is one that every file system with attributes takes
 */
record ObjectAttributes(SequencedMap<String, String> values) {
    /*
     * s3proxy 4.1.0 ignores it when the file system refuses an attribute (AbstractNio2BlobStore, checked 2026-11-30): the object
     * would be stored without it. So the attributes are tried on another file first.
     */

    /** Of an object that has those of another file, which had room for them. */
    static final ObjectAttributes NONE = new ObjectAttributes(new LinkedHashMap<>());

    /** For these every file system that has extended attributes has room; more is tried out. */
    private static final int CERTAIN_BYTES = 1024;

    private static final int CERTAIN_NAME = 200;

    /** What a file system may need for an attribute besides its name and value. */
    private static final int ENTRY_BYTES = 24;

    /** S3's version of an object in parts, the longest. */
    private static final int LONGEST_VERSION = 40;

    ObjectAttributes {
        values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }

    static ObjectAttributes of(PutObjectRequest request) {
        return of(
                request.cacheControl(),
                request.contentDisposition(),
                request.contentEncoding(),
                request.contentLanguage(),
                request.contentType(),
                request.metadata());
    }

    static ObjectAttributes of(CreateMultipartUploadRequest request) {
        return of(
                request.cacheControl(),
                request.contentDisposition(),
                request.contentEncoding(),
                request.contentLanguage(),
                request.contentType(),
                request.metadata());
    }

    static ObjectAttributes of(CopyObjectRequest request) {
        if (request.metadataDirective() != MetadataDirective.REPLACE) {
            return NONE;
        }
        return of(
                request.cacheControl(),
                request.contentDisposition(),
                request.contentEncoding(),
                request.contentLanguage(),
                request.contentType(),
                request.metadata());
    }

    private static ObjectAttributes of(
            @Nullable String cacheControl,
            @Nullable String disposition,
            @Nullable String encoding,
            @Nullable String language,
            @Nullable String type,
            Map<String, String> metadata) {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        values.put("user.content-md5", "0".repeat(LONGEST_VERSION));
        values.put("user.storage-tier", "STANDARD");
        values.put("user.expires", "8 bytes.");
        put(values, "user.cache-control", cacheControl);
        put(values, "user.content-disposition", disposition);
        put(values, "user.content-encoding", encoding);
        put(values, "user.content-language", language);
        put(values, "user.content-type", type);
        metadata.forEach((name, value) -> put(values, "user.user-metadata." + name, value));
        return new ObjectAttributes(values);
    }

    private static void put(SequencedMap<String, String> values, String name, @Nullable String value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    /**
     * Checks that the file system keeps all of these, unless it has no attributes at all.
     *
     * @param directory where it is tried out; nothing stays there
     * @throws S3Exception with status 400
     */
    void requireRoomIn(Path directory) {
        int size = 0;
        boolean isLongName = false;
        for (Map.Entry<String, String> attribute : values.entrySet()) {
            size += ENTRY_BYTES + bytes(attribute.getKey()) + bytes(attribute.getValue());
            isLongName |= bytes(attribute.getKey()) > CERTAIN_NAME;
        }
        if (size <= CERTAIN_BYTES && !isLongName) {
            return;
        }
        try {
            Path trial = Files.createTempFile(directory, "attributes", "");
            try {
                write(trial);
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(Path file) {
        UserDefinedFileAttributeView view = Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
        if (view == null) {
            return;
        }
        boolean hasAttributes = false;
        try {
            for (Map.Entry<String, String> attribute : values.entrySet()) {
                view.write(
                        attribute.getKey(), ByteBuffer.wrap(attribute.getValue().getBytes(StandardCharsets.UTF_8)));
                hasAttributes = true;
            }
        } catch (IOException | UnsupportedOperationException e) {
            if (hasAttributes) {
                throw Refusal.METADATA_TOO_LARGE.because(
                        "The file system has no room for so much metadata of an object.");
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
