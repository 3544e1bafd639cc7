package dev.banhmi.testkit.aws;

import dev.banhmi.testkit.LoopbackServer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * HTTP/1.1 on a loopback socket that can also misbehave below HTTP. One request a connection; one thread a connection.
 */
final class WireServer implements AutoCloseable {

    private final Function<Request, Response> handler;
    private final LoopbackServer server;
    private final CountDownLatch closed = new CountDownLatch(1);

    /** The request of a client; names of headers in lower case. */
    record Request(String method, String path, Map<String, String> headers, String body) {

        /** The same for all attempts of the SDK at one call; a call of something else has one attempt. */
        String callId() {
            return headers.getOrDefault(
                    "amz-sdk-invocation-id", UUID.randomUUID().toString());
        }
    }

    /** What the client gets. */
    sealed interface Response {

        /** A whole HTTP response. */
        record Http(int status, Map<String, String> headers, String body) implements Response {}

        /** TCP reset instead of a response. */
        record Reset() implements Response {}

        /** Nothing, for as long as the client waits. */
        record Silence(Duration atMost) implements Response {}
    }

    WireServer(Function<Request, Response> handler) {
        this.handler = handler;
        this.server = LoopbackServer.start(this::serve);
    }

    String authority() {
        return uri().getAuthority();
    }

    URI uri() {
        return server.uri();
    }

    private void serve(Socket socket) throws IOException, InterruptedException {
        Request request = read(socket.getInputStream());
        switch (handler.apply(request)) {
            case Response.Http http -> write(socket.getOutputStream(), http);
            case Response.Reset reset -> socket.setSoLinger(true, 0);
            case Response.Silence(Duration atMost) -> closed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static Request read(InputStream in) throws IOException {
        String[] first = line(in).split(" ", 3);
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("The connection ended within a body.");
        }
        return new Request(first[0], first[1], headers, new String(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("The connection ended within a line.");
            }
            if (c != '\r') {
                line.write(c);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void write(OutputStream out, Response.Http response) throws IOException {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " Scripted\r\n");
        response.headers().forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        head.append("Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
        out.write(head.toString().getBytes(StandardCharsets.UTF_8));
        out.write(body);
        out.flush();
    }

    @Override
    public void close() {
        closed.countDown();
        server.close();
    }
}
