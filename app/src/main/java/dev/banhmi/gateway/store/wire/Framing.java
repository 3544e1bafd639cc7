package dev.banhmi.gateway.store.wire;

/** What says where the body of a response ends (RFC 9112, 6.3). */
sealed interface Framing {

    /** There is none, whatever the fields say. */
    record None() implements Framing {}

    /**
     * It is known.
     *
     * @param length in bytes
     */
    record Length(long length) implements Framing {}

    /** Chunks, of which the last one says so. */
    record Chunks() implements Framing {}

    /** The end of the connection, which cannot be told from one that broke off. */
    record UntilEnd() implements Framing {}

    /**
     * Reads it off the fields of a response to anything but HEAD and CONNECT.
     *
     * @throws MalformedResponseException when they can be read in two ways
     */
    static Framing of(int status, boolean isHttp11, Fields fields) throws MalformedResponseException {
        int lengths = fields.count("content-length");
        int codings = fields.count("transfer-encoding");
        if (lengths + codings > 1) {
            throw new MalformedResponseException("the store's response has more than one length");
        }
        if (codings == 1 && !(isHttp11 && "chunked".equalsIgnoreCase(fields.first("transfer-encoding")))) {
            throw new MalformedResponseException("the store's response has a transfer coding that nobody asked for");
        }
        String length = fields.first("content-length");
        Framing said = length == null ? codings == 1 ? new Chunks() : new UntilEnd() : new Length(bytes(length));
        return status == 204 || status == 304 ? new None() : said;
    }

    private static long bytes(String length) throws MalformedResponseException {
        boolean isNumber = !length.isEmpty() && length.length() <= 18;
        for (int i = 0; i < length.length(); i++) {
            isNumber &= length.charAt(i) >= '0' && length.charAt(i) <= '9';
        }
        if (!isNumber) {
            throw new MalformedResponseException("the Content-Length of the store's response is no number of bytes");
        }
        return Long.parseLong(length);
    }
}
