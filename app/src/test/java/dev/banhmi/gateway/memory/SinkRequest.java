package dev.banhmi.gateway.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The head of a request; its body is still on the wire. */
record SinkRequest(String method, String path, Map<String, String> query, Map<String, String> headers) {

    static @Nullable SinkRequest read(InputStream input) throws IOException {
        String start = line(input);
        if (start == null) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(input); header != null && !header.isEmpty(); header = line(input)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        String[] words = start.split(" ", 3);
        String[] target = words[1].split("\\?", 2);
        Map<String, String> query = new TreeMap<>();
        for (String pair : target.length == 1 ? new String[0] : target[1].split("&", -1)) {
            String[] nameAndValue = pair.split("=", 2);
            query.put(nameAndValue[0], nameAndValue.length == 1 ? "" : nameAndValue[1]);
        }
        return new SinkRequest(words[0], target[0], query, headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The bytes of the body, none of which a chunked transfer encoding wraps. */
    long length() throws IOException {
        if (!header("transfer-encoding").isEmpty()) {
            throw new IOException("a body of unknown length is nothing that the gateway sends");
        }
        return Long.parseLong(headers.getOrDefault("content-length", "0"));
    }

    private static @Nullable String line(InputStream input) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("the connection ended within a head");
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }
}
