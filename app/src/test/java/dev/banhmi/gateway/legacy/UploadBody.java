package dev.banhmi.gateway.legacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.GeneratedContent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a 2018 upload: the metadata as JSON, then a file in parts. Nothing keeps the announced numbers and the parts
 * apart or together: tests lie with them.
 *
 * @param boundary between the parts
 * @param metadata the first part's content, JSON or not
 * @param file the bytes of all file parts in order
 * @param parts the length of each file part; their sum is at most the file's length
 * @param partLengthHeaders whether every part says its length in a header, as the 2018 client's library does
 */
record UploadBody(
        String boundary, String metadata, Supplier<InputStream> file, List<Long> parts, boolean partLengthHeaders) {

    /** What the 2018 client cuts a file into. */
    static final long CLIENT_PART = 5_242_880;

    private static final JsonMapper JSON = new JsonMapper();

    UploadBody {
        parts = List.copyOf(parts);
    }

    /** A truthful upload in the client's parts. */
    static UploadBody of(String bucket, String key, GeneratedContent content) {
        List<Long> parts = new ArrayList<>();
        long left = content.length();
        do {
            long part = Math.min(left, CLIENT_PART);
            parts.add(part);
            left -= part;
        } while (left > 0);
        return of(bucket, key, content, parts);
    }

    /** A truthful upload in any parts. */
    static UploadBody of(String bucket, String key, GeneratedContent content, List<Long> parts) {
        return new UploadBody(
                "d3b07384d113edec49eaa6238ad5ff00",
                json(Map.of("bucket", bucket, "key", key, "size", content.length(), "parts", parts.size())),
                content::open,
                parts,
                true);
    }

    static String json(Map<String, ?> properties) {
        return JSON.writeValueAsString(properties);
    }

    UploadBody withMetadata(String text) {
        return new UploadBody(boundary, text, file, parts, partLengthHeaders);
    }

    /** The same bytes behind other announcements. */
    UploadBody announcing(String bucket, String key, long size, long parts) {
        return withMetadata(json(Map.of("bucket", bucket, "key", key, "size", size, "parts", parts)));
    }

    UploadBody withBoundary(String other) {
        return new UploadBody(other, metadata, file, parts, partLengthHeaders);
    }

    UploadBody withoutPartLengthHeaders() {
        return new UploadBody(boundary, metadata, file, parts, false);
    }

    String contentType() {
        return "multipart/mixed; boundary=" + boundary;
    }

    /** Bytes on the wire. */
    long length() {
        long sum = 0;
        for (int part = 0; part < parts.size(); part++) {
            sum += head(part).length + parts.get(part);
        }
        return sum + tail().length;
    }

    InputStream open() {
        InputStream content = file.get();
        List<InputStream> all = new ArrayList<>();
        for (int part = 0; part < parts.size(); part++) {
            all.add(new ByteArrayInputStream(head(part)));
            all.add(new Slice(content, parts.get(part)));
        }
        all.add(new ByteArrayInputStream(tail()));
        return new SequenceInputStream(Collections.enumeration(all));
    }

    /** The first bytes on the wire. */
    byte[] first(long count) {
        try (InputStream stream = open()) {
            return stream.readNBytes(Math.toIntExact(count));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] head(int part) {
        StringBuilder head = new StringBuilder();
        if (part == 0) {
            head.append("--").append(boundary).append("\r\nContent-Type: application/json\r\n");
            appendLength(head, metadata.getBytes(UTF_8).length);
            head.append("\r\n").append(metadata);
        }
        head.append("\r\n--").append(boundary).append("\r\nContent-Type: application/octet-stream\r\n");
        appendLength(head, parts.get(part));
        return head.append("\r\n").toString().getBytes(UTF_8);
    }

    private void appendLength(StringBuilder head, long length) {
        if (partLengthHeaders) {
            head.append("Content-Length: ").append(length).append("\r\n");
        }
    }

    private byte[] tail() {
        String end = "\r\n--" + boundary + "--\r\n";
        if (!parts.isEmpty()) {
            return end.getBytes(UTF_8);
        }
        return ("--" + boundary + "\r\nContent-Type: application/json\r\n\r\n" + metadata + end).getBytes(UTF_8);
    }

    /** The next bytes of a stream that others go on reading. */
    private static final class Slice extends InputStream {

        private final InputStream whole;
        private long left;

        Slice(InputStream whole, long length) {
            this.whole = whole;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = whole.read(target, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new IllegalStateException("the parts are " + left + " bytes longer than the file");
            }
            left -= count;
            return count;
        }
    }
}
