package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Sends whole requests and keeps whole responses, however they end. Thread-safe. */
final class GatewayClient {

    private static final String BOUNDARY = "d3b07384d113edec49eaa6238ad5ff00";
    private static final int LEGACY_PART = 5_242_880;

    private final URI gateway;

    GatewayClient(URI gateway) {
        this.gateway = gateway;
    }

    /** What came back; status 0 when nothing did. */
    static final class Response {

        private final int status;
        private final Map<String, String> headers;
        private final byte[] body;
        private final boolean whole;

        private Response(int status, Map<String, String> headers, byte[] body, boolean whole) {
            this.status = status;
            this.headers = headers;
            this.body = body;
            this.whole = whole;
        }

        int status() {
            return status;
        }

        /** Empty when there is none of this lower-case name. */
        String header(String name) {
            return headers.getOrDefault(name, "");
        }

        boolean hasBody(byte[] expected) {
            return Arrays.equals(body, expected);
        }

        String text() {
            return new String(body, UTF_8);
        }

        /** Whether it ended where it should. */
        boolean whole() {
            return whole;
        }
    }

    Response send(String method, String target, String headers, byte[] body) throws IOException {
        try (RawHttp connection = RawHttp.connect(gateway)) {
            connection.send(method + " " + target + " HTTP/1.1\r\nHost: " + gateway.getAuthority() + "\r\n" + headers
                    + (body.length > 0 || !method.equals("GET") ? "Content-Length: " + body.length + "\r\n" : "")
                    + "\r\n");
            // The response may come before the end of the body; who does not listen meanwhile can lose it.
            CompletableFuture<Void> sent =
                    CompletableFuture.runAsync(() -> send(connection, body), Thread::startVirtualThread);
            Response response = receive(connection);
            if (response.whole() && response.status() < 400) {
                sent.join();
            }
            return response;
        }
    }

    private static void send(RawHttp connection, byte[] body) {
        try {
            connection.send(body);
        } catch (IOException e) {
            throw new IllegalStateException("the gateway did not take the whole body", e);
        }
    }

    private static Response receive(RawHttp connection) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int status = 0;
        Map<String, String> headers = Map.of();
        try {
            RawHttp.Response response = connection.response();
            status = response.status();
            headers = response.headers();
            try (InputStream stream = response.body()) {
                stream.transferTo(body);
            }
            return new Response(status, headers, body.toByteArray(), true);
        } catch (IOException e) {
            return new Response(status, headers, body.toByteArray(), false);
        }
    }

    /** The body of a 2018 upload. */
    static byte[] legacyBody(String bucket, String key, byte[] file) {
        int parts = Math.max(1, Math.ceilDiv(file.length, LEGACY_PART));
        ByteArrayOutputStream body = new ByteArrayOutputStream(file.length + 4096);
        body.writeBytes(("--" + BOUNDARY + "\r\nContent-Type: application/json\r\n\r\n{\"bucket\":\"" + bucket
                        + "\",\"key\":\"" + key + "\",\"size\":" + file.length + ",\"parts\":" + parts + "}")
                .getBytes(UTF_8));
        for (int part = 0; part < parts; part++) {
            int first = part * LEGACY_PART;
            body.writeBytes(
                    ("\r\n--" + BOUNDARY + "\r\nContent-Type: application/octet-stream\r\n\r\n").getBytes(UTF_8));
            body.write(file, first, Math.min(LEGACY_PART, file.length - first));
        }
        body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
        return body.toByteArray();
    }

    static String legacyHeaders() {
        return "Content-Type: multipart/mixed; boundary=" + BOUNDARY + "\r\n";
    }
}
