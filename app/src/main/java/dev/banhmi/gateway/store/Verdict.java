package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a trial has shown of one bucket's store: the first who asks runs it, and others wait for that. One that fails is
 * no verdict: it fails all who wait for it, and the next one tries again. Thread-safe.
 */
final class Verdict<V> {

    private final String bucket;
    private final Supplier<V> trial;
    private final Duration maxWait;

    /** That runs, or has ended with a verdict; one that failed is dropped. */
    private @Nullable CompletableFuture<V> running;

    /**
     * Tries nothing yet.
     *
     * @param bucket that is tried
     * @param trial run in the thread of who asks first
     * @param maxWait how long the others wait for it
     */
    Verdict(String bucket, Supplier<V> trial, Duration maxWait) {
        this.bucket = bucket;
        this.trial = trial;
        this.maxWait = maxWait;
    }

    /**
     * Returns when there is one.
     *
     * @throws GatewayException what the trial throws, {@link ErrorCode#BUSY} when that of another takes too long, and {@link
     *     ErrorCode#SHUTTING_DOWN} when the thread is interrupted
     */
    V get() {
        CompletableFuture<V> own = new CompletableFuture<>();
        CompletableFuture<V> others = othersOrBegin(own);
        return others == null ? run(own) : await(others);
    }

    /** Without a trial, and without a wait. */
    synchronized Optional<V> known() {
        CompletableFuture<V> last = running;
        return last == null || !last.isDone() || last.isCompletedExceptionally()
                ? Optional.empty()
                : Optional.of(last.join());
    }

    /** The trial that there is; null when there was none, so that it is the caller's own now. */
    private synchronized @Nullable CompletableFuture<V> othersOrBegin(CompletableFuture<V> own) {
        CompletableFuture<V> others = running;
        if (others == null) {
            running = own;
        }
        return others;
    }

    private synchronized void drop() {
        running = null;
    }

    private V run(CompletableFuture<V> own) {
        try {
            V shown = trial.get();
            own.complete(shown);
            return shown;
        } catch (Throwable e) {
            // Before anybody hears of it, so that whoever comes later tries again.
            drop();
            own.completeExceptionally(e);
            throw e;
        }
    }

    private V await(CompletableFuture<V> others) {
        try {
            return others.get(maxWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof GatewayException failure
                    ? new GatewayException(failure.code(), failure.getMessage(), failure)
                    : ConditionalWrites.notTried(ErrorCode.INTERNAL, bucket, e.getCause());
        } catch (TimeoutException e) {
            throw new GatewayException(
                    ErrorCode.BUSY,
                    "The store's conditional writes were still being tried in bucket " + bucket + " after "
                            + maxWait.toSeconds() + " s; nothing was changed, send the request again.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
    }
}
