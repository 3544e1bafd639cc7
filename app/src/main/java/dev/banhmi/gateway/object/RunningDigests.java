package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** Digests of content as it arrives, only those that were asked for. Not thread-safe. */
final class RunningDigests {

    private final Map<DigestAlgorithm, MessageDigest> hashes = new EnumMap<>(DigestAlgorithm.class);
    private final Map<DigestAlgorithm, Checksum> checksums = new EnumMap<>(DigestAlgorithm.class);
    private final Map<DigestAlgorithm, String> finished = new EnumMap<>(DigestAlgorithm.class);

    RunningDigests(Set<DigestAlgorithm> algorithms) {
        for (DigestAlgorithm algorithm : algorithms) {
            switch (algorithm) {
                case SHA_256 -> hashes.put(algorithm, hash("SHA-256"));
                case SHA_512 -> hashes.put(algorithm, hash("SHA-512"));
                case SHA_1 -> hashes.put(algorithm, hash("SHA-1"));
                case MD5 -> hashes.put(algorithm, hash("MD5"));
                case CRC32 -> checksums.put(algorithm, new CRC32());
                case CRC32C -> checksums.put(algorithm, new CRC32C());
                case CRC64NVME -> checksums.put(algorithm, new Crc64Nvme());
            }
        }
    }

    /** Whether there is nothing to compute, so that the content need not pass through here. */
    boolean isEmpty() {
        return hashes.isEmpty() && checksums.isEmpty();
    }

    /**
     * The next bytes of the content.
     *
     * @throws IllegalStateException when the content has ended: a value was asked for
     */
    void update(byte[] bytes, int offset, int length) {
        requireRunning();
        hashes.values().forEach(hash -> hash.update(bytes, offset, length));
        checksums.values().forEach(checksum -> checksum.update(bytes, offset, length));
    }

    /**
     * The next bytes of the content: all that remain in the buffer, whose position stays where it is.
     *
     * @throws IllegalStateException when the content has ended: a value was asked for
     */
    void update(ByteBuffer buffer) {
        requireRunning();
        hashes.values().forEach(hash -> hash.update(buffer.duplicate()));
        checksums.values().forEach(checksum -> checksum.update(buffer.duplicate()));
    }

    /**
     * Ends the content and compares.
     *
     * @throws GatewayException {@code CONTENT_MISMATCH} when a digest differs, {@code INVALID_REQUEST} when it was not asked for
     *     before the content came
     */
    void verify(List<DigestExpectation> expectations) {
        for (DigestExpectation expectation : expectations) {
            DigestAlgorithm algorithm = expectation.algorithm();
            if (!hashes.containsKey(algorithm) && !checksums.containsKey(algorithm)) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "The trailer " + expectation.field() + " was not announced in Trailer, so its "
                                + algorithm.label() + " cannot be verified.");
            }
            String computed = finished.computeIfAbsent(algorithm, this::finish);
            if (!computed.equals(expectation.base64())) {
                throw new GatewayException(
                        ErrorCode.CONTENT_MISMATCH,
                        "The " + algorithm.label() + " of the content is " + computed + ", but " + expectation.field()
                                + " announced " + expectation.base64() + ".");
            }
        }
    }

    private String finish(DigestAlgorithm algorithm) {
        MessageDigest hash = hashes.get(algorithm);
        byte[] value = hash != null ? hash.digest() : crc(algorithm);
        return Base64.getEncoder().encodeToString(value);
    }

    private byte[] crc(DigestAlgorithm algorithm) {
        Checksum checksum = checksums.get(algorithm);
        if (checksum == null) {
            throw new IllegalStateException(algorithm + " was not asked for.");
        }
        byte[] value =
                ByteBuffer.allocate(Long.BYTES).putLong(checksum.getValue()).array();
        return Arrays.copyOfRange(value, Long.BYTES - algorithm.bytes(), Long.BYTES);
    }

    private void requireRunning() {
        if (!finished.isEmpty()) {
            throw new IllegalStateException("The content has ended: its digests are computed.");
        }
    }

    private static MessageDigest hash(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JVM has no " + name + ".", e);
        }
    }
}
