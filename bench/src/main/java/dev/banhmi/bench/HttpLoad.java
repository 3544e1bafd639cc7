package dev.banhmi.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** One connection of a client that costs next to nothing, so that the machine is left to the server under test. */
final class HttpLoad implements AutoCloseable {

    private static final int BUFFER = 256 * 1024;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);

    HttpLoad(Server server) throws IOException {
        this.channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        buffer.flip();
    }

    /** Reads one response to its end and checks its length. */
    void get(String path, long expectedLength) throws IOException {
        get(path, expectedLength, null);
    }

    /** The same, updating the CRC32C with what was received. */
    void get(String path, long expectedLength, @Nullable CRC32C crc) throws IOException {
        send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        long length = contentLength(head(200));
        if (length != expectedLength) {
            throw new IOException(path + " has " + length + " bytes, not " + expectedLength);
        }
        for (long left = length; left > 0; ) {
            if (!buffer.hasRemaining()) {
                refill();
            }
            int count = (int) Math.min(left, buffer.remaining());
            if (crc != null) {
                crc.update(buffer.slice(buffer.position(), count));
            }
            buffer.position(buffer.position() + count);
            left -= count;
        }
    }

    /** Sends the block as often as the length needs, and waits for a 201 or 200. The connection is used up. */
    void put(String path, ByteBuffer block, long length) throws IOException {
        send("PUT " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: " + length
                + "\r\n\r\n");
        for (long left = length; left > 0; ) {
            ByteBuffer next = block.slice(0, (int) Math.min(left, block.capacity()));
            left -= next.remaining();
            while (next.hasRemaining()) {
                channel.write(next);
            }
        }
        head(201, 200);
    }

    private void send(String request) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private String head(int... expected) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            if (!buffer.hasRemaining()) {
                refill();
            }
            head.append((char) buffer.get());
        }
        for (int status : expected) {
            if (head.toString().startsWith("HTTP/1.1 " + status)) {
                return head.toString();
            }
        }
        throw new IOException("the response is not a success: " + head);
    }

    private static long contentLength(String head) throws IOException {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("the response has no Content-Length: " + head));
    }

    private void refill() throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        buffer.flip();
        if (count < 0) {
            throw new EOFException("the connection ended early");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
