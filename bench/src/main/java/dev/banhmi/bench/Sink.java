package dev.banhmi.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A store over TLS that discards what it receives, but rejects a part whose CRC32C does not match. It runs in the benchmark's own process:
 * its cost counts for no contestant. Thread-safe.
 */
final class Sink implements AutoCloseable {

    private static final String CRC32C = "x-amz-checksum-crc32c";
    private static final int BUFFER = 64 * 1024;

    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();

    private Sink(ServerSocket listener) {
        this.listener = listener;
    }

    static Sink start(StoreCertificate certificate) throws IOException {
        Sink sink = new Sink(certificate
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 64, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("sink").start(sink::accept);
        return sink;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
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
                    out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.write(respond(request[0], request[1], headers, in, buffer).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                line = line(in);
            }
        } catch (IOException gone) {
            // The client sees a broken connection and fails; there is nothing else to report to.
            return;
        } finally {
            open.remove(socket);
        }
    }

    private String respond(String method, String target, Map<String, String> headers, InputStream in, byte[] buffer)
            throws IOException {
        long length = Long.parseLong(headers.getOrDefault("content-length", "0"));
        CRC32C crc = new CRC32C();
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (count < 0) {
                throw new EOFException("the body ended early");
            }
            crc.update(buffer, 0, count);
            left -= count;
        }
        String key = target.replaceFirst("\\?.*", "");
        String computed = Workshop.base64(crc.getValue());
        return switch (method) {
            case "PUT" -> {
                if (!computed.equals(headers.get(CRC32C))) {
                    yield response("400 Bad Request", "", error("BadDigest"));
                }
                sizes.merge(key, length, Long::sum);
                yield response("200 OK", "ETag: \"part\"\r\n" + CRC32C + ": " + computed + "\r\n", "");
            }
            case "POST" -> {
                if (target.endsWith("uploads") || target.contains("uploads&")) {
                    sizes.remove(key);
                    yield response("200 OK", "", """
                        <InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>\
                        """);
                }
                yield response("200 OK", "", """
                    <CompleteMultipartUploadResult><ETag>"whole"</ETag><ChecksumCRC32C>%s</ChecksumCRC32C>\
                    </CompleteMultipartUploadResult>\
                    """.formatted(headers.get(CRC32C)));
            }
            case "HEAD" -> {
                Long size = sizes.get(key);
                yield size == null
                        ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\nETag: \"whole\"\r\n"
                                + "Last-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n\r\n";
            }
            default -> response("501 Not Implemented", "", error("NotImplemented"));
        };
    }

    private static String error(String code) {
        return "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    }

    private static String response(String status, String headers, String body) {
        return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length() + "\r\n\r\n" + body;
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

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
