package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoded UTF-8 in a request target (RFC 3986, section 2.1). */
public final class PercentEncoding {

    private PercentEncoding() {}

    /**
     * Decodes a path or a part of one.
     *
     * @param encoded as it was sent
     * @return the text; every byte of it is significant
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST}, with the position, when a {@code %} is not followed by
     *     two hexadecimal digits, a character must be encoded, or the bytes are not UTF-8
     */
    public static String decode(String encoded) {
        return decode("path", encoded, '+');
    }

    /**
     * Decodes a name or a value in a query, where a {@code +} is a space
     * (https://url.spec.whatwg.org/#application/x-www-form-urlencoded, 2026-11-30).
     *
     * @param encoded as it was sent
     * @return the text; every byte of it is significant
     * @throws GatewayException as for a path
     */
    public static String decodeQuery(String encoded) {
        return decode("query part", encoded, ' ');
    }

    private static String decode(String what, String encoded, char plus) {
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%') {
                if (i + 2 >= encoded.length()
                        || !HexFormat.isHexDigit(encoded.charAt(i + 1))
                        || !HexFormat.isHexDigit(encoded.charAt(i + 2))) {
                    throw invalid("The " + what + " " + Shown.quoted(encoded) + " has a % at position " + i
                            + " that is not followed by two hexadecimal digits; a literal % is written %25.");
                }
                bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
                i += 2;
            } else if (c > ' ' && c < 0x7f && "\"#<>\\^`{|}".indexOf(c) < 0) {
                bytes.put((byte) (c == '+' ? plus : c));
            } else {
                throw invalid("The " + what + " " + Shown.quoted(encoded) + " has a character at position " + i
                        + " that must be percent-encoded.");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(bytes.flip())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The " + what + " " + Shown.quoted(encoded) + " is not UTF-8 once it is decoded.",
                    e);
        }
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
