package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection, byte by byte: for requests that break off, responses that are read slowly, and races in
 * which only the last byte is missing. Not thread-safe, but one thread may write while another one reads.
 */
public final class RawHttp implements AutoCloseable {

    private final Socket socket;
    private final InputStream input;

    private RawHttp(Socket socket) throws IOException {
        this.socket = socket;
        this.input = new BufferedInputStream(socket.getInputStream());
    }

    /**
     * A response whose body is still on the wire.
     *
     * @param status the status code
     * @param headers by lower-case name; of a repeated header only the last value
     * @param body decoded; ends where the response ends, and fails when the connection ends before that
     */
    public record Response(int status, Map<String, String> headers, InputStream body) {}

    /**
     * Opens a connection with the system's buffers.
     *
     * @param server its host and port
     * @return the connection, to be closed by the caller
     * @throws IOException when nothing listens there
     */
    public static RawHttp connect(URI server) throws IOException {
        return connect(server, 0);
    }

    /**
     * Opens a connection on which the server soon notices that nothing is read.
     *
     * @param server its host and port
     * @param receiveBuffer bytes that the system buffers; 0 for its own choice
     * @return the connection, to be closed by the caller
     * @throws IOException when nothing listens there
     */
    public static RawHttp connect(URI server, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        try {
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Patience.HANGS.toMillis());
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            return new RawHttp(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Opens a connection with TLS.
     *
     * @param server its host and port
     * @param keys what it has
     * @return the connection, its handshake complete, to be closed by the caller
     * @throws IOException when nothing listens there, or it has another key
     */
    public static RawHttp connect(URI server, TlsKeys keys) throws IOException {
        SSLSocket socket = (SSLSocket) keys.context().getSocketFactory().createSocket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) Patience.HANGS.toMillis());
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()));
            socket.startHandshake();
            return new RawHttp(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Sets how long to wait for a response; {@link Patience#HANGS} by default.
     *
     * @param silence the longest one
     * @return this
     * @throws IOException when the connection is closed
     */
    public RawHttp patient(Duration silence) throws IOException {
        socket.setSoTimeout((int) silence.toMillis());
        return this;
    }

    /**
     * Writes text.
     *
     * @param latin1 a request's head, or a piece of it
     * @throws IOException when the server has closed
     */
    public void send(String latin1) throws IOException {
        send(latin1.getBytes(ISO_8859_1));
    }

    /**
     * Writes bytes.
     *
     * @param bytes a piece of the request
     * @throws IOException when the server has closed
     */
    public void send(byte[] bytes) throws IOException {
        output().write(bytes);
    }

    /**
     * Writes text of which the server may have seen enough before it has come: it responds and closes then, and the
     * response can still be read.
     *
     * @param latin1 a request, or a piece of it
     */
    public void sendUnlessClosed(String latin1) {
        try {
            send(latin1);
        } catch (IOException closed) {
            // Whoever reads the response finds it, or finds that there is none.
            return;
        }
    }

    /**
     * Where the request goes.
     *
     * @return unbuffered
     * @throws IOException when the connection is closed
     */
    public OutputStream output() throws IOException {
        return socket.getOutputStream();
    }

    /**
     * Closes our direction and keeps the other one open.
     *
     * @throws IOException when the connection is closed
     */
    public void endRequest() throws IOException {
        socket.shutdownOutput();
    }

    /**
     * Closes at once with a reset, as a client does whose machine goes away.
     *
     * @throws IOException when the connection cannot be closed
     */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /**
     * Reads a response's head.
     *
     * @return the response, its body unread
     * @throws IOException when the response breaks off, or the server closed without one
     */
    public Response response() throws IOException {
        Response response = responseIfAny();
        if (response == null) {
            throw new EOFException("the server closed without a response");
        }
        return response;
    }

    /**
     * Reads a response's head where the server may just as well close.
     *
     * @return the response, its body unread; null when the server closed without one
     * @throws IOException when the response breaks off
     */
    public @Nullable Response responseIfAny() throws IOException {
        String statusLine = line();
        if (statusLine == null) {
            return null;
        }
        int status = Integer.parseInt(statusLine.substring(9, 12));
        Map<String, String> headers = new TreeMap<>();
        for (String header = line(); header != null && !header.isEmpty(); header = line()) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return new Response(status, headers, new Body(0, true));
        }
        return new Response(
                status, headers, new Body(Long.parseLong(headers.getOrDefault("content-length", "0")), false));
    }

    private @Nullable String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("the connection ended within: " + line.toString(ISO_8859_1));
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private final class Body extends InputStream {

        private final boolean chunked;
        private long left;
        private boolean ended;

        Body(long length, boolean chunked) {
            this.left = length;
            this.chunked = chunked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0 && chunked && !ended) {
                left = chunkLength();
                ended = left == 0;
            }
            if (left == 0) {
                return -1;
            }
            int count = input.read(target, offset, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("the connection ended " + left + " bytes before the end of the body or chunk");
            }
            left -= count;
            if (left == 0 && chunked) {
                requireLine();
            }
            return count;
        }

        private long chunkLength() throws IOException {
            long length = Long.parseLong(requireLine(), 16);
            if (length == 0) {
                requireLine();
            }
            return length;
        }

        private String requireLine() throws IOException {
            String line = line();
            if (line == null) {
                throw new EOFException("the connection ended between chunks");
            }
            return line;
        }
    }
}
