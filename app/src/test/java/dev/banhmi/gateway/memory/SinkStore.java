package dev.banhmi.gateway.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * As much of S3 as the gateway speaks, over objects of {@link SinkContent}: what is sent is compared with it and with its announced
 * CRC32C and then forgotten, what is asked for is made from it. Parts but the last have {@link #PART} bytes. What was wrong stands
 * in the report, the response to {@code GET /}.
 */
final class SinkStore {

    static final long PART = 8L << 20;

    private static final int BUFFER = 64 * 1024;

    /** An object, of which only its facts are kept. */
    private record Stored(long size, String crc32c, Map<String, String> headers) {

        String etag() {
            return "\"" + Integer.toHexString(crc32c.hashCode()) + "-" + size + "\"";
        }
    }

    /** A multipart upload. */
    private record Upload(String path, Map<String, String> headers, SortedMap<Integer, Long> parts) {}

    private final Map<String, Stored> objects = new ConcurrentHashMap<>();
    private final Map<String, Upload> uploads = new ConcurrentHashMap<>();
    private final AtomicInteger lastUpload = new AtomicInteger();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

    private SinkStore() {}

    /**
     * Runs until the process is ended.
     *
     * @param args none
     * @throws IOException when there is no port
     */
    public static void main(String[] args) throws IOException {
        SinkStore store = new SinkStore();
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
            System.out.println("listens on port " + server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                Thread.startVirtualThread(() -> store.serve(socket));
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream input = new BufferedInputStream(socket.getInputStream(), BUFFER);
                OutputStream output = socket.getOutputStream()) {
            socket.setTcpNoDelay(true);
            for (SinkRequest request = SinkRequest.read(input); request != null; request = SinkRequest.read(input)) {
                if (!request.header("expect").isEmpty()) {
                    output.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(ISO_8859_1));
                }
                respond(request, input, output);
            }
        } catch (IOException e) {
            // A client that goes away in the middle is what some tests are about; one that sends nonsense is not.
            if (!(e instanceof EOFException || e instanceof java.net.SocketException)) {
                wrong.add(e.toString());
            }
        }
    }

    private void respond(SinkRequest request, InputStream input, OutputStream output) throws IOException {
        Map<String, String> query = request.query();
        String upload = query.get("uploadId");
        switch (request.method()) {
            case "GET" -> {
                if (request.path().equals("/")) {
                    send(output, "200 OK", Map.of(), report());
                } else {
                    get(request, output, true);
                }
            }
            case "HEAD" -> get(request, output, false);
            case "PUT" -> {
                if (upload == null) {
                    put(request, input, output);
                } else {
                    putPart(request, upload, Integer.parseInt(query.getOrDefault("partNumber", "0")), input, output);
                }
            }
            case "POST" -> {
                String body = new String(input.readNBytes((int) request.length()), ISO_8859_1);
                if (upload == null) {
                    String id = "upload-" + lastUpload.incrementAndGet();
                    uploads.put(id, new Upload(request.path(), request.headers(), new ConcurrentSkipListMap<>()));
                    send(
                            output,
                            "200 OK",
                            Map.of(),
                            "<InitiateMultipartUploadResult><UploadId>" + id
                                    + "</UploadId></InitiateMultipartUploadResult>");
                } else {
                    complete(request, upload, body, output);
                }
            }
            case "DELETE" -> {
                if (upload != null) {
                    uploads.remove(upload);
                }
                send(output, "204 No Content", Map.of(), "");
            }
            default -> refuse(output, request.method() + " " + request.path());
        }
    }

    private String report() {
        return "objects " + objects.size() + ", open uploads " + uploads.size() + ", wrong " + List.copyOf(wrong);
    }

    private void put(SinkRequest request, InputStream input, OutputStream output) throws IOException {
        String crc32c = receive(request, 0, input);
        if (crc32c == null) {
            refuse(output, request.path());
            return;
        }
        Stored stored = new Stored(request.length(), crc32c, request.headers());
        objects.put(request.path(), stored);
        send(output, "200 OK", Map.of("ETag", stored.etag(), "x-amz-checksum-crc32c", crc32c), "");
    }

    private void putPart(SinkRequest request, String id, int number, InputStream input, OutputStream output)
            throws IOException {
        String crc32c = receive(request, (number - 1) * PART, input);
        Upload upload = uploads.get(id);
        if (crc32c == null || upload == null) {
            refuse(output, "part " + number + " of " + id + " of " + request.path());
            return;
        }
        upload.parts().put(number, request.length());
        send(output, "200 OK", Map.of("ETag", "\"part-" + number + "\"", "x-amz-checksum-crc32c", crc32c), "");
    }

    /** The CRC32C of what arrived, null when it is not what it should be. */
    private @Nullable String receive(SinkRequest request, long offset, InputStream input) throws IOException {
        SinkContent pattern = new SinkContent(request.path());
        CRC32C crc = new CRC32C();
        byte[] buffer = new byte[BUFFER];
        boolean right = true;
        long length = request.length();
        for (long done = 0; done < length; ) {
            int count = input.read(buffer, 0, (int) Math.min(buffer.length, length - done));
            if (count < 0) {
                throw new EOFException("a body ended early");
            }
            crc.update(buffer, 0, count);
            right &= pattern.matches(offset + done, buffer, count);
            done += count;
        }
        String sum = SinkContent.base64(crc.getValue());
        return right && sum.equals(request.header("x-amz-checksum-crc32c")) ? sum : null;
    }

    private void complete(SinkRequest request, String id, String body, OutputStream output) throws IOException {
        Upload upload = uploads.remove(id);
        int listed = body.split("<PartNumber>", -1).length - 1;
        if (upload == null
                || listed != upload.parts().size()
                || listed != upload.parts().lastKey()) {
            refuse(output, "completion of " + id + " of " + request.path());
            return;
        }
        long size = upload.parts().values().stream().mapToLong(Long::longValue).sum();
        String crc32c = new SinkContent(request.path()).crc32c(size);
        if (!crc32c.equals(request.header("x-amz-checksum-crc32c"))) {
            refuse(output, "sum of " + id + " of " + request.path());
            return;
        }
        Stored stored = new Stored(size, crc32c, upload.headers());
        objects.put(request.path(), stored);
        send(
                output,
                "200 OK",
                Map.of(),
                "<CompleteMultipartUploadResult><ETag>" + stored.etag() + "</ETag><ChecksumCRC32C>" + crc32c
                        + "</ChecksumCRC32C><ChecksumType>FULL_OBJECT</ChecksumType></CompleteMultipartUploadResult>");
    }

    private void get(SinkRequest request, OutputStream output, boolean withBody) throws IOException {
        Stored stored = objects.get(request.path());
        String ifMatch = request.header("if-match");
        if (stored == null || (!ifMatch.isEmpty() && !ifMatch.equals(stored.etag()))) {
            send(output, stored == null ? "404 Not Found" : "412 Precondition Failed", Map.of(), "");
            return;
        }
        Map<String, String> headers = new TreeMap<>();
        stored.headers().forEach((name, value) -> {
            if (name.equals("content-type") || name.startsWith("x-amz-meta-")) {
                headers.put(name, value);
            }
        });
        headers.put("ETag", stored.etag());
        headers.put("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT");
        headers.put("x-amz-checksum-crc32c", stored.crc32c());
        headers.put("x-amz-checksum-type", "FULL_OBJECT");
        long first = 0;
        long last = stored.size() - 1;
        boolean whole = request.header("range").isEmpty();
        if (!whole) {
            String[] range =
                    request.header("range").substring("bytes=".length()).split("-", 2);
            first = Long.parseLong(range[0]);
            last = range[1].isEmpty() ? last : Math.min(last, Long.parseLong(range[1]));
            headers.put("Content-Range", "bytes " + first + "-" + last + "/" + stored.size());
        }
        head(output, whole ? "200 OK" : "206 Partial Content", headers, last - first + 1);
        if (withBody) {
            new SinkContent(request.path()).write(output, first, last - first + 1);
        }
    }

    private void refuse(OutputStream output, String what) throws IOException {
        wrong.add(what);
        send(output, "400 Bad Request", Map.of(), "<Error><Code>InvalidRequest</Code></Error>");
    }

    private static void send(OutputStream output, String status, Map<String, String> headers, String body)
            throws IOException {
        byte[] bytes = body.getBytes(ISO_8859_1);
        if (status.startsWith("204")) {
            output.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(ISO_8859_1));
            return;
        }
        head(output, status, headers, bytes.length);
        output.write(bytes);
    }

    private static void head(OutputStream output, String status, Map<String, String> headers, long length)
            throws IOException {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("x-amz-request-id: sink\r\nContent-Length: ").append(length).append("\r\n\r\n");
        output.write(head.toString().getBytes(ISO_8859_1));
    }
}
