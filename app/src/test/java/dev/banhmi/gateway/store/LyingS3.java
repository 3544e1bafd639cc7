package dev.banhmi.gateway.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A store on a bare socket, which keeps connections and says on each of them what nobody asked for, too. Each
 * connection has a number, from 0. Thread-safe.
 */
public final class LyingS3 implements AutoCloseable {

    private final ServerSocket server;
    private final String scheme;
    private final Behaviour behaviour;
    private final AtomicInteger connections = new AtomicInteger();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** What it does with the request whose head it has read; the rest of the request is still to be read. */
    public interface Behaviour {
        /**
         * Responds to one request, or does not.
         *
         * @param exchange the request
         * @throws IOException when the client is gone
         */
        void handle(Exchange exchange) throws IOException;
    }

    /**
     * A request, and what it takes to respond.
     *
     * @param connection the number of its connection
     * @param number of the request on that connection, from 0
     * @param method its method
     * @param head all of its head
     * @param bodyLength as announced
     * @param in the rest of the request
     * @param out to the client
     */
    public record Exchange(
            int connection, int number, String method, String head, long bodyLength, InputStream in, OutputStream out) {

        /**
         * Reads what is left of the body as if nothing of it had been read.
         *
         * @throws IOException when the client is gone
         */
        public void readBody() throws IOException {
            in.skipNBytes(bodyLength);
        }

        /**
         * Says something in one write, so that all of it arrives at once.
         *
         * @param messages what is said
         * @throws IOException when the client is gone
         */
        public void say(String... messages) throws IOException {
            out.write(String.join("", messages).getBytes(UTF_8));
            out.flush();
        }
    }

    private LyingS3(ServerSocket server, String scheme, Behaviour behaviour) {
        this.server = server;
        this.scheme = scheme;
        this.behaviour = behaviour;
    }

    /**
     * Starts one without TLS.
     *
     * @param behaviour what it does
     * @return to be closed
     */
    public static LyingS3 start(Behaviour behaviour) {
        try {
            return start(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), "http", behaviour);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts one.
     *
     * @param server it listens on
     * @param scheme {@code http} or {@code https}
     * @param behaviour what it does
     * @return to be closed
     */
    public static LyingS3 start(ServerSocket server, String scheme, Behaviour behaviour) {
        LyingS3 store = new LyingS3(server, scheme, behaviour);
        Thread.ofVirtual().name("lying-store").start(store::accept);
        return store;
    }

    /**
     * Where it is.
     *
     * @return without a path
     */
    public URI endpoint() {
        return URI.create(scheme + "://127.0.0.1:" + server.getLocalPort());
    }

    /**
     * What it was asked.
     *
     * @return each as connection and method, such as {@code 0 GET}
     */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                int number = connections.getAndIncrement();
                open.add(client);
                Thread.ofVirtual().name("lying-store-" + number).start(() -> serve(client, number));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void serve(Socket client, int connection) {
        try (client) {
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            for (int number = 0; ; number++) {
                String head = head(in);
                String method = head.substring(0, head.indexOf(' '));
                requests.add(connection + " " + method);
                behaviour.handle(new Exchange(connection, number, method, head, bodyLength(head), in, out));
            }
        } catch (IOException e) {
            // The client has closed it, or the test has ended.
        }
    }

    private static long bodyLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                .mapToLong(line -> Long.parseLong(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the client has closed the connection");
            }
            head.append(new String(new byte[] {(byte) next}, ISO_8859_1));
        }
        return head.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Socket client : open) {
                client.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
