package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text as S3 has it in a URI: UTF-8, and each byte but letters, digits and {@code -._~} as a percent sign and two digits in
 * upper case (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, 2026-11-30).
 */
final class UriText {

    private static final String HEX = "0123456789ABCDEF";

    private UriText() {}

    /**
     * A key, whose slashes stay.
     *
     * @throws IllegalArgumentException when it is no text that UTF-8 can express
     */
    static String ofKey(String key) {
        return encode(key, true);
    }

    /**
     * The name or the value of a parameter.
     *
     * @throws IllegalArgumentException when it is no text that UTF-8 can express
     */
    static String ofParameter(String text) {
        return encode(text, false);
    }

    private static String encode(String text, boolean keepsSlashes) {
        ByteBuffer bytes = utf8(text);
        StringBuilder encoded = new StringBuilder(bytes.remaining() + 16);
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            char c = (char) (b & 0xff);
            if (isUnreserved(c) || (keepsSlashes && c == '/')) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return encoded.toString();
    }

    /** Not {@code getBytes}, which makes a question mark of half a pair: that would be another key. */
    private static ByteBuffer utf8(String text) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("A name has half of a surrogate pair.", e);
        }
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }
}
