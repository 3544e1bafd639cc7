package dev.banhmi.gateway.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.banhmi.testkit.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * A small S3 store over HTTP that really does what it is asked for, and whose responses are lost, late or wrong where a
 * test plans it: so what a client is told can be compared with what was done. Thread-safe.
 */
public final class ActingS3 implements AutoCloseable {

    /** The calls that change something, and the look. */
    public enum Call {
        /** PutObject. */
        PUT,
        /** CreateMultipartUpload. */
        CREATE,
        /** UploadPart. */
        PART,
        /** UploadPartCopy. */
        COPY_PART,
        /** CompleteMultipartUpload. */
        COMPLETE,
        /** AbortMultipartUpload. */
        ABORT,
        /** CopyObject. */
        COPY,
        /** DeleteObject. */
        DELETE,
        /** HeadObject and GetObject. */
        LOOK,
        /** ListParts. */
        LIST_PARTS;

        private boolean isVisible() {
            return this == PUT || this == COMPLETE || this == COPY || this == DELETE;
        }
    }

    /** When a try is acted on. */
    public enum Deed {
        /** Before there is a response. */
        DONE,
        /** When the client has been told an outcome already. */
        DONE_LATER,
        /** Never. */
        NOT_DONE,
        /** Before there is a response, but another client's write comes before it. */
        DONE_AFTER_ANOTHERS
    }

    /**
     * What becomes of one try.
     *
     * @param deed whether it is acted on
     * @param status of the response; 0 for the true one, {@link #DROPPED} and {@link #SILENT} for none
     * @param code the store's own; empty for a response of a proxy before it
     */
    public record Try(Deed deed, int status, String code) {

        /** The connection ends without a response. */
        public static final int DROPPED = -1;

        /** The connection stays open without a response. */
        public static final int SILENT = -2;

        /** Nothing goes wrong. */
        public static final Try TRUE = new Try(Deed.DONE, 0, "");

        private boolean isOpen() {
            return status < 0 || (status >= 500 && code.isEmpty()) || status == 500;
        }
    }

    private record Plan(Try first, Try rest) {}

    @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints these
    private record Stored(byte[] bytes, String etag, Map<String, String> kept) {}

    private record Upload(String key, Map<String, String> kept, TreeMap<Integer, byte[]> parts) {}

    private record Response(int status, Map<String, String> headers, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger versions = new AtomicInteger();
    private final Map<String, Stored> objects = new HashMap<>();
    private final Map<String, Upload> uploads = new TreeMap<>();
    private final Map<String, Plan> plans = new HashMap<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<String, Integer> deeds = new HashMap<>();
    private final Set<String> doubtful = new TreeSet<>();
    private final List<Runnable> late = new ArrayList<>();

    private ActingS3(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts it, empty.
     *
     * @return to be closed
     */
    public static ActingS3 start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            ActingS3 store = new ActingS3(server);
            server.setExecutor(store.threads);
            server.createContext("/", store::handle);
            server.start();
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The gateway's own client of it.
     *
     * @param settings of {@code banhmi.s3}, without that prefix, besides the usual ones
     * @return to be closed
     */
    public Client client(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "banhmi.s3.endpoint", "http://127.0.0.1:" + server.getAddress().getPort(),
                "banhmi.s3.region", "us-east-1",
                "banhmi.s3.path-style-access", "true",
                "banhmi.s3.access-key-id", "id",
                "banhmi.s3.secret-access-key", "secret",
                "banhmi.s3.max-attempts", "3",
                "banhmi.s3.retry-base-delay", "1ms",
                "banhmi.s3.retry-max-delay", "1ms"));
        settings.forEach((name, value) -> all.put("banhmi.s3." + name, value));
        S3ObjectStore store = new StoreConfiguration()
                .objectStore(new Binder(new MapConfigurationPropertySource(all))
                        .bindOrCreate("banhmi.s3", S3Properties.class));
        return new Client(store, store.copies());
    }

    /**
     * The gateway's client.
     *
     * @param store all but copies
     * @param copies inside the store
     */
    public record Client(ObjectStore store, ObjectCopies copies) implements AutoCloseable {
        @Override
        public void close() {
            ((S3ObjectStore) store).close();
        }
    }

    /**
     * Plans what becomes of the tries of a call about one object.
     *
     * @param key of the object
     * @param call of which
     * @param first the first try
     * @param rest all later ones
     */
    public synchronized void plan(String key, Call call, Try first, Try rest) {
        plans.put(call + " " + key, new Plan(first, rest));
    }

    /**
     * Places an object that nobody has written through a call.
     *
     * @param key of the object
     * @param text its content
     * @return its version, with quotes
     */
    public synchronized String place(String key, String text) {
        Stored stored = new Stored(text.getBytes(UTF_8), newEtag(), Map.of());
        objects.put(key, stored);
        return stored.etag();
    }

    /**
     * What an object is.
     *
     * @param key of the object
     * @return its content; empty when there is none
     */
    public synchronized Optional<String> text(String key) {
        return Optional.ofNullable(objects.get(key)).map(stored -> new String(stored.bytes(), UTF_8));
    }

    /** Does what was left for later. */
    public synchronized void finishLate() {
        late.forEach(Runnable::run);
        late.clear();
    }

    /**
     * How often calls have made an object visible under a key, or removed the one that was there.
     *
     * @param key of the object
     * @return late ones among them
     */
    public synchronized int deeds(String key) {
        return deeds.getOrDefault(key, 0);
    }

    /**
     * Whether a try to make an object visible or to remove it had no response that says what came of it.
     *
     * @param key of the object
     * @return true if only the store knows
     */
    public synchronized boolean isDoubtful(String key) {
        return doubtful.contains(key);
    }

    /**
     * The uploads that are open.
     *
     * @param key of the object
     * @return their number
     */
    public synchronized long openUploads(String key) {
        return uploads.values().stream()
                .filter(upload -> upload.key().equals(key))
                .count();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }

    private String newEtag() {
        return "\"v" + versions.incrementAndGet() + "\"";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Map<String, String> query = query(exchange.getRequestURI());
            String key = exchange.getRequestURI().getPath().replaceFirst("^/[^/]+/", "");
            Headers headers = exchange.getRequestHeaders();
            Call call = callOf(exchange.getRequestMethod(), headers, query);
            Try planned = next(key, call);
            Response response = act(planned, key, call, () -> perform(call, key, headers, query, body));
            if (planned.status() == Try.SILENT) {
                awaitClose();
            } else if (planned.status() != Try.DROPPED) {
                send(exchange, response);
            }
        }
    }

    private void awaitClose() {
        try {
            boolean _ = closed.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        response.headers()
                .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        byte[] said = response.body().getBytes(UTF_8);
        boolean empty = said.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(response.status(), empty ? -1 : said.length);
        if (!empty) {
            exchange.getResponseBody().write(said);
        }
    }

    private synchronized Try next(String key, Call call) {
        Plan plan = plans.get(call + " " + key);
        int number = tries.merge(call + " " + key, 1, Integer::sum);
        Try planned = plan == null ? Try.TRUE : number == 1 ? plan.first() : plan.rest();
        if (call.isVisible() && planned.isOpen()) {
            doubtful.add(key);
        }
        return planned;
    }

    private synchronized Response act(Try planned, String key, Call call, Supplier<Response> deed) {
        Runnable counted = () -> countIfDone(key, call, deed.get());
        switch (planned.deed()) {
            case DONE -> {
                Response truth = deed.get();
                countIfDone(key, call, truth);
                if (planned.status() == 0) {
                    return truth;
                }
            }
            case DONE_AFTER_ANOTHERS -> {
                place(key, "another's");
                Response truth = deed.get();
                countIfDone(key, call, truth);
                return truth;
            }
            case DONE_LATER -> late.add(counted);
            case NOT_DONE -> {}
        }
        return error(planned.status(), planned.code());
    }

    private void countIfDone(String key, Call call, Response response) {
        if (call.isVisible() && response.status() / 100 == 2) {
            deeds.merge(key, 1, Integer::sum);
        }
    }

    private static Call callOf(String method, Headers headers, Map<String, String> query) {
        boolean ofUpload = query.containsKey("uploadId");
        boolean copy = headers.containsKey("x-amz-copy-source");
        return switch (method) {
            case "HEAD" -> Call.LOOK;
            case "GET" -> ofUpload ? Call.LIST_PARTS : Call.LOOK;
            case "DELETE" -> ofUpload ? Call.ABORT : Call.DELETE;
            case "POST" -> ofUpload ? Call.COMPLETE : Call.CREATE;
            default -> {
                if (ofUpload) {
                    yield copy ? Call.COPY_PART : Call.PART;
                }
                yield copy ? Call.COPY : Call.PUT;
            }
        };
    }

    private Response perform(Call call, String key, Headers headers, Map<String, String> query, byte[] body) {
        return switch (call) {
            case PUT -> write(key, headers, body, kept(headers), "");
            case COPY -> copy(key, headers);
            case DELETE -> delete(key, headers);
            case CREATE -> create(key, headers);
            case PART, COPY_PART -> part(call, headers, query, body);
            case COMPLETE -> complete(key, headers, query);
            case ABORT -> uploads.remove(query.get("uploadId")) == null ? error(404, "NoSuchUpload") : empty(204);
            case LIST_PARTS -> listParts(query);
            case LOOK -> look(key);
        };
    }

    private Response look(String key) {
        Stored stored = objects.get(key);
        if (stored == null) {
            return error(404, "NoSuchKey");
        }
        Map<String, String> headers = new HashMap<>(stored.kept());
        headers.put("ETag", stored.etag());
        headers.put("Content-Length", String.valueOf(stored.bytes().length));
        headers.put("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT");
        return new Response(200, headers, new String(stored.bytes(), UTF_8));
    }

    private @Nullable Response refusal(String key, Headers headers) {
        Stored stored = objects.get(key);
        String match = headers.getFirst("If-Match");
        if (match != null && (stored == null || !stored.etag().equals(match))) {
            return stored == null ? error(404, "NoSuchKey") : error(412, "PreconditionFailed");
        }
        return headers.containsKey("If-None-Match") && stored != null ? error(412, "PreconditionFailed") : null;
    }

    private Response write(String key, Headers headers, byte[] bytes, Map<String, String> kept, String result) {
        Response refusal = refusal(key, headers);
        if (refusal != null) {
            return refusal;
        }
        Stored stored = new Stored(bytes, newEtag(), kept);
        objects.put(key, stored);
        return result.isEmpty()
                ? new Response(200, Map.of("ETag", stored.etag()), "")
                : xml("<" + result + "><ETag>" + stored.etag().replace("\"", "&quot;") + "</ETag></" + result + ">");
    }

    private Response copy(String key, Headers headers) {
        Optional<Stored> source = source(headers);
        return source.isEmpty()
                ? error(412, "PreconditionFailed")
                : write(key, headers, source.get().bytes(), kept(headers), "CopyObjectResult");
    }

    /** Empty when it is another version by now. */
    private Optional<Stored> source(Headers headers) {
        String named = URLDecoder.decode(String.valueOf(headers.getFirst("x-amz-copy-source")), UTF_8);
        Stored source = objects.get(named.replaceFirst("^/?[^/]+/", ""));
        String match = headers.getFirst("x-amz-copy-source-if-match");
        return Optional.ofNullable(source).filter(stored -> stored.etag().equals(match));
    }

    private Response delete(String key, Headers headers) {
        Response refusal = refusal(key, headers);
        if (refusal != null) {
            return refusal;
        }
        objects.remove(key);
        return empty(204);
    }

    private Response create(String key, Headers headers) {
        String id = "upload-" + versions.incrementAndGet();
        uploads.put(id, new Upload(key, kept(headers), new TreeMap<>()));
        return xml("<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private Response part(Call call, Headers headers, Map<String, String> query, byte[] body) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return error(404, "NoSuchUpload");
        }
        byte[] bytes = body;
        if (call == Call.COPY_PART) {
            Optional<Stored> source = source(headers);
            if (source.isEmpty()) {
                return error(412, "PreconditionFailed");
            }
            bytes = source.get().bytes();
        }
        upload.parts().put(Integer.parseInt(String.valueOf(query.get("partNumber"))), bytes);
        String etag = newEtag();
        return call == Call.PART
                ? new Response(200, Map.of("ETag", etag), "")
                : xml("<CopyPartResult><ETag>" + etag.replace("\"", "&quot;") + "</ETag></CopyPartResult>");
    }

    private Response complete(String key, Headers headers, Map<String, String> query) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return error(404, "NoSuchUpload");
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        upload.parts().values().forEach(whole::writeBytes);
        Response response = write(key, headers, whole.toByteArray(), upload.kept(), "CompleteMultipartUploadResult");
        if (response.status() == 200) {
            uploads.remove(query.get("uploadId"));
        }
        return response;
    }

    private Response listParts(Map<String, String> query) {
        Upload upload = uploads.get(query.get("uploadId"));
        if (upload == null) {
            return error(404, "NoSuchUpload");
        }
        StringBuilder parts = new StringBuilder();
        upload.parts().keySet().forEach(number -> parts.append("<Part><PartNumber>" + number + "</PartNumber></Part>"));
        return xml("<ListPartsResult>" + parts + "</ListPartsResult>");
    }

    private static Map<String, String> kept(Headers headers) {
        Map<String, String> kept = new HashMap<>();
        headers.forEach((name, values) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("x-amz-meta-")) {
                kept.put(name, values.getFirst());
            }
        });
        return kept;
    }

    private static Map<String, String> query(URI target) {
        Map<String, String> query = new HashMap<>();
        if (target.getQuery() != null) {
            for (String parameter : target.getQuery().split("&", -1)) {
                int equals = parameter.indexOf('=');
                query.put(
                        equals < 0 ? parameter : parameter.substring(0, equals),
                        equals < 0 ? "" : parameter.substring(equals + 1));
            }
        }
        return query;
    }

    private static Response empty(int status) {
        return new Response(status, Map.of(), "");
    }

    private static Response error(int status, String code) {
        return code.isEmpty()
                ? empty(status)
                : new Response(
                        status,
                        Map.of("Content-Type", "application/xml", "x-amz-request-id", "acting"),
                        "<?xml version=\"1.0\"?>\n<Error><Code>" + code + "</Code><Message>told to</Message></Error>");
    }

    private static Response xml(String body) {
        return new Response(200, Map.of("Content-Type", "application/xml"), "<?xml version=\"1.0\"?>\n" + body);
    }
}
