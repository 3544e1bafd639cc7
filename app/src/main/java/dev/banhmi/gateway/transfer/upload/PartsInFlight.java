package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.observe.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The parts of one upload or copy, each on its way in a thread of its own. When {@link #close} returns, none is in flight. Used by one
 * thread.
 *
 * @param <P> a part that the store has
 */
final class PartsInFlight<P> implements AutoCloseable {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<P>> parts = new ArrayList<>();

    /** The number of the part that is started next. */
    int next() {
        return parts.size() + 1;
    }

    /** Starts a part, under the caller's request id. */
    void start(Callable<P> part) {
        parts.add(threads.submit(RequestId.carried(part)));
    }

    /** All that were started, by their numbers. */
    List<Future<P>> inOrder() {
        return List.copyOf(parts);
    }

    /**
     * Fails if a part has.
     *
     * @throws ExecutionException whose cause is the part's failure
     */
    void throwFirstFailure() throws ExecutionException, InterruptedException {
        for (Future<P> part : parts) {
            if (part.state() == Future.State.FAILED) {
                part.get();
            }
        }
    }

    /** Lets the parts that are on their way end by themselves for a while; none is started any more. */
    void awaitEnds(Duration grace) {
        threads.shutdown();
        try {
            // What has not ended is interrupted on close.
            boolean _ = threads.awaitTermination(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Interrupts the parts that have not ended, and waits for their ends. */
    @Override
    public void close() {
        parts.forEach(part -> part.cancel(true));
        threads.close();
    }
}
