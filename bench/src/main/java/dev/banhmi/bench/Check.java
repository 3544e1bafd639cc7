package dev.banhmi.bench;

import dev.banhmi.bench.load.Content;
import dev.banhmi.bench.load.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Whether a contestant passes on the right bytes, asked before it is measured: the load client looks only at lengths. */
final class Check implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final int BUFFER = 64 << 10;

    private final HttpClient client;

    Check(Workshop workshop) throws IOException {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(workshop.certificate().clientContext())
                .build();
    }

    /**
     * Fetches and compares.
     *
     * @throws IOException if the bytes are not those of the checksum
     */
    void download(Request request, String crc32c) throws IOException {
        HttpRequest.Builder get = HttpRequest.newBuilder(address(request)).timeout(TIMEOUT);
        if (!request.range().isEmpty()) {
            get.header("Range", request.range());
        }
        CRC32C crc = new CRC32C();
        long length = 0;
        HttpResponse<InputStream> response = send(get.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                crc.update(buffer, 0, count);
                length += count;
            }
        }
        if (length != request.length() || !Workshop.base64(crc.getValue()).equals(crc32c)) {
            throw new IOException("wrong bytes: status " + response.statusCode() + ", " + length + " bytes with CRC32C "
                    + Workshop.base64(crc.getValue()) + ", not " + request.length() + " with " + crc32c);
        }
    }

    /**
     * Sends, fetches from the store and compares.
     *
     * @param request whose target the store keeps
     * @param stored the object's address at the store
     * @throws IOException if the store has other bytes
     */
    void upload(Request request, URI stored) throws IOException {
        byte[] content = Content.block(Math.toIntExact(request.length()));
        HttpResponse<byte[]> written = send(
                HttpRequest.newBuilder(address(request))
                        .timeout(TIMEOUT)
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(content))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (written.statusCode() / 100 != 2) {
            throw new IOException("an upload is answered with status " + written.statusCode());
        }
        HttpResponse<byte[]> read =
                send(HttpRequest.newBuilder(stored).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (!Arrays.equals(content, read.body())) {
            throw new IOException("wrong bytes: the store has " + read.body().length + " after an upload of "
                    + content.length + ", or other ones");
        }
    }

    private static URI address(Request request) {
        return URI.create((request.tls() ? "https" : "http") + "://127.0.0.1:" + request.port() + request.target());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> body) throws IOException {
        try {
            return client.send(request, body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
