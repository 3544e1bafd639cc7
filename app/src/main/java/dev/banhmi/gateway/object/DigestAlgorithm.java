package dev.banhmi.gateway.object;

/** What a caller can have verified on the bytes that arrive. */
enum DigestAlgorithm {
    SHA_256("sha-256", 32),
    SHA_512("sha-512", 64),
    SHA_1("sha-1", 20),
    MD5("md5", 16),
    CRC32("crc32", 4),
    CRC32C("crc32c", 4),
    CRC64NVME("crc64nvme", 8);

    private final String label;
    private final int bytes;

    DigestAlgorithm(String label, int bytes) {
        this.label = label;
        this.bytes = bytes;
    }

    /** As a message names it. */
    String label() {
        return label;
    }

    /** How long a value is. */
    int bytes() {
        return bytes;
    }
}
