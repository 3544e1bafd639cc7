package dev.banhmi.bench.load;

import java.nio.charset.StandardCharsets;

/**
 * One HTTP request over the loopback address.
 *
 * @param port of the server
 * @param tls whether the server is reached over TLS
 * @param method GET or PUT
 * @param target path and query as sent, percent-encoded
 * @param range value of the header {@code Range}, empty for none
 * @param length bytes of the body: expected in the response to a GET, sent with a PUT
 */
public record Request(int port, boolean tls, String method, String target, String range, long length) {

    /** Checks that the request can be written in one line of words. */
    public Request {
        if (target.isEmpty() || target.contains(" ") || range.contains(" ")) {
            throw new IllegalArgumentException("a target or range with a space: " + target + ", " + range);
        }
    }

    /**
     * A GET of a whole object.
     *
     * @param port of the server
     * @param target path and query
     * @param length bytes that are expected
     * @return the request
     */
    public static Request get(int port, String target, long length) {
        return new Request(port, false, "GET", target, "", length);
    }

    /**
     * A PUT of the first bytes of {@link Content}.
     *
     * @param port of the server
     * @param target path and query
     * @param length bytes to send
     * @return the request
     */
    public static Request put(int port, String target, long length) {
        return new Request(port, false, "PUT", target, "", length);
    }

    /** {@return the same request over TLS} */
    public Request overTls() {
        return new Request(port, true, method, target, range, length);
    }

    /**
     * The same request for {@code count} bytes from {@code first} on.
     *
     * @param first position of the first byte
     * @param count of bytes
     * @return a request whose length is {@code count}
     */
    public Request ofRange(long first, long count) {
        return new Request(port, tls, method, target, "bytes=" + first + "-" + (first + count - 1), count);
    }

    boolean isPut() {
        return method.equals("PUT");
    }

    /** Status lines begin with one of these numbers when all is well. */
    boolean succeededWith(int status) {
        if (isPut()) {
            return status == 200 || status == 201 || status == 204;
        }
        return status == (range.isEmpty() ? 200 : 206);
    }

    /** Request line and header fields. */
    byte[] head() {
        String head = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"
                + (range.isEmpty() ? "" : "Range: " + range + "\r\n")
                + (isPut() ? "Content-Type: application/octet-stream\r\nContent-Length: " + length + "\r\n" : "")
                + "\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }
}
