package dev.banhmi.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.RawHttp;
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

    /** A short body. */
    HttpResponse<String> put(String target, String body, String... headers) throws IOException, InterruptedException {
        return send(request(target, headers), "PUT", BodyPublishers.ofString(body));
    }

    /** The status and the text of a response. */
    record Told(int status, String text) {}

    /**
     * A body of any length, sent when the server asks for it: who is refused before loses no connection in the middle. Waits for that as long as it
     * takes, where the JDK's client sends the body after five seconds and then takes the interim response for the final one.
     */
    Told putWhenAsked(String target, String body, String... headers) throws IOException {
        StringBuilder head = new StringBuilder("PUT " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n");
        for (int i = 0; i < headers.length; i += 2) {
            head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
        }
        try (RawHttp http = RawHttp.connect(URI.create(url))) {
            http.send(head + "\r\n");
            RawHttp.Response response = http.response();
            if (response.status() == 100) {
                http.send(body);
                response = http.response();
            }
            return new Told(response.status(), new String(response.body().readAllBytes(), UTF_8));
        }
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
