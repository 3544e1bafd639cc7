package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.RawHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the v1 API, to which names are given percent-encoded, as they stand in the request. Thread-safe. */
final class ObjectClient implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI gateway;

    ObjectClient(URI gateway) {
        this.gateway = gateway;
    }

    /** A whole response. Not to be changed. */
    static final class Response {

        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;

        /** Headers by lower-case name. */
        Response(int status, Map<String, String> headers, byte[] body) {
            this.status = status;
            this.headers = Map.copyOf(headers);
            this.body = body;
        }

        static Response of(RawHttp.Response response) throws IOException {
            return new Response(
                    response.status(), response.headers(), response.body().readAllBytes());
        }

        int status() {
            return status;
        }

        Map<String, String> headers() {
            return headers;
        }

        /** Empty when it is absent. */
        String header(String lowerCaseName) {
            return headers.getOrDefault(lowerCaseName, "");
        }

        String etag() {
            return header("etag");
        }

        byte[] body() {
            return body;
        }

        JsonNode json() {
            return JSON.readTree(body);
        }

        @Override
        public String toString() {
            String text = body.length > 1_000 ? body.length + " bytes" : new String(body, UTF_8);
            return status + " " + headers + " " + text;
        }
    }

    static String target(String bucket, String encodedName) {
        return "/v1/objects/" + bucket + "/" + encodedName;
    }

    /** Announces the length. */
    Response put(String bucket, String name, byte[] content, String... headers) {
        return send("PUT", target(bucket, name), BodyPublishers.ofByteArray(content), headers);
    }

    /** Sends chunks, the length unknown. */
    Response putChunked(String bucket, String name, byte[] content, String... headers) {
        return send(
                "PUT",
                target(bucket, name),
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)),
                headers);
    }

    Response get(String bucket, String name, String... headers) {
        return send("GET", target(bucket, name), BodyPublishers.noBody(), headers);
    }

    Response head(String bucket, String name, String... headers) {
        return send("HEAD", target(bucket, name), BodyPublishers.noBody(), headers);
    }

    Response delete(String bucket, String name, String... headers) {
        return send("DELETE", target(bucket, name), BodyPublishers.noBody(), headers);
    }

    Response send(String method, String target, BodyPublisher body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway + target))
                .timeout(Patience.HANGS)
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Map<String, String> fields = new TreeMap<>();
            response.headers().map().forEach((name, values) -> fields.put(name, String.join(", ", values)));
            return new Response(response.statusCode(), fields, response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + target, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a request", e);
        }
    }

    /** One request on a connection of its own; the body, if any, is in the request. */
    Response raw(String head, byte[] body) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway)) {
            connection.send(head);
            connection.send(body);
            boolean bodiless = head.startsWith("HEAD ");
            RawHttp.Response response = connection.response();
            return bodiless ? new Response(response.status(), response.headers(), new byte[0]) : Response.of(response);
        }
    }

    /** A request head; each header without its line end. */
    String requestHead(String method, String target, String... headers) {
        StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
        head.append("Host: ").append(gateway.getAuthority()).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @Override
    public void close() {
        http.close();
    }
}
