package dev.banhmi.gateway.digest;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Digests of content as it arrives, only those that were requested. Not thread-safe. */
public final class RunningDigests {

    private final Map<DigestAlgorithm, RunningSum> sums = new EnumMap<>(DigestAlgorithm.class);
    private final Map<DigestAlgorithm, String> finished = new EnumMap<>(DigestAlgorithm.class);

    RunningDigests(Set<DigestAlgorithm> algorithms) {
        algorithms.forEach(algorithm -> sums.put(algorithm, algorithm.start()));
    }

    /**
     * Whether there is nothing to compute, so that the content need not pass through here.
     *
     * @return true when no digest was requested
     */
    public boolean isEmpty() {
        return sums.isEmpty();
    }

    /**
     * The next bytes of the content.
     *
     * @param bytes not kept
     * @param offset of the first byte
     * @param length how many
     * @throws IllegalStateException when the content has ended: a value was read
     */
    public void update(byte[] bytes, int offset, int length) {
        requireRunning();
        sums.values().forEach(sum -> sum.update(bytes, offset, length));
    }

    /**
     * The next bytes of the content: all that remain in the buffer, whose position stays where it is.
     *
     * @throws IllegalStateException when the content has ended: a value was read
     */
    void update(ByteBuffer buffer) {
        requireRunning();
        sums.values().forEach(sum -> sum.update(buffer));
    }

    /**
     * Ends the content and compares.
     *
     * @throws GatewayException {@code CONTENT_MISMATCH} when a digest differs, {@code INVALID_REQUEST} when it was not
     *     announced before the content
     */
    void verify(List<DigestExpectation> expectations) {
        for (DigestExpectation expectation : expectations) {
            DigestAlgorithm algorithm = expectation.algorithm();
            RunningSum sum = sums.get(algorithm);
            if (sum == null) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "The trailer " + expectation.field() + " was not announced in Trailer, so its "
                                + algorithm.label() + " cannot be verified.");
            }
            String computed =
                    finished.computeIfAbsent(algorithm, _ -> Base64.getEncoder().encodeToString(sum.value()));
            if (!computed.equals(expectation.base64())) {
                throw new GatewayException(
                        ErrorCode.CONTENT_MISMATCH,
                        "The " + algorithm.label() + " of the content is " + shown(computed, expectation.field())
                                + ", but "
                                + expectation.field() + " announced "
                                + shown(expectation.base64(), expectation.field()) + ".");
            }
        }
    }

    /** As the field itself writes it. */
    private static String shown(String base64, String field) {
        return field.equals(PayloadHash.FIELD)
                ? HexFormat.of().formatHex(Base64.getDecoder().decode(base64))
                : base64;
    }

    private void requireRunning() {
        if (!finished.isEmpty()) {
            throw new IllegalStateException("The content has ended: its digests are computed.");
        }
    }
}
