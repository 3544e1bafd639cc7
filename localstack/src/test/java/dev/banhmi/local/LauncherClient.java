package dev.banhmi.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

/** A client of what one launcher serves. Thread-safe. */
final class LauncherClient implements AutoCloseable {

    private final String url;
    private final HttpClient client = HttpClient.newHttpClient();

    /** The URL has scheme, host and port. */
    LauncherClient(String url) {
        this.url = url;
    }

    HttpResponse<String> get(String target) throws IOException, InterruptedException {
        return send("GET", target);
    }

    /** Without a body. */
    HttpResponse<String> send(String method, String target, String... headers)
            throws IOException, InterruptedException {
        return send(request(target, headers), method, BodyPublishers.noBody());
    }

    /** Who is refused before the body waits for that, instead of losing the connection in the middle. */
    HttpResponse<String> put(String target, String body, String... headers) throws IOException, InterruptedException {
        return send(request(target, headers).expectContinue(true), "PUT", BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String target, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + target));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String method, BodyPublisher body)
            throws IOException, InterruptedException {
        return client.send(request.method(method, body).build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
    }
}
