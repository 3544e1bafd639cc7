package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;

/*
 * An HTTP/1.1 server between the gateway and the store. Every call on an object with a script is looked up there; a call that
 * is not to fail is passed on byte by byte, so that its signature stays valid. Messages are read whole before they are passed
 * on, which makes "the store has seen it" and "the store has done it" exact.
 */
final class FaultProxy implements AutoCloseable {

    private static final Duration SLOW = Duration.ofMillis(120);

    /** No wait of the gateway under test is as long. */
    private static final Duration HELD = Duration.ofSeconds(30);

    private final URI store;
    private final ServerSocket server;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
    private final LongAdder hangUps = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();

    private FaultProxy(URI store, ServerSocket server) {
        this.store = store;
        this.server = server;
    }

    static FaultProxy start(URI store) throws IOException {
        FaultProxy proxy = new FaultProxy(store, new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
        Thread.ofPlatform().daemon().name("fault-proxy").start(proxy::accept);
        return proxy;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** From now on the calls on this object meet these faults. */
    Script script(String bucket, String key, List<Script.Rule> rules) {
        Script script = new Script(rules);
        scripts.put("/" + bucket + "/" + key, script);
        return script;
    }

    /** What went wrong in the proxy or the store, and was not meant to. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    /** How many connections ended in the middle of a message. */
    long hangUps() {
        return hangUps.sum();
    }

    /** How many request bodies the store did not read to their end. */
    long refusals() {
        return refusals.sum();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                connections.execute(() -> serve(client));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    troubles.add("accept: " + e);
                }
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream input = new BufferedInputStream(client.getInputStream(), 64 * 1024);
            boolean goOn = true;
            while (goOn) {
                HttpMessage request = HttpMessage.readRequest(input, client.getOutputStream());
                goOn = request != null && answer(request, client);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            // The gateway hangs up on calls that take too long: that is what is being tested.
            hangUps.increment();
        } finally {
            open.remove(client);
        }
    }

    /** Whether the connection can take another request. */
    private boolean answer(HttpMessage request, Socket client) throws IOException, InterruptedException {
        Script script = scripts.get(request.path());
        Fault fault = script == null ? null : script.next(S3Call.of(request.method(), request.query()));
        OutputStream out = client.getOutputStream();
        if (fault == null) {
            return write(forward(request), out);
        }
        return switch (fault) {
            case SLOW -> {
                Thread.sleep(SLOW);
                yield write(forward(request), out);
            }
            case SILENT -> hangUpAfterClient(client);
            case LATE -> {
                hangUpAfterClient(client);
                forward(request);
                yield false;
            }
            case STUCK -> {
                forward(request);
                yield hangUpAfterClient(client);
            }
            case RESET -> reset(client);
            case LOST_ANSWER -> {
                forward(request);
                yield reset(client);
            }
            case INTERNAL_ERROR -> write(error("500 Internal Server Error", "InternalError", request), out);
            case SLOW_DOWN -> write(error("503 Slow Down", "SlowDown", request), out);
            case DUPLICATE -> {
                forward(request);
                yield write(forward(request), out);
            }
            case TRUNCATED_ANSWER -> {
                writeHalf(forward(request), out);
                yield false;
            }
            case STALLED_BODY -> {
                writeHalf(forward(request), out);
                yield hangUpAfterClient(client);
            }
            case RESET_BODY -> {
                writeHalf(forward(request), out);
                yield reset(client);
            }
            case CORRUPT_ANSWER -> write(forward(request).corrupted(), out);
            case CORRUPT_UPLOAD -> write(forward(request.corrupted()), out);
            case ERROR_IN_200 -> write(error("200 OK", "InternalError", request), out);
        };
    }

    private HttpMessage forward(HttpMessage request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(store.getHost(), store.getPort()));
            try {
                socket.getOutputStream().write(request.head());
                socket.getOutputStream().write(request.body());
            } catch (IOException e) {
                // The store has refused the rest; its answer says why.
                refusals.increment();
            }
            InputStream input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            return HttpMessage.readAnswer(input, request.method().equals("HEAD"));
        } catch (IOException e) {
            troubles.add(request.start() + ": " + e);
            throw e;
        }
    }

    private static boolean write(HttpMessage answer, OutputStream out) throws IOException {
        out.write(answer.head());
        out.write(answer.body());
        return true;
    }

    /** Half of the body; of an answer without one, half of the head. */
    private static void writeHalf(HttpMessage answer, OutputStream out) throws IOException {
        byte[] head = answer.head();
        if (answer.body().length > 1) {
            out.write(head);
            out.write(answer.body(), 0, answer.body().length / 2);
        } else {
            out.write(head, 0, head.length / 2);
        }
    }

    private static boolean hangUpAfterClient(Socket client) throws IOException {
        client.setSoTimeout((int) HELD.toMillis());
        try {
            while (client.getInputStream().read() >= 0) {
                // Whatever else comes is not answered either.
            }
        } catch (IOException resetByClient) {
            return false;
        }
        return false;
    }

    private static boolean reset(Socket client) throws IOException {
        client.setSoLinger(true, 0);
        client.close();
        return false;
    }

    private static HttpMessage error(String status, String code, HttpMessage request) {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code
                + "</Code><Message>injected</Message><RequestId>fault</RequestId></Error>";
        byte[] body = request.method().equals("HEAD") ? new byte[0] : xml.getBytes(UTF_8);
        return HttpMessage.of("HTTP/1.1 " + status, List.of("Content-Type: application/xml"), body);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        connections.shutdownNow();
    }
}
