package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request or a response, whole in memory. */
final class HttpMessage {

    private final String start;
    private final List<String> headers;
    private final long length;
    private final byte[] body;

    /** The sender stopped within the body. */
    static final class CutOff extends IOException {

        private static final long serialVersionUID = 1L;

        private final transient HttpMessage head;

        private CutOff(HttpMessage head, IOException cause) {
            super(cause);
            this.head = head;
        }

        /** What came before the body. */
        HttpMessage head() {
            return head;
        }
    }

    /** Headers without what frames the body; the length is what Content-Length says, -1 when it is not there. */
    private HttpMessage(String start, List<String> headers, long length, byte[] body) {
        this.start = start;
        this.headers = headers;
        this.length = length;
        this.body = body;
    }

    /** Reads a request; null when the client has closed. */
    static @Nullable HttpMessage readRequest(InputStream input, OutputStream output) throws IOException {
        return read(input, output, false, false);
    }

    /** Reads a response. Where only the end of its connection says how long it is, it has a length from now on. */
    static HttpMessage readResponse(InputStream input, boolean toHead) throws IOException {
        HttpMessage response = read(input, OutputStream.nullOutputStream(), toHead, true);
        if (response == null) {
            throw new EOFException("the store closed without a response");
        }
        return response;
    }

    static HttpMessage of(String start, List<String> headers, byte[] body) {
        return new HttpMessage(start, headers, body.length, body);
    }

    private static @Nullable HttpMessage read(
            InputStream input, OutputStream back, boolean withoutBody, boolean isResponse) throws IOException {
        String start = line(input);
        if (start == null) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        long length = -1;
        boolean chunked = false;
        boolean expected = false;
        for (String header = requireLine(input); !header.isEmpty(); header = requireLine(input)) {
            int colon = header.indexOf(':');
            String name = header.substring(0, colon);
            String value = header.substring(colon + 1).strip();
            if (name.equalsIgnoreCase("Content-Length")) {
                length = Long.parseLong(value);
            } else if (name.equalsIgnoreCase("Transfer-Encoding")) {
                chunked = true;
            } else if (name.equalsIgnoreCase("Expect")) {
                expected = true;
            } else if (!name.equalsIgnoreCase("Connection")) {
                headers.add(header);
            }
        }
        if (expected) {
            back.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
        }
        if (withoutBody) {
            return new HttpMessage(start, headers, length, new byte[0]);
        }
        if (isResponse && length < 0 && !chunked && !isBodiless(start)) {
            byte[] untilTheEnd = input.readAllBytes();
            return new HttpMessage(start, headers, untilTheEnd.length, untilTheEnd);
        }
        byte[] body;
        try {
            body = chunked ? chunks(input) : exactly(input, Math.max(0, length));
        } catch (IOException e) {
            throw new CutOff(new HttpMessage(start, headers, length, new byte[0]), e);
        }
        return new HttpMessage(start, headers, chunked ? body.length : length, body);
    }

    /** Whether a response has no body whatever its headers say. */
    private static boolean isBodiless(String start) {
        return start.contains(" 204 ") || start.contains(" 304 ");
    }

    private static byte[] exactly(InputStream input, long length) throws IOException {
        byte[] body = new byte[Math.toIntExact(length)];
        int count = input.readNBytes(body, 0, body.length);
        if (count < length) {
            throw new EOFException("a body ended after " + count + " of " + length + " bytes");
        }
        return body;
    }

    private static byte[] chunks(InputStream input) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (long size = chunkSize(input); size > 0; size = chunkSize(input)) {
            body.write(exactly(input, size));
            requireLine(input);
        }
        while (!requireLine(input).isEmpty()) {
            // Trailers say nothing that matters here.
        }
        return body.toByteArray();
    }

    private static long chunkSize(InputStream input) throws IOException {
        return Long.parseLong(requireLine(input).split(";", 2)[0].strip(), 16);
    }

    private static String requireLine(InputStream input) throws IOException {
        String line = line(input);
        if (line == null) {
            throw new EOFException("the connection ended within a message");
        }
        return line;
    }

    private static @Nullable String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                return null;
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    String start() {
        return start;
    }

    /** Whether there is a header of this name. */
    boolean has(String name) {
        return headers.stream().anyMatch(header -> header.regionMatches(true, 0, name + ":", 0, name.length() + 1));
    }

    /** The value of the first header of this name. */
    String header(String name) {
        return headers.stream()
                .filter(header -> header.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                .map(header -> header.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(start + " has no " + name));
    }

    /** Without its framing. */
    byte[] body() {
        return body;
    }

    /** The first line and all headers, with the length as it was. */
    byte[] head() {
        StringBuilder head = new StringBuilder(start).append("\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (length >= 0) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }

    /** Half of the body; of a message without one, half of the head. */
    void writeHalf(OutputStream out) throws IOException {
        byte[] head = head();
        if (body.length > 1) {
            out.write(head);
            out.write(body, 0, body.length / 2);
        } else {
            out.write(head, 0, head.length / 2);
        }
    }

    String method() {
        return start.substring(0, start.indexOf(' '));
    }

    String path() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    String query() {
        String target = target();
        int query = target.indexOf('?');
        return query < 0 ? "" : target.substring(query + 1);
    }

    private String target() {
        return start.substring(start.indexOf(' ') + 1, start.lastIndexOf(' '));
    }

    /** The same with one bit in the middle of the body turned. */
    HttpMessage corrupted() {
        byte[] other = body.clone();
        other[other.length / 2] ^= 0x10;
        return new HttpMessage(start, headers, length, other);
    }
}
