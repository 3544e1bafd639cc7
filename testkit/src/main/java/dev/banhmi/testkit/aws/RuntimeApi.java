package dev.banhmi.testkit.aws;

import static dev.banhmi.testkit.Patience.HANGS;

import dev.banhmi.testkit.aws.WireServer.Request;
import dev.banhmi.testkit.aws.WireServer.Response;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lambda as its two sides see it, for one function: the API that it offers to a runtime, and {@code Invoke} for callers
 * of the function.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html">Invoke</a>
 */
public final class RuntimeApi implements AutoCloseable {

    private static final String BASE = "/2018-06-01/runtime/";
    private static final Pattern INVOKE =
            Pattern.compile("/2015-03-31/functions/([^/?]+)/invocations(?:\\?Qualifier=(.*))?");
    private static final String ARN = "arn:aws:lambda:us-east-1:000000000000:function:";
    private static final String LATEST = "$LATEST";

    private final String function;
    private final Duration timeout;
    private final WireServer server = new WireServer(this::respond);
    private final BlockingQueue<Invocation> events = new LinkedBlockingQueue<>();
    private final Map<String, Invocation> running = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final CountDownLatch snapshot = new CountDownLatch(1);
    private final CountDownLatch restore = new CountDownLatch(1);

    /**
     * How an invocation ended.
     *
     * @param succeeded false when the function failed
     * @param body the result, or the error
     */
    public record Outcome(boolean succeeded, String body) {}

    private record Invocation(String id, String event, Duration timeout, CompletableFuture<Outcome> outcome) {}

    /**
     * Listens.
     *
     * @param function its name
     * @param timeout its own, for callers of {@code Invoke}
     */
    public RuntimeApi(String function, Duration timeout) {
        this.function = function;
        this.timeout = timeout;
    }

    /**
     * Where it listens.
     *
     * @return host and port
     */
    public String authority() {
        return server.authority();
    }

    /**
     * Hands an event to the runtime and waits for what it reports.
     *
     * @param event JSON
     * @param timeout the time that the runtime is told it has
     * @return what it reported
     */
    public Outcome invoke(String event, Duration timeout) {
        return await(enqueue(event, timeout).outcome());
    }

    private Invocation enqueue(String event, Duration limit) {
        Invocation invocation =
                new Invocation("invocation-" + count.incrementAndGet(), event, limit, new CompletableFuture<>());
        events.add(invocation);
        return invocation;
    }

    /**
     * Waits for what the runtime reports when the handler cannot be created.
     *
     * @return JSON
     */
    public String initError() {
        return await(initError);
    }

    /** Waits until the runtime is ready for its snapshot. */
    public void awaitSnapshot() {
        try {
            if (!snapshot.await(HANGS.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The runtime was never ready for a snapshot.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets it continue as after a restore. */
    public void restore() {
        restore.countDown();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(HANGS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("The runtime reported nothing within " + HANGS, e);
        }
    }

    private Response respond(Request request) {
        Matcher invoke = INVOKE.matcher(request.path());
        return invoke.matches() ? invoked(decoded(invoke.group(1)), decoded(invoke.group(2)), request) : told(request);
    }

    /** What a caller gets. A failed function is a success of Lambda: 200 and a header. */
    private Response invoked(String named, String qualifier, Request request) {
        if (!named.equals(function) && !named.equals(ARN + function)) {
            return failure(404, "ResourceNotFoundException", "Function not found: " + ARN + named);
        }
        if (!qualifier.isEmpty() && !qualifier.equals(LATEST)) {
            return failure(404, "ResourceNotFoundException", "Function not found: " + ARN + named + ":" + qualifier);
        }
        return switch (request.headers().getOrDefault("x-amz-invocation-type", "RequestResponse")) {
            case "RequestResponse" ->
                outcome(await(enqueue(request.body(), timeout).outcome()));
            case "Event" -> {
                enqueue(request.body(), timeout);
                yield new Response.Http(202, Map.of(), "");
            }
            case "DryRun" -> new Response.Http(204, Map.of(), "");
            default -> failure(400, "InvalidParameterValueException", "The invocation type is unknown.");
        };
    }

    private static Response outcome(Outcome outcome) {
        Map<String, String> headers =
                new HashMap<>(Map.of("Content-Type", "application/json", "X-Amz-Executed-Version", LATEST));
        if (!outcome.succeeded()) {
            headers.put("X-Amz-Function-Error", "Unhandled");
        }
        return new Response.Http(200, headers, outcome.body());
    }

    private static Response failure(int status, String error, String message) {
        return new Response.Http(
                status,
                Map.of("Content-Type", "application/json", "x-amzn-ErrorType", error),
                "{\"Type\":\"User\",\"Message\":\"" + message + "\"}");
    }

    private static String decoded(@Nullable String part) {
        return part == null ? "" : URLDecoder.decode(part, StandardCharsets.UTF_8);
    }

    /** What the runtime gets. */
    private Response told(Request request) {
        String path = request.path().substring(BASE.length());
        try {
            if (path.equals("invocation/next")) {
                return next();
            }
            if (path.equals("restore/next")) {
                snapshot.countDown();
                restore.await();
                return json(200);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Response.Reset();
        }
        if (path.equals("init/error")) {
            initError.complete(request.body());
            return json(202);
        }
        String[] parts = path.split("/", -1);
        Invocation invocation = running.remove(parts[1]);
        if (invocation == null) {
            return json(404);
        }
        invocation.outcome().complete(new Outcome(parts[2].equals("response"), request.body()));
        return json(202);
    }

    private Response next() throws InterruptedException {
        Invocation invocation = events.take();
        running.put(invocation.id(), invocation);
        long deadline = System.currentTimeMillis() + invocation.timeout().toMillis();
        return new Response.Http(
                200,
                Map.of(
                        "Content-Type",
                        "application/json",
                        "Lambda-Runtime-Aws-Request-Id",
                        invocation.id(),
                        "Lambda-Runtime-Deadline-Ms",
                        Long.toString(deadline),
                        "Lambda-Runtime-Invoked-Function-Arn",
                        ARN + function,
                        "Lambda-Runtime-Trace-Id",
                        "Root=1-00000000-000000000000000000000000"),
                invocation.event());
    }

    private static Response json(int status) {
        return new Response.Http(status, Map.of("Content-Type", "application/json"), "{\"status\":\"OK\"}");
    }

    @Override
    public void close() {
        server.close();
    }
}
