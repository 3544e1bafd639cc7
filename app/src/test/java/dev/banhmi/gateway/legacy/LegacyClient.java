package dev.banhmi.gateway.legacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the 2018 API. Thread-safe. */
final class LegacyClient implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;

    LegacyClient(URI gateway) {
        this.gateway = gateway;
    }

    /** A response with a small body. */
    record Response(int status, HttpHeaders headers, String text) {

        JsonNode json() {
            return JSON.readTree(text);
        }

        String contentType() {
            return headers.firstValue("content-type").orElse("");
        }

        @Override
        public String toString() {
            return status + " " + contentType() + " " + text;
        }
    }

    /** A response whose body was only digested. */
    record Download(int status, HttpHeaders headers, String sha256) {}

    /** The name under which the 2018 service stored a key. */
    static String stored(String key) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-224").digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-224", e);
        }
    }

    static JsonNode json(String text) {
        return JSON.readTree(text);
    }

    static String query(String bucket, String key) {
        return "?bucket=" + URLEncoder.encode(bucket, UTF_8) + "&key=" + URLEncoder.encode(key, UTF_8);
    }

    /** Uploads with the length announced. */
    Response upload(UploadBody body) {
        return upload("/file/upload", body.contentType(), known(body));
    }

    /** Uploads in chunks, the length unknown. */
    Response uploadChunked(UploadBody body) {
        return upload("/file/upload", body.contentType(), BodyPublishers.ofInputStream(body::open));
    }

    Response upload(String target, String contentType, BodyPublisher body) {
        return send(request(target).header("Content-Type", contentType).POST(body));
    }

    static BodyPublisher known(UploadBody body) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(body::open), body.length());
    }

    /**
     * Uploads and goes on sending while the gateway may have refused already, as every client does that reads the
     * response when it has sent all. The gateway takes what it has refused for a while; a machine that needs longer for
     * it says nothing, and the client tries again.
     */
    Response uploadRegardless(UploadBody body) throws Exception {
        List<Response> responses = new ArrayList<>();
        Pauses.repeatedWhereLongerThan(Linger.LIMIT, pauses -> {
            pauses.begin();
            return responses.add(sendAllThenRead(body));
        });
        return responses.getLast();
    }

    private Response sendAllThenRead(UploadBody body) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway)) {
            connection.send(uploadHead(body));
            try (InputStream stream = body.open()) {
                stream.transferTo(connection.output());
            }
            RawHttp.Response response = connection.response();
            Map<String, List<String>> headers = new TreeMap<>();
            response.headers().forEach((name, value) -> headers.put(name, List.of(value)));
            return new Response(
                    response.status(),
                    HttpHeaders.of(headers, (name, value) -> true),
                    new String(response.body().readAllBytes(), UTF_8));
        }
    }

    /** A request head that announces the whole body. */
    String uploadHead(UploadBody body) {
        return "POST /file/upload HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\nContent-Type: "
                + body.contentType() + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
    }

    Download download(String bucket, String key, String... headers) {
        HttpRequest.Builder request = request("/file/download" + query(bucket, key));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return new Download(response.statusCode(), response.headers(), GeneratedContent.sha256(body));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    Response status(String bucket, String key) {
        return send("GET", "/file/status" + query(bucket, key));
    }

    Response delete(String bucket, String key) {
        return send("DELETE", "/file/delete" + query(bucket, key));
    }

    Response send(String method, String target) {
        return send(request(target).method(method, BodyPublishers.noBody()));
    }

    private Response send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString(UTF_8));
            return new Response(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(gateway + target)).timeout(Patience.HANGS);
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted during a request", e);
    }

    @Override
    public void close() {
        http.close();
    }
}
