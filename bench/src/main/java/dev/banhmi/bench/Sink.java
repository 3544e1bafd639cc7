package dev.banhmi.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.zip.CRC32C;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A store that discards what it receives, but rejects a part whose CRC32C does not match, and keeps an object whose name begins with
 * {@link #KEPT}, so that it can be fetched and compared. A process of its own: its cost counts for no contestant. Thread-safe.
 */
final class Sink {

    /** Beginning of the names of objects that are kept. */
    static final String KEPT = "kept-";

    private static final String CRC32C = "x-amz-checksum-crc32c";
    private static final String PART = "partNumber=";
    private static final byte[] NOT_FOUND = ascii("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    private static final int BUFFER = 256 * 1024;

    private final ServerSocket listener;
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();

    /** Of an object that is kept, its parts by number. */
    private final Map<String, Map<Integer, byte[]>> kept = new ConcurrentHashMap<>();

    private Sink(ServerSocket listener) {
        this.listener = listener;
    }

    static Server start(Workshop workshop, boolean tls) throws IOException {
        int port = Server.freePort();
        List<String> command = new ArrayList<>(workshop.java("-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(List.of(
                Sink.class.getName(),
                Integer.toString(port),
                tls ? workshop.directory().toString() : ""));
        return Server.start("sink", workshop.directory(), port, command);
    }

    /**
     * Listens until it is killed.
     *
     * @param arguments the port; the directory of the certificate, empty for plain HTTP
     * @throws IOException if the port cannot be had
     */
    public static void main(String[] arguments) throws IOException {
        ServerSocketFactory sockets = arguments[1].isEmpty()
                ? ServerSocketFactory.getDefault()
                : StoreCertificate.in(Path.of(arguments[1])).serverContext().getServerSocketFactory();
        new Sink(sockets.createServerSocket(Integer.parseInt(arguments[0]), 64, InetAddress.getLoopbackAddress()))
                .accept();
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            socket.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().start(() -> serve(socket));
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), BUFFER);
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            String line = line(in);
            while (line != null) {
                String[] request = line.split(" ", -1);
                Map<String, String> headers = headers(in);
                if (headers.containsKey("expect")) {
                    out.write(ascii("HTTP/1.1 100 Continue\r\n\r\n"));
                    out.flush();
                }
                out.write(respond(request[0], request[1], headers, in, buffer));
                out.flush();
                line = line(in);
            }
        } catch (IOException gone) {
            // The client sees a broken connection and fails; there is nothing else to report to.
            return;
        }
    }

    private byte[] respond(String method, String target, Map<String, String> headers, InputStream in, byte[] buffer)
            throws IOException {
        String key = target.replaceFirst("\\?.*", "");
        boolean keeps = key.contains("/" + KEPT);
        InputStream body = new BoundedBody(in, Long.parseLong(headers.getOrDefault("content-length", "0")));
        if (headers.getOrDefault("content-encoding", "").contains("aws-chunked")) {
            body = new AwsChunkedBody(body);
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        CRC32C crc = new CRC32C();
        long length = 0;
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            crc.update(buffer, 0, count);
            length += count;
            if (keeps && method.equals("PUT")) {
                content.write(buffer, 0, count);
            }
        }
        String computed = Workshop.base64(crc.getValue());
        return switch (method) {
            case "PUT" -> {
                if (!computed.equals(headers.getOrDefault(CRC32C, computed))) {
                    yield response("400 Bad Request", "", error("BadDigest"));
                }
                if (target.contains(PART)) {
                    sizes.merge(key, length, Long::sum);
                } else {
                    sizes.put(key, length);
                    kept.remove(key);
                }
                if (keeps) {
                    kept.computeIfAbsent(key, any -> new ConcurrentSkipListMap<>())
                            .put(partNumber(target), content.toByteArray());
                }
                yield response("200 OK", "ETag: \"part\"\r\n" + CRC32C + ": " + computed + "\r\n", "");
            }
            case "POST" -> {
                if (target.endsWith("uploads") || target.contains("uploads&") || target.endsWith("uploads=")) {
                    sizes.remove(key);
                    kept.remove(key);
                    yield response("200 OK", "", """
                        <InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>\
                        """);
                }
                yield response("200 OK", "", """
                    <CompleteMultipartUploadResult><ETag>"whole"</ETag><ChecksumCRC32C>%s</ChecksumCRC32C>\
                    </CompleteMultipartUploadResult>\
                    """.formatted(headers.getOrDefault(CRC32C, "")));
            }
            case "GET" -> {
                Map<Integer, byte[]> parts = kept.get(key);
                yield parts == null ? NOT_FOUND : whole(parts);
            }
            case "HEAD" -> {
                Long size = sizes.get(key);
                yield size == null
                        ? NOT_FOUND
                        : ascii("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\nETag: \"whole\"\r\n"
                                + "Last-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n\r\n");
            }
            case "DELETE" -> ascii("HTTP/1.1 204 No Content\r\n\r\n");
            default -> response("501 Not Implemented", "", error("NotImplemented"));
        };
    }

    private static int partNumber(String target) {
        int at = target.indexOf(PART);
        return at < 0
                ? 1
                : Integer.parseInt(target.substring(at + PART.length()).replaceFirst("\\D.*", ""));
    }

    private static byte[] whole(Map<Integer, byte[]> parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(ascii("HTTP/1.1 200 OK\r\nContent-Length: "
                + parts.values().stream().mapToInt(part -> part.length).sum() + "\r\n\r\n"));
        parts.values().forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    private static String error(String code) {
        return "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    }

    private static byte[] response(String status, String headers, String body) {
        return ascii("HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        Map<String, String> headers = new HashMap<>();
        String line = line(in);
        while (line != null && !line.isEmpty()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
            line = line(in);
        }
        return headers;
    }

    private static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next == '\n') {
                return line.toString().stripTrailing();
            }
            line.append((char) next);
        }
        return null;
    }
}
