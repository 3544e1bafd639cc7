package dev.banhmi.gateway.access;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The name of an object, decoded: 1 to 1,024 bytes of UTF-8 without control characters, and without {@code .} or
 * {@code ..} between two slashes. Everything else is allowed and kept as it is, empty segments and a {@code /} at
 * either end included.
 *
 * @param value the name, decoded
 */
public record ObjectName(String value) {

    /** S3's own limit for keys: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html. */
    public static final int MOST_BYTES = 1024;

    private static final String HEX = "0123456789ABCDEF";

    /**
     * Checks a name.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when it breaks a rule above
     */
    public ObjectName {
        if (value.isEmpty()) {
            throw invalid("The name is empty; at least one character is required.");
        }
        int bytes = utf8Length(value);
        if (bytes > MOST_BYTES) {
            throw invalid("The name " + Shown.quoted(value) + " has " + bytes + " bytes of UTF-8; at most " + MOST_BYTES
                    + " are allowed.");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw invalid("The name " + Shown.quoted(value) + " has a control character, which is not allowed.");
        }
        for (int start = 0; start <= value.length(); ) {
            int slash = value.indexOf('/', start);
            int end = slash < 0 ? value.length() : slash;
            String segment = value.substring(start, end);
            if (segment.equals(".") || segment.equals("..")) {
                throw invalid("The name " + Shown.quoted(value) + " has the segment \"" + segment
                        + "\", which is not allowed, encoded or not.");
            }
            start = end + 1;
        }
    }

    /**
     * The name as part of a path.
     *
     * @return unreserved characters and slashes as they are, every other byte as {@code %XX}
     */
    public String encoded() {
        return encode(value);
    }

    static String encode(String value) {
        StringBuilder encoded = new StringBuilder(value.length() + 16);
        for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
            if (isUnreserved(b) || b == '/') {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
            }
        }
        return encoded.toString();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    private static int utf8Length(String value) {
        try {
            // The encoder, not getBytes, because the latter turns half a surrogate pair into a question mark.
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            return bytes.remaining();
        } catch (CharacterCodingException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, "The name " + Shown.quoted(value) + " is not possible in UTF-8.", e);
        }
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
