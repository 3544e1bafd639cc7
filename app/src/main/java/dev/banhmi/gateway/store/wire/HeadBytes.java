package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a head, put together in an array that is kept and grows. Used by one thread at a time. */
final class HeadBytes {

    private static final int FIRST_CAPACITY = 1 << 10;

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private byte[] bytes = new byte[FIRST_CAPACITY];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    byte[] array() {
        return bytes;
    }

    /** What is there, to be read; valid until more is put. */
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    /**
     * Puts text.
     *
     * @throws IllegalArgumentException when a character is not ASCII
     */
    HeadBytes put(String ascii) {
        int count = ascii.length();
        makeRoom(count);
        for (int i = 0; i < count; i++) {
            char c = ascii.charAt(i);
            if (c > '~') {
                throw new IllegalArgumentException("A head has a character that is not ASCII.");
            }
            bytes[length + i] = (byte) c;
        }
        length += count;
        return this;
    }

    HeadBytes put(char c) {
        makeRoom(1);
        bytes[length++] = (byte) c;
        return this;
    }

    /** A value as it is signed: blanks side by side are one space. */
    HeadBytes putCollapsed(String value) {
        makeRoom(value.length());
        boolean blank = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (!Field.isBlank(c)) {
                bytes[length++] = (byte) c;
            } else if (!blank) {
                bytes[length++] = ' ';
            }
            blank = Field.isBlank(c);
        }
        return this;
    }

    /** Two digits in lower case for each byte. */
    HeadBytes putHex(byte[] digest) {
        makeRoom(2 * digest.length);
        for (byte b : digest) {
            bytes[length++] = HEX[b >> 4 & 0xf];
            bytes[length++] = HEX[b & 0xf];
        }
        return this;
    }

    private void makeRoom(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    }
}
