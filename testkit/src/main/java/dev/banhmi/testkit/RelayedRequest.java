package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request that a relay has read whole and passes on over a connection that serves no other one: the response then ends where that
 * connection does, however its body is framed. Not thread-safe.
 */
public final class RelayedRequest {

    private static final Pattern LENGTH = Pattern.compile("(?im)^content-length: *(\\d+)");
    private static final Pattern CONNECTION = Pattern.compile("(?im)^connection:.*\r\n");

    private final String head;
    private final byte[] body;

    private RelayedRequest(String head, byte[] body) {
        this.head = head;
        this.body = body;
    }

    /**
     * Reads a request whose body has a Content-Length, if it has one at all.
     *
     * @param input of the connection that it comes over
     * @return the request
     * @throws EOFException when the connection ends within it, or before it
     * @throws IOException when the connection cannot be read
     */
    public static RelayedRequest read(InputStream input) throws IOException {
        String head = readHead(input);
        Matcher length = LENGTH.matcher(head);
        int size = length.find() ? Integer.parseInt(length.group(1)) : 0;
        byte[] body = input.readNBytes(size);
        if (body.length < size) {
            throw new EOFException("a body ended after " + body.length + " of " + size + " bytes");
        }
        return new RelayedRequest(head, body);
    }

    /**
     * Reads the head of a request or a response, and nothing behind it.
     *
     * @param input read byte by byte
     * @return the head, with the blank line
     * @throws EOFException when the connection ends within it, or before it
     * @throws IOException when the connection cannot be read
     */
    public static String readHead(InputStream input) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lineLength = 0;
        while (true) {
            int next = input.read();
            if (next < 0) {
                throw new EOFException("the connection ended after " + head.size() + " bytes of a head");
            }
            head.write(next);
            if (next == '\n') {
                if (lineLength == 0) {
                    return head.toString(ISO_8859_1);
                }
                lineLength = 0;
            } else if (next != '\r') {
                lineLength++;
            }
        }
    }

    /**
     * Method, target and version.
     *
     * @return the first line, without its end
     */
    public String line() {
        return head.substring(0, head.indexOf('\r'));
    }

    /**
     * Connects to the store and passes it on.
     *
     * @param store its host and port
     * @param target a socket without a connection
     * @throws IOException when the store does not listen, or has closed the connection
     */
    public void send(URI store, Socket target) throws IOException {
        target.setTcpNoDelay(true);
        target.connect(new InetSocketAddress(store.getHost(), store.getPort()));
        String once = CONNECTION.matcher(head).replaceAll("");
        once = once.substring(0, once.length() - 2) + "Connection: close\r\n\r\n";
        target.getOutputStream().write(once.getBytes(ISO_8859_1));
        target.getOutputStream().write(body);
    }
}
