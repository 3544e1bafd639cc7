package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banhmi.testkit.LoopbackServer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server between the gateway and the store. Every call on an object with a script is looked up there; a call that
 * is not to fail is passed on byte by byte, so that its signature stays valid. Messages are read whole before they are passed
 * on, which makes "the store has seen it" and "the store has done it" exact.
 */
final class FaultProxy implements AutoCloseable {

    private static final Pattern UPLOAD_ID = Pattern.compile("<UploadId>([^<]+)</UploadId>");

    private final URI store;
    private final LoopbackServer server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final LongAdder hangUps = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
    private volatile Duration slow = Duration.ZERO;

    private FaultProxy(URI store) {
        this.store = store;
        this.server = LoopbackServer.start(this::serve);
    }

    static FaultProxy start(URI store) {
        return new FaultProxy(store);
    }

    URI uri() {
        return server.uri();
    }

    /** How late a call that is {@link Fault#SLOW} reaches the store. */
    void delaySlowCallsBy(Duration delay) {
        slow = delay;
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

    private void serve(Socket socket) throws InterruptedException {
        try {
            Peer client = Peer.of(socket);
            boolean goOn = true;
            while (goOn) {
                goOn = serveNext(client);
            }
        } catch (IOException e) {
            // The gateway hangs up on calls that take too long: that is what is being tested.
            hangUps.increment();
        }
    }

    /** Whether the connection can take another request. */
    private boolean serveNext(Peer client) throws IOException, InterruptedException {
        if (!client.awaitByte()) {
            return false;
        }
        long start = System.nanoTime();
        try {
            HttpMessage request = HttpMessage.readRequest(client.input(), client.output());
            return request != null && respond(request, start, client);
        } catch (HttpMessage.CutOff e) {
            Script script = scripts.get(e.head().path());
            if (script != null) {
                script.took(Duration.ofNanos(System.nanoTime() - start));
            }
            throw e;
        }
    }

    private boolean respond(HttpMessage request, long start, Peer client) throws IOException, InterruptedException {
        Script script = scripts.get(request.path());
        Fault fault = script == null ? null : script.next(request);
        if (fault != null && fault.withholdsResponse()) {
            return withhold(request, fault, script, client);
        }
        try {
            HttpMessage response = responseOf(request, fault, script);
            boolean heard = !client.isClosed();
            boolean whole = write(response, fault, script != null && script.injected() > 1, client);
            if (heard && whole && script != null) {
                uploadId(response).ifPresent(script::told);
            }
            return whole;
        } finally {
            if (script != null && fault != Fault.STALLED_BODY) {
                script.took(Duration.ofNanos(System.nanoTime() - start));
            }
        }
    }

    private boolean withhold(HttpMessage request, Fault fault, @Nullable Script script, Peer client)
            throws IOException {
        if (fault == Fault.STUCK || fault == Fault.LOST_RESPONSE) {
            forward(request, script);
        }
        if (fault == Fault.RESET || fault == Fault.LOST_RESPONSE) {
            client.reset();
            return false;
        }
        client.awaitHangUp();
        if (fault == Fault.LATE) {
            forward(request, script);
        }
        return false;
    }

    private HttpMessage responseOf(HttpMessage request, @Nullable Fault fault, @Nullable Script script)
            throws IOException, InterruptedException {
        if (fault == null) {
            return forward(request, script);
        }
        return switch (fault) {
            case SLOW -> {
                // This fault is a delay.
                Thread.sleep(slow);
                yield forward(request, script);
            }
            case INTERNAL_ERROR -> error("500 Internal Server Error", "InternalError", request);
            case SLOW_DOWN -> error("503 Slow Down", "SlowDown", request);
            case ERROR_IN_200 -> error("200 OK", "InternalError", request);
            case DUPLICATE -> {
                forward(request, script);
                yield forward(request, script);
            }
            case CORRUPT_RESPONSE -> forward(request, script).corrupted();
            case CORRUPT_UPLOAD -> forward(request.corrupted(), script);
            case TRUNCATED_RESPONSE, STALLED_BODY, RESET_BODY -> forward(request, script);
            case SILENT, LATE, STUCK, RESET, LOST_RESPONSE ->
                throw new IllegalArgumentException(fault + " leaves no response");
        };
    }

    /** Writes as much of the response as the fault leaves; whether that was all of it. */
    private static boolean write(HttpMessage response, @Nullable Fault fault, boolean again, Peer client)
            throws IOException {
        OutputStream out = client.output();
        if (fault == null || !fault.endsWithinResponse()) {
            out.write(response.head());
            out.write(response.body());
            return true;
        }
        if (fault == Fault.STALLED_BODY && again) {
            // A store that always brought a little more would be waited for once for each little.
            out.write(response.head());
        } else {
            response.writeHalf(out);
        }
        if (fault == Fault.STALLED_BODY) {
            client.awaitHangUp();
        } else if (fault == Fault.RESET_BODY) {
            client.reset();
        }
        return false;
    }

    private static Optional<String> uploadId(HttpMessage response) {
        Matcher id = UPLOAD_ID.matcher(new String(response.body(), 0, Math.min(response.body().length, 4096), UTF_8));
        return id.find() ? Optional.of(id.group(1)) : Optional.empty();
    }

    private HttpMessage forward(HttpMessage request, @Nullable Script script) throws IOException {
        HttpMessage response = forward(request);
        if (script != null && request.method().equals("POST")) {
            uploadId(response).ifPresent(script::began);
        }
        return response;
    }

    private HttpMessage forward(HttpMessage request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(store.getHost(), store.getPort()));
            try {
                socket.getOutputStream().write(request.head());
                socket.getOutputStream().write(request.body());
            } catch (IOException e) {
                // The store has refused the rest; its response says why.
                refusals.increment();
            }
            InputStream input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            return HttpMessage.readResponse(input, request.method().equals("HEAD"));
        } catch (IOException e) {
            troubles.add(request.start() + ": " + e);
            throw e;
        }
    }

    private static HttpMessage error(String status, String code, HttpMessage request) {
        String xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code
                + "</Code><Message>injected</Message><RequestId>fault</RequestId></Error>";
        byte[] body = request.method().equals("HEAD") ? new byte[0] : xml.getBytes(UTF_8);
        return HttpMessage.of(
                "HTTP/1.1 " + status, List.of("Content-Type: application/xml", "x-amz-request-id: fault"), body);
    }

    @Override
    public void close() {
        server.close();
    }
}
