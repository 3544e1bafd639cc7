package dev.banhmi.drain.process;

import dev.banhmi.drain.process.WireServer.Answer;
import dev.banhmi.drain.process.WireServer.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The API that Lambda offers to a runtime.
 *
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Runtime API</a>
 */
final class RuntimeApi implements AutoCloseable {

    private static final String BASE = "/2018-06-01/runtime/";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final WireServer server = new WireServer(this::answer);
    private final BlockingQueue<Invocation> events = new LinkedBlockingQueue<>();
    private final Map<String, Invocation> running = new java.util.concurrent.ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final CompletableFuture<String> initError = new CompletableFuture<>();
    private final CountDownLatch snapshot = new CountDownLatch(1);
    private final CountDownLatch restore = new CountDownLatch(1);

    /** How an invocation ended. */
    record Outcome(boolean succeeded, String body) {}

    private record Invocation(String id, String event, Duration timeout, CompletableFuture<Outcome> outcome) {}

    String authority() {
        return server.authority();
    }

    /** Hands an event to the runtime and waits for what it reports. */
    Outcome invoke(String event, Duration timeout) {
        Invocation invocation =
                new Invocation("invocation-" + count.incrementAndGet(), event, timeout, new CompletableFuture<>());
        events.add(invocation);
        return await(invocation.outcome());
    }

    /** What the runtime reports when the handler cannot be made. */
    String initError() {
        return await(initError);
    }

    /** Waits until the runtime is ready for its snapshot. */
    void awaitSnapshot() {
        try {
            if (!snapshot.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("The runtime never was ready for a snapshot.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Lets it go on as after a restore. */
    void restore() {
        restore.countDown();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError("The runtime reported nothing within " + PATIENCE, e);
        }
    }

    private Answer answer(Request request) {
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
            return new Answer.Reset();
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

    private Answer next() throws InterruptedException {
        Invocation invocation = events.take();
        running.put(invocation.id(), invocation);
        long deadline = System.currentTimeMillis() + invocation.timeout().toMillis();
        return new Answer.Http(
                200,
                Map.of(
                        "Content-Type", "application/json",
                        "Lambda-Runtime-Aws-Request-Id", invocation.id(),
                        "Lambda-Runtime-Deadline-Ms", Long.toString(deadline),
                        "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:drain",
                        "Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000"),
                invocation.event());
    }

    private static Answer json(int status) {
        return new Answer.Http(status, Map.of("Content-Type", "application/json"), "{\"status\":\"OK\"}");
    }

    @Override
    public void close() {
        server.close();
    }
}
