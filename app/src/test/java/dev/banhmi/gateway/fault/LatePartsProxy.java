package dev.banhmi.gateway.fault;

import static dev.banhmi.testkit.Patience.await;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Makes the store behind it finish parts late, as S3 may: a part of which every byte has come is finished some time
 * after that, even if the gateway has hung up. When the upload was aborted by then, the part is kept here, as S3 keeps
 * it and no emulator does: ListParts tells of it until the upload is aborted again. All other calls pass at once.
 * Thread-safe.
 */
final class LatePartsProxy implements AutoCloseable {

    private static final Pattern UPLOAD_ID = Pattern.compile("(?:^|&)uploadId=([^&]+)");

    private final URI store;
    private final ServerSocket server;
    private final Function<String, Duration> lateness;
    private final Predicate<String> afterTheAbort;
    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<String> come = ConcurrentHashMap.newKeySet();
    private final Set<String> aborted = ConcurrentHashMap.newKeySet();
    private final Map<String, Set<Integer>> orphans = new HashMap<>();
    private int everOrphaned;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();

    private LatePartsProxy(
            URI store, ServerSocket server, Function<String, Duration> lateness, Predicate<String> afterTheAbort) {
        this.store = store;
        this.server = server;
        this.lateness = lateness;
        this.afterTheAbort = afterTheAbort;
    }

    /**
     * Listens on loopback.
     *
     * @param lateness of each part, by the path of its object
     */
    static LatePartsProxy start(URI store, Function<String, Duration> lateness) throws IOException {
        return start(store, lateness, _ -> false);
    }

    /**
     * Listens on loopback.
     *
     * @param lateness of each part, by the path of its object
     * @param afterTheAbort whether it counts from the abort of the upload
     */
    static LatePartsProxy start(URI store, Function<String, Duration> lateness, Predicate<String> afterTheAbort)
            throws IOException {
        ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        LatePartsProxy proxy = new LatePartsProxy(store, server, lateness, afterTheAbort);
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

    /** Whether every byte of a part of an object has come. */
    boolean hasCome(String name) {
        return come.stream().anyMatch(path -> path.endsWith("/" + name));
    }

    /** How many parts are finished. */
    int finished() {
        return finished.get();
    }

    /** The uploads of which there are parts that were finished after the abort. */
    synchronized Set<String> orphans() {
        return Set.copyOf(orphans.keySet());
    }

    /** How many parts were finished after the abort. */
    synchronized int everOrphaned() {
        return everOrphaned;
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
                HttpMessage response = respond(request);
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

    private HttpMessage respond(HttpMessage request) throws IOException, InterruptedException {
        S3Call call = S3Call.of(request);
        Matcher id = UPLOAD_ID.matcher(request.query());
        String upload = id.find() ? id.group(1) : "";
        return switch (call.operation()) {
            case UPLOAD_PART -> finish(request, upload, call.part());
            case ABORT_MULTIPART_UPLOAD -> abort(request, upload);
            case LIST_PARTS -> list(request, upload);
            default -> forward(request);
        };
    }

    private HttpMessage finish(HttpMessage request, String upload, int part) throws IOException, InterruptedException {
        waiting.incrementAndGet();
        come.add(request.path());
        try {
            if (afterTheAbort.test(request.path())) {
                await().until(() -> aborted.contains(upload));
            }
            // The store's own time, which is what this class is for.
            Thread.sleep(lateness.apply(request.path()));
            synchronized (this) {
                finished.incrementAndGet();
                if (aborted.contains(upload)) {
                    orphans.computeIfAbsent(upload, _ -> new TreeSet<>()).add(part);
                    everOrphaned++;
                    return HttpMessage.of("HTTP/1.1 200 OK", List.of("ETag: \"late\""), new byte[0]);
                }
            }
            return forward(request);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private HttpMessage abort(HttpMessage request, String upload) throws IOException {
        HttpMessage response = forward(request);
        synchronized (this) {
            aborted.add(upload);
            orphans.remove(upload);
        }
        return response;
    }

    private HttpMessage list(HttpMessage request, String upload) throws IOException {
        Set<Integer> parts;
        synchronized (this) {
            parts = Set.copyOf(orphans.getOrDefault(upload, Set.of()));
        }
        if (parts.isEmpty()) {
            return forward(request);
        }
        String xml = parts.stream()
                .map(part -> "<Part><PartNumber>" + part + "</PartNumber><ETag>late</ETag><Size>1</Size></Part>")
                .collect(Collectors.joining(
                        "", "<ListPartsResult><IsTruncated>false</IsTruncated>", "</ListPartsResult>"));
        return HttpMessage.of("HTTP/1.1 200 OK", List.of("Content-Type: application/xml"), xml.getBytes(UTF_8));
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
