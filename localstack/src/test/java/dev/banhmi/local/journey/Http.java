package dev.banhmi.local.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An HTTP/1.1 client that follows no redirects. Thread-safe. */
final class Http implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** A whole response. */
    record Response(HttpResponse<byte[]> response) {

        int status() {
            return response.statusCode();
        }

        /** Empty when it is absent. */
        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        byte[] body() {
            return response.body();
        }

        String text() {
            return new String(body(), UTF_8);
        }

        JsonNode json() {
            return JSON.readTree(body());
        }

        @Override
        public String toString() {
            String text = body().length > 1_000 ? body().length + " bytes" : text();
            return status() + " " + response.headers().map() + " " + text;
        }
    }

    Response put(URI target, byte[] content, String... headers) {
        return send("PUT", target, BodyPublishers.ofByteArray(content), headers);
    }

    Response get(URI target, String... headers) {
        return send("GET", target, BodyPublishers.noBody(), headers);
    }

    Response send(String method, URI target, BodyPublisher body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target).timeout(Patience.HANGS).method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return new Response(client.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError(method + " " + target + ": no response", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during a request", e);
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
