package dev.banhmi.gateway.fault;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Makes the store behind it finish parts late, as S3 may: a part of which every byte has come reaches the store some
 * time after that, even if the gateway has hung up and has aborted the upload by then. All other calls pass at once.
 * Thread-safe.
 */
final class LatePartsProxy implements AutoCloseable {

    private final URI store;
    private final ServerSocket server;
    private final Supplier<Duration> lateness;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Queue<String> aborts = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger afterHangUp = new AtomicInteger();

    private LatePartsProxy(URI store, ServerSocket server, Supplier<Duration> lateness) {
        this.store = store;
        this.server = server;
        this.lateness = lateness;
    }

    /**
     * Listens on loopback.
     *
     * @param lateness asked once for each part
     */
    static LatePartsProxy start(URI store, Supplier<Duration> lateness) throws IOException {
        LatePartsProxy proxy =
                new LatePartsProxy(store, new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()), lateness);
        Thread.ofPlatform().daemon().name("late-parts").start(proxy::accept);
        return proxy;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** How many parts have come and have not reached the store. */
    int waiting() {
        return waiting.get();
    }

    /** How many parts have reached the store. */
    int finished() {
        return finished.get();
    }

    /** How many of them did so when the gateway had hung up. */
    int finishedAfterHangUp() {
        return afterHangUp.get();
    }

    /** The aborts that came, by their targets, which have key and upload id. */
    Queue<String> aborts() {
        return aborts;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket gateway = server.accept();
                open.add(gateway);
                connections.execute(() -> serve(gateway));
            } catch (IOException e) {
                if (!server.isClosed()) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Peer gateway = Peer.of(socket);
            while (gateway.awaitByte()) {
                HttpMessage request = HttpMessage.readRequest(gateway.input(), gateway.output());
                if (request == null) {
                    return;
                }
                HttpMessage response = respond(request, gateway);
                gateway.output().write(response.head());
                gateway.output().write(response.body());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException hungUp) {
            // The gateway gives up calls, and the test closes connections.
        } finally {
            open.remove(socket);
        }
    }

    private HttpMessage respond(HttpMessage request, Peer gateway) throws IOException, InterruptedException {
        S3Call.Operation operation = S3Call.of(request).operation();
        if (operation != S3Call.Operation.UPLOAD_PART) {
            if (operation == S3Call.Operation.ABORT_MULTIPART_UPLOAD) {
                aborts.add(request.start());
            }
            return forward(request);
        }
        waiting.incrementAndGet();
        try {
            // The store's own time, which is what this class is for.
            Thread.sleep(lateness.get());
            HttpMessage response = forward(request);
            finished.incrementAndGet();
            if (gateway.isClosed()) {
                afterHangUp.incrementAndGet();
            }
            return response;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private HttpMessage forward(HttpMessage request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(store.getHost(), store.getPort()));
            socket.getOutputStream().write(request.head());
            socket.getOutputStream().write(request.body());
            InputStream input = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            return HttpMessage.readResponse(input, request.method().equals("HEAD"));
        }
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
