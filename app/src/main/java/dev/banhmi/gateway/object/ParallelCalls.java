package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.RequestId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Makes one call to the store for each of many objects: at most {@value #OF_ONE_REQUEST} at a time for one request, and
 * a bounded number for all requests together, so that those that list or delete leave connections to those that
 * transfer. Thread-safe.
 */
final class ParallelCalls {

    /** How many calls one request has under way at once. */
    static final int OF_ONE_REQUEST = 16;

    /**
     * How long calls are begun: what takes longer is a store that does not respond, and the client has to hear of it
     * before its own patience, or a proxy's, ends.
     */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Semaphore ofAllRequests;
    private final InstantSource clock;

    /**
     * @param ofAllRequests how many calls all requests together have under way at once, at least 1
     * @param clock for {@link #PATIENCE}
     */
    ParallelCalls(int ofAllRequests, InstantSource clock) {
        this.ofAllRequests = new Semaphore(ofAllRequests, true);
        this.clock = clock;
    }

    /** When a request that begins now begins no more calls. */
    Instant deadline() {
        return clock.instant().plus(PATIENCE);
    }

    /** Whether a deadline has passed. */
    boolean isPast(Instant deadline) {
        return !clock.instant().isBefore(deadline);
    }

    /**
     * Calls for one after the other, several at a time. The first is called for even after the deadline if that needs
     * no wait, so that a caller who comes back for the rest gets to the end.
     *
     * @param items in the order in which calls begin
     * @param call never throws but for a fault of the gateway
     * @param deadline after which no more calls begin
     * @return what the calls returned, in order: of all items, or of those at the front that were called for in time;
     *     of none when until then the calls of other requests left no room, which is {@link #busy}
     * @throws GatewayException {@code INTERNAL} when a call threw, {@code SHUTTING_DOWN} when this thread was
     *     interrupted
     */
    <T, R> List<R> each(List<T> items, Function<T, R> call, Instant deadline) {
        Semaphore ofThisRequest = new Semaphore(OF_ONE_REQUEST);
        List<Future<R>> begun = new ArrayList<>();
        List<R> returned = new ArrayList<>(items.size());
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("call-", 0).factory())) {
            try {
                for (T item : items) {
                    if (!mayBegin(begun.isEmpty(), ofThisRequest, deadline)) {
                        break;
                    }
                    begun.add(threads.submit(RequestId.carried(() -> {
                        try {
                            return call.apply(item);
                        } finally {
                            ofAllRequests.release();
                            ofThisRequest.release();
                        }
                    })));
                }
                for (Future<R> one : begun) {
                    returned.add(one.get());
                }
                return returned;
            } catch (InterruptedException e) {
                // Before the threads are closed, which interrupts their calls only where this one is interrupted.
                Thread.currentThread().interrupt();
                throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
            }
        } catch (ExecutionException e) {
            throw new GatewayException(ErrorCode.INTERNAL, "The gateway has a fault; its log says more.", e.getCause());
        }
    }

    /** What to say of items that were not called for. */
    GatewayException busy() {
        return new GatewayException(
                ErrorCode.BUSY,
                "The store was slow: no call for this was begun within " + PATIENCE.toSeconds()
                        + " s, because earlier ones took so long. Send it again.");
    }

    private boolean mayBegin(boolean first, Semaphore ofThisRequest, Instant deadline) throws InterruptedException {
        if (!ofThisRequest.tryAcquire(nanosUntil(deadline), TimeUnit.NANOSECONDS)
                || !ofAllRequests.tryAcquire(nanosUntil(deadline), TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (first || !isPast(deadline)) {
            return true;
        }
        ofAllRequests.release();
        return false;
    }

    private long nanosUntil(Instant deadline) {
        return Math.max(0, Duration.between(clock.instant(), deadline).toNanos());
    }
}
