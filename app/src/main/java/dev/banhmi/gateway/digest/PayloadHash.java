package dev.banhmi.gateway.digest;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * {@code x-amz-content-sha256}, in which a client of S3 says what it signed of the body: a hash, which is compared like
 * any other digest, {@code UNSIGNED-PAYLOAD}, or that the body is framed in {@code aws-chunked}, which would be stored
 * with its framing and is refused. Source:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, 2026-11-30.
 */
public final class PayloadHash {

    /** The field, in lower case. */
    public static final String FIELD = "x-amz-content-sha256";

    private static final String UNSIGNED = "UNSIGNED-PAYLOAD";
    private static final String FRAMED = "STREAMING-";
    private static final String OF_NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private PayloadHash() {}

    /**
     * Checks a request that has no body.
     *
     * @param fields all values of a header by its name
     * @throws GatewayException {@link ErrorCode#CONTENT_MISMATCH} when the hash is one of a body, and what a PUT would
     *     be refused with
     */
    public static void requireOfNothing(Function<String, List<String>> fields) {
        if (expectation(fields).isPresent() && !fields.apply(FIELD).getFirst().equalsIgnoreCase(OF_NOTHING)) {
            throw new GatewayException(
                    ErrorCode.CONTENT_MISMATCH, FIELD + " is the hash of a body, and this request has none.");
        }
    }

    static Optional<DigestExpectation> expectation(Function<String, List<String>> fields) {
        List<String> values = fields.apply(FIELD);
        if (values.isEmpty()) {
            return Optional.empty();
        }
        String value = values.getFirst();
        if (value.startsWith(FRAMED)) {
            throw new GatewayException(
                    ErrorCode.UNSUPPORTED,
                    FIELD + " is " + Shown.quoted(value)
                            + ": a body in aws-chunked, the framing of S3's own clients, is"
                            + " not supported; plain bytes are, with their SHA-256 or " + UNSIGNED + " in this field.");
        }
        if (values.size() > 1 || !(value.equals(UNSIGNED) || value.matches("[0-9a-fA-F]{64}"))) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    FIELD + " is " + Shown.quoted(String.join(", ", values)) + "; 64 hexadecimal digits, or " + UNSIGNED
                            + ", are allowed.");
        }
        if (value.equals(UNSIGNED)) {
            return Optional.empty();
        }
        String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(value));
        return Optional.of(DigestExpectation.of(DigestAlgorithm.SHA_256, FIELD, base64));
    }
}
