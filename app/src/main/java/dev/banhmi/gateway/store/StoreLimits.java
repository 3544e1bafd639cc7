package dev.banhmi.gateway.store;

/**
 * What S3 allows, in bytes unless the name says otherwise. Source, unless a constant names another:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html, 2026-11-21. Other stores allow less; they say so
 * themselves.
 */
public final class StoreLimits {

    /** Parts of one multipart upload; they are numbered from 1 to this. */
    public static final long MOST_PARTS = 10_000;

    /** 5 MiB: the smallest part; only the last part of an upload may be smaller. */
    public static final long SMALLEST_PART = 5L << 20;

    /** 5 GiB: the largest part, and the largest object of one plain PUT. */
    public static final long LARGEST_PART = 5L << 30;

    /** 48.8 TiB: the largest object, which is as much as the parts can hold. */
    public static final long LARGEST_OBJECT = MOST_PARTS * LARGEST_PART;

    /**
     * 2 KiB: names and values of an object's user metadata together, in UTF-8. Source:
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html, 2026-11-21.
     */
    public static final long MOST_USER_METADATA = 2L << 10;

    /**
     * 1,024 bytes of UTF-8: the longest key. Source:
     * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html, 2026-11-21.
     */
    public static final long LONGEST_KEY = 1L << 10;

    private StoreLimits() {}
}
