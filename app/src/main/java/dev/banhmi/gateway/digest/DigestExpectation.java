package dev.banhmi.gateway.digest;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.Base64;

/**
 * A digest that a caller announced.
 *
 * @param algorithm which digest it is
 * @param field the header or trailer that carried it
 * @param base64 the value with its padding, a CRC with the highest byte first
 */
public record DigestExpectation(DigestAlgorithm algorithm, String field, String base64) {

    /**
     * Reads a value.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when it is not Base64, or not of the algorithm's length
     */
    static DigestExpectation of(DigestAlgorithm algorithm, String field, String value) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, message(algorithm, field, value, "that is not Base64"), e);
        }
        if (bytes.length != algorithm.bytes()) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, message(algorithm, field, value, "that has " + bytes.length + " bytes"));
        }
        return new DigestExpectation(algorithm, field, Base64.getEncoder().encodeToString(bytes));
    }

    private static String message(DigestAlgorithm algorithm, String field, String value, String what) {
        return field + " has the " + algorithm.label() + " value " + Shown.quoted(value) + "; " + what
                + ", and Base64 of " + algorithm.bytes() + " bytes is allowed.";
    }
}
