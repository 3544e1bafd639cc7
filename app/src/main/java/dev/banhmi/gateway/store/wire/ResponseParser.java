package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the head of the response to one request in what the store sends, in pieces of any size. */
final class ResponseParser {
    /*
     * It is strict where leniency could make two responses of one, or one of two: no field goes on in the next line, a
     * CR stands only before LF, nothing stands before the colon but a name, and a length can be read in one way only
     * (Framing). Stores that say anything else are asked by the SDK's client, which is more patient. A line that ends in
     * LF alone can be read in one way, too (RFC 9112, 2.2).
     *
     * Nothing that a store sends makes it keep more than MOST_HEAD bytes.
     */

    /** Interim responses to one request: none is asked for, and S3 sends one at most. */
    static final int MOST_INTERIM = 16;

    /** Of one head; S3's own is below 16 KiB, 2 KiB of that the caller's metadata. */
    static final int MOST_HEAD = 1 << 16;

    private static final int STATUS_AT = "HTTP/1.x ".length();
    private static final int BEHIND_STATUS = STATUS_AT + 3;
    private static final int SWITCHING_PROTOCOLS = 101;

    private byte[] line = new byte[256];
    private int lineLength;
    private int headLength;
    private int interim;
    private int status;
    private boolean isHttp11;
    private Fields fields = new Fields();
    private boolean done;

    /**
     * Reads on.
     *
     * @param arrived read up to the end of the head, or up to its own
     * @return null when the head goes on
     * @throws MalformedResponseException when it is no response of HTTP; this is of no use then
     */
    @Nullable
    ResponseHead parse(ByteBuffer arrived) throws MalformedResponseException {
        if (done) {
            throw new IllegalStateException("the head is complete");
        }
        while (arrived.hasRemaining()) {
            byte next = arrived.get();
            if (++headLength > MOST_HEAD) {
                throw new MalformedResponseException(
                        "the head of the store's response is longer than " + MOST_HEAD + " bytes");
            }
            if (next != '\n') {
                append(next);
            } else if (takeLine()) {
                done = true;
                headLength = 0;
                boolean persistent = isHttp11 && !fields.lists("connection", "close");
                return new ResponseHead(status, persistent, fields, Framing.of(status, isHttp11, fields));
            }
        }
        return null;
    }

    /** How many interim responses there have been. */
    int interim() {
        return interim;
    }

    /** Whether some of a head has arrived, interim or not, and not all of it. */
    boolean isWithinHead() {
        return headLength > 0;
    }

    private void append(byte next) {
        if (lineLength == line.length) {
            line = Arrays.copyOf(line, 2 * line.length);
        }
        line[lineLength++] = next;
    }

    /** Returns whether it was the last one of the last head. */
    private boolean takeLine() throws MalformedResponseException {
        int length = lineLength > 0 && line[lineLength - 1] == '\r' ? lineLength - 1 : lineLength;
        lineLength = 0;
        if (status == 0) {
            takeStatusLine(length);
            return false;
        }
        if (length > 0) {
            takeField(length);
            return false;
        }
        if (status >= 200) {
            return true;
        }
        if (++interim > MOST_INTERIM) {
            throw new MalformedResponseException(
                    "the store sent more than " + MOST_INTERIM + " interim responses to one request");
        }
        headLength = 0;
        status = 0;
        fields = new Fields();
        return false;
    }

    private void takeStatusLine(int length) throws MalformedResponseException {
        boolean isHttp = length >= BEHIND_STATUS
                && text(0, STATUS_AT - 2).equals("HTTP/1.")
                && (line[STATUS_AT - 2] == '0' || line[STATUS_AT - 2] == '1')
                && line[STATUS_AT - 1] == ' '
                && (length == BEHIND_STATUS || line[BEHIND_STATUS] == ' ');
        int code = 0;
        for (int i = STATUS_AT; isHttp && i < BEHIND_STATUS; i++) {
            isHttp = line[i] >= '0' && line[i] <= '9';
            code = 10 * code + line[i] - '0';
        }
        if (!isHttp || code < 100 || code > 599 || code == SWITCHING_PROTOCOLS) {
            throw new MalformedResponseException("the store's response has no status of HTTP");
        }
        checkText(BEHIND_STATUS, length);
        status = code;
        isHttp11 = line[STATUS_AT - 2] == '1';
    }

    private void takeField(int length) throws MalformedResponseException {
        int colon = 0;
        while (colon < length && Field.isOfAToken((char) (line[colon] & 0xff))) {
            colon++;
        }
        if (colon == 0 || colon == length || line[colon] != ':') {
            throw new MalformedResponseException("the store's response has a line that is no header field");
        }
        int first = colon + 1;
        int end = length;
        while (first < end && Field.isBlank((char) line[first])) {
            first++;
        }
        while (first < end && Field.isBlank((char) line[end - 1])) {
            end--;
        }
        checkText(first, end);
        fields.add(text(0, colon), text(first, end));
    }

    private void checkText(int first, int end) throws MalformedResponseException {
        for (int i = first; i < end; i++) {
            if ((line[i] >= 0 && line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) {
                throw new MalformedResponseException("the store's response has a control character in its head");
            }
        }
    }

    private String text(int first, int end) {
        return new String(line, first, end - first, StandardCharsets.ISO_8859_1);
    }
}
