package dev.banhmi.gateway.digest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** What a caller can have verified on the bytes that arrive, and under which names. */
public enum DigestAlgorithm {
    /*
     * Everything in which algorithms differ is here and nowhere else; a new one is a new constant. Names of dictionary
     * members are those of RFC 9530's registry, names of S3's own checksums those of
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html (November 2026).
     */

    /** SHA-256. */
    SHA_256("sha-256", 32, "sha-256", "sha256", null),
    /** SHA-512. */
    SHA_512("sha-512", 64, "sha-512", null, null),
    /** SHA-1. */
    SHA_1("sha-1", 20, null, "sha1", null),
    /** MD5. */
    MD5("md5", 16, null, null, "content-md5"),
    /** CRC-32. */
    CRC32("crc32", 4, null, "crc32", null),
    /** CRC-32C. */
    CRC32C("crc32c", 4, null, "crc32c", null),
    /** CRC-64/NVME. */
    CRC64NVME("crc64nvme", 8, null, "crc64nvme", null);

    /** The prefix of S3's header fields for checksums. */
    private static final String S3_FIELD = "x-amz-checksum-";

    /** The fields of RFC 9530, each a dictionary of digests. */
    private static final List<String> DICTIONARIES = List.of("content-digest", "repr-digest");

    private final String label;
    private final int bytes;
    private final @Nullable String dictionaryKey;
    private final @Nullable String s3Name;
    private final @Nullable String ownField;

    DigestAlgorithm(
            String label,
            int bytes,
            @Nullable String dictionaryKey,
            @Nullable String s3Name,
            @Nullable String ownField) {
        this.label = label;
        this.bytes = bytes;
        this.dictionaryKey = dictionaryKey;
        this.s3Name = s3Name;
        this.ownField = ownField;
    }

    /** As a message names it. */
    String label() {
        return label;
    }

    /** The length of a value, in bytes. */
    int bytes() {
        return bytes;
    }

    /** A sum over no bytes yet. */
    RunningSum start() {
        return switch (this) {
            case SHA_256 -> RunningSum.hash("SHA-256");
            case SHA_512 -> RunningSum.hash("SHA-512");
            case SHA_1 -> RunningSum.hash("SHA-1");
            case MD5 -> RunningSum.hash("MD5");
            case CRC32 -> RunningSum.crc(new CRC32(), bytes);
            case CRC32C -> RunningSum.crc(new CRC32C(), bytes);
            case CRC64NVME -> RunningSum.crc(new Crc64Nvme(), bytes);
        };
    }

    /** The key in a dictionary of RFC 9530; null when RFC 9530 does not allow it there. */
    @Nullable
    String dictionaryKey() {
        return dictionaryKey;
    }

    /** The field that carries a single value of this algorithm; null when none does. */
    @Nullable
    String field() {
        return s3Name == null ? ownField : S3_FIELD + s3Name;
    }

    /** The fields that are dictionaries. */
    static List<String> dictionaries() {
        return DICTIONARIES;
    }

    /**
     * Every field that can carry a digest, header or trailer.
     *
     * @return names in lower case
     */
    public static List<String> fields() {
        List<String> fields = new ArrayList<>(DICTIONARIES);
        for (DigestAlgorithm algorithm : values()) {
            String field = algorithm.field();
            if (field != null) {
                fields.add(field);
            }
        }
        return List.copyOf(fields);
    }

    /**
     * S3's names of the checksums that it can keep with an object.
     *
     * @return such as {@code crc32c}
     */
    public static List<String> s3Names() {
        return Arrays.stream(values())
                .map(algorithm -> algorithm.s3Name)
                .filter(name -> name != null)
                .toList();
    }

    /**
     * The header in which S3, and the gateway like it, carries a checksum.
     *
     * @param s3Name one of {@link #s3Names()}
     * @return in lower case
     */
    public static String s3Field(String s3Name) {
        return S3_FIELD + s3Name;
    }
}
