package dev.banhmi.gateway.store.wire;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request says before its body, apart from its signature.
 *
 * @param method in upper case
 * @param address of the bucket
 * @param path of the object, behind that of the bucket: encoded, as it is signed
 * @param query as it is sent and as it is signed: encoded, sorted, each parameter with an equals sign; empty without any
 * @param payloadHash what the signature says of the body: {@link #UNSIGNED}, {@link #UNSIGNED_WITH_TRAILER}, or a
 *     SHA-256 in hexadecimal
 * @param fields all but those of the signature, {@code host} and {@code user-agent}
 */
public record RequestHead(
        String method, BucketAddress address, String path, String query, String payloadHash, List<Field> fields) {

    /** The body is not part of what is signed. */
    public static final String UNSIGNED = "UNSIGNED-PAYLOAD";

    /** Nor is it here, and its sum comes behind it. */
    public static final String UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

    /** What the writer says. */
    private static final Set<String> OF_THE_WRITER =
            Set.of("host", "user-agent", "authorization", "x-amz-content-sha256", "x-amz-date", "x-amz-security-token");

    /** Copies the fields and checks what would make another request of it. */
    public RequestHead {
        boolean sendable = path.startsWith("/") && Field.isSendable(path) && Field.isSendable(query);
        if (!sendable || path.contains(" ") || path.contains("?") || query.contains(" ")) {
            throw new IllegalArgumentException("The path or the query of a request is not encoded.");
        }
        fields = List.copyOf(fields);
        Set<String> names = new HashSet<>(OF_THE_WRITER);
        for (Field field : fields) {
            if (!names.add(field.name())) {
                throw new IllegalArgumentException("The header field " + field.name() + " is there twice.");
            }
        }
    }

    /**
     * GetObject, with the object's checksums.
     *
     * @param address of the bucket
     * @param key of the object
     * @param ifMatch the version that is wanted, or null for whichever is there
     * @param range as in the {@code Range} field, or null for all of it
     * @return without a body
     * @throws IllegalArgumentException when a value cannot be sent
     */
    public static RequestHead ofGet(
            BucketAddress address, String key, @Nullable String ifMatch, @Nullable String range) {
        List<Field> fields = new ArrayList<>(3);
        fields.add(new Field("x-amz-checksum-mode", "ENABLED"));
        addIfThere(fields, "if-match", ifMatch);
        addIfThere(fields, "range", range);
        return new RequestHead("GET", address, path(address, key), "", UNSIGNED, fields);
    }

    /**
     * PutObject.
     *
     * @param address of the bucket
     * @param key of the object
     * @param length of the body in bytes
     * @param crc32c of the body, in Base64
     * @param more attributes and conditions
     * @return with a body
     * @throws IllegalArgumentException when the key cannot be sent
     */
    public static RequestHead ofPut(BucketAddress address, String key, long length, String crc32c, List<Field> more) {
        List<Field> fields = ofBody(length, crc32c);
        fields.addAll(more);
        return new RequestHead("PUT", address, path(address, key), "", UNSIGNED, fields);
    }

    /**
     * UploadPart.
     *
     * @param address of the bucket
     * @param key of the object
     * @param uploadId of the upload
     * @param number of the part
     * @param length of the body in bytes
     * @param crc32c of the body, in Base64
     * @return with a body
     * @throws IllegalArgumentException when the key cannot be sent
     */
    public static RequestHead ofPart(
            BucketAddress address, String key, String uploadId, int number, long length, String crc32c) {
        String query = "partNumber=" + number + "&uploadId=" + UriText.ofParameter(uploadId);
        List<Field> fields = ofBody(length, crc32c);
        fields.add(new Field("content-type", "application/octet-stream"));
        return new RequestHead("PUT", address, path(address, key), query, UNSIGNED, fields);
    }

    /**
     * The same with one more field.
     *
     * @param field of a name that is not there
     * @return a copy
     */
    public RequestHead with(Field field) {
        List<Field> more = new ArrayList<>(fields);
        more.add(field);
        return new RequestHead(method, address, path, query, payloadHash, more);
    }

    private static List<Field> ofBody(long length, String crc32c) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("content-length", Long.toString(length)));
        fields.add(new Field("x-amz-checksum-crc32c", crc32c));
        return fields;
    }

    private static void addIfThere(List<Field> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add(new Field(name, value));
        }
    }

    private static String path(BucketAddress address, String key) {
        return address.path() + "/" + UriText.ofKey(key);
    }
}
