package dev.banhmi.bench.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Status and framing of a response, as far as a load client needs it.
 *
 * @param status of the status line
 * @param length of the body, or {@link #CHUNKED}
 * @param bytes that the head itself takes, including the blank line
 * @param closes whether the server closes the connection afterwards
 */
record ResponseHead(int status, long length, int bytes, boolean closes) {

    /** In place of a length: the body comes in chunks. */
    static final long CHUNKED = -1;

    private static final String BLANK_LINE = "\r\n\r\n";

    /** Whether the first {@code count} bytes hold a whole head. */
    static boolean isWhole(byte[] received, int count) {
        return end(received, count) >= 0;
    }

    private static int end(byte[] received, int count) {
        for (int i = 3; i < count; i++) {
            if (received[i] == '\n' && received[i - 1] == '\r' && received[i - 2] == '\n' && received[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /**
     * Parses the head that the first {@code count} bytes begin with.
     *
     * @throws IOException if it is not a response of HTTP/1 or does not say how long its body is
     */
    static ResponseHead parse(byte[] received, int count) throws IOException {
        int end = end(received, count);
        String head = new String(received, 0, Math.max(0, end - BLANK_LINE.length()), StandardCharsets.ISO_8859_1);
        if (!head.startsWith("HTTP/1.")) {
            throw new IOException("not a response of HTTP/1: " + head);
        }
        String[] lines = head.split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        long length = status == 204 || status == 304 ? 0 : Long.MIN_VALUE;
        boolean closes = lines[0].startsWith("HTTP/1.0");
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            String value = lines[i].substring(colon + 1).strip();
            switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Long.parseLong(value);
                case "transfer-encoding" -> length = CHUNKED;
                case "connection" ->
                    closes = value.equalsIgnoreCase("close") || (closes && !value.equalsIgnoreCase("keep-alive"));
                default -> {}
            }
        }
        if (length == Long.MIN_VALUE) {
            throw new IOException("the response does not say how long it is: " + head);
        }
        return new ResponseHead(status, length, end, closes);
    }
}
