package dev.banhmi.local.load;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One connection, one request at a time, nothing repeated behind its user's back: every client library sends some requests again by
 * itself, and a failure that is hidden so would not be counted.
 */
final class HttpConnection implements Closeable {

    /** A reused connection that ended without a byte of a response: RFC 9112, 9.3.1 lets a client send an idempotent request again. */
    static final class StaleException extends IOException {
        private static final long serialVersionUID = 1;

        StaleException(IOException cause) {
            super("a reused connection ended without a response", cause);
        }
    }

    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int READ_TIMEOUT_MILLIS = 90_000;
    // Small, so that a client that reads slowly is slow for the gateway too.
    private static final int RECEIVE_BUFFER = 64 * 1024;

    private final Socket socket = new Socket();
    private final String host;
    private final InputStream in;
    private final OutputStream out;
    private boolean used;
    private boolean responded;

    HttpConnection(URI server) throws IOException {
        host = server.getAuthority();
        socket.setReceiveBufferSize(RECEIVE_BUFFER);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
        out = socket.getOutputStream();
    }

    Response exchange(Request request, Request.Sink sink) throws IOException, InterruptedException {
        responded = false;
        try {
            Response response = response(request);
            used = true;
            readBody(request, response, sink);
            return response;
        } catch (IOException failure) {
            throw used && !responded ? new StaleException(failure) : failure;
        }
    }

    private Response response(Request request) throws IOException, InterruptedException {
        try {
            StringBuilder head = new StringBuilder(
                    request.method() + " " + request.target() + " HTTP/1.1\r\nHost: " + host + "\r\n");
            request.headers().forEach(line -> head.append(line).append("\r\n"));
            if (request.length() > 0) {
                head.append("Content-Length: ").append(request.length()).append("\r\n");
            }
            out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
            request.body().writeTo(out);
            out.flush();
        } catch (IOException broken) {
            // A server that refuses early responds before it closes; its response says more than the broken pipe.
            try {
                return readHead();
            } catch (IOException noResponse) {
                broken.addSuppressed(noResponse);
                throw broken;
            }
        }
        return readHead();
    }

    private Response readHead() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("not an HTTP response: " + String.join(" ", status));
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Response(Integer.parseInt(status[1]), headers);
    }

    private void readBody(Request request, Response response, Request.Sink sink)
            throws IOException, InterruptedException {
        if (request.method().equals("HEAD") || response.status() == 204) {
            return;
        }
        if ("chunked".equalsIgnoreCase(response.headers().get("transfer-encoding"))) {
            for (long size = chunkSize(); size > 0; size = chunkSize()) {
                readExactly(size, sink);
                line();
            }
            line();
            return;
        }
        String length = response.headers().get("content-length");
        if (length == null) {
            throw new IOException("a response without a length");
        }
        readExactly(Long.parseLong(length), sink);
    }

    private long chunkSize() throws IOException {
        return Long.parseLong(line(), 16);
    }

    private void readExactly(long length, Request.Sink sink) throws IOException, InterruptedException {
        byte[] buffer = new byte[8 * 1024];
        for (long left = length; left > 0; ) {
            int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (count < 0) {
                throw new EOFException("the response ended " + left + " bytes early");
            }
            sink.accept(buffer, count);
            left -= count;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the connection ended inside the head of a response");
            }
            responded = true;
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
