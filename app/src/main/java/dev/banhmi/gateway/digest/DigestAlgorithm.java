package dev.banhmi.gateway.digest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/*
 * Everything that is different from one algorithm to the next stands here and nowhere else; a new one is a new constant. Names of
 * dictionary members are those of RFC 9530's registry, names of S3's own checksums those of
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html (November 2026).
 */
/** What a caller can have verified on the bytes that arrive, and under which names. */
public enum DigestAlgorithm {
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

    /** What S3's name of a checksum follows in a header. */
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

    /** How long a value is. */
    int bytes() {
        return bytes;
    }

    /** A sum of no bytes yet. */
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

    /** The name in a dictionary of RFC 9530; null when it is not allowed there. */
    @Nullable
    String dictionaryKey() {
        return dictionaryKey;
    }

    /** The field that has one value, of this algorithm; null when there is none. */
    @Nullable
    String field() {
        return s3Name == null ? ownField : S3_FIELD + s3Name;
    }

    /** The fields that are dictionaries. */
    static List<String> dictionaries() {
        return DICTIONARIES;
    }

    /**
     * Every field in which a digest can stand, header or trailer.
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
     * The header in which S3, and the gateway after it, has a checksum.
     *
     * @param s3Name one of {@link #s3Names()}
     * @return in lower case
     */
    public static String s3Field(String s3Name) {
        return S3_FIELD + s3Name;
    }
}
