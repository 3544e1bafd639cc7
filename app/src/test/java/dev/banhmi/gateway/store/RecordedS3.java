package dev.banhmi.gateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An HTTP server that says what it was told to say and keeps what it was asked. Thread-safe. */
final class RecordedS3 implements AutoCloseable {

    private final HttpServer server;
    private final Deque<Response> responses = new ArrayDeque<>();
    private final List<Request> requests = new ArrayList<>();

    /** What arrived; header names as {@link com.sun.net.httpserver.Headers} compares them, regardless of case. */
    record Request(String method, URI target, Map<String, List<String>> headers, String text) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name)).map(List::getFirst);
        }
    }

    /**
     * What is said.
     *
     * @param missing how many bytes of the body are announced but never come
     */
    record Response(int status, Map<String, String> headers, String body, int missing) {

        Response(int status, Map<String, String> headers, String body) {
            this(status, headers, body, 0);
        }

        static Response ok(Map<String, String> headers) {
            return new Response(200, headers, "");
        }

        static Response error(int status, String code) {
            return xml(status, "<Error><Code>" + code + "</Code><Message>told to</Message></Error>");
        }

        /** The same, but the connection ends before the end. */
        Response breakingOff() {
            return new Response(status, headers, body, 100);
        }

        static Response xml(int status, String body) {
            return new Response(status, Map.of("Content-Type", "application/xml"), "<?xml version=\"1.0\"?>\n" + body);
        }
    }

    private RecordedS3(HttpServer server) {
        this.server = server;
    }

    static RecordedS3 start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            RecordedS3 store = new RecordedS3(server);
            server.createContext("/", store::handle);
            server.start();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Says each of these once, in their order, and the last one to all that comes after it. */
    synchronized void says(Response... inOrder) {
        responses.clear();
        responses.addAll(List.of(inOrder));
    }

    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    /** The only one there was. */
    synchronized Request request() {
        if (requests.size() != 1) {
            throw new AssertionError(requests.size() + " requests, not one");
        }
        return requests.getFirst();
    }

    private synchronized Response next(Request request) {
        requests.add(request);
        return responses.size() > 1 ? responses.removeFirst() : responses.getFirst();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String text = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            Response response = next(new Request(
                    exchange.getRequestMethod(), exchange.getRequestURI(), exchange.getRequestHeaders(), text));
            response.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] said = response.body().getBytes(UTF_8);
            int announced = said.length + response.missing();
            exchange.sendResponseHeaders(response.status(), announced == 0 ? -1 : announced);
            exchange.getResponseBody().write(said);
            exchange.getResponseBody().flush();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
