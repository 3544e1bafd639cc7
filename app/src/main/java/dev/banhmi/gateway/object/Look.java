package dev.banhmi.gateway.object;

import dev.banhmi.gateway.observe.RequestId;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A call to the store that only describes what is or was there, in a thread of its own. Nobody waits long for it, and
 * one that nobody waits for any more is interrupted: left alone it would keep a connection to the store for as long as
 * all its tries take. For one other thread.
 */
final class Look<T> implements AutoCloseable {

    private final FutureTask<T> call;
    private final Duration longest;

    private Look(FutureTask<T> call, Duration longest) {
        this.call = call;
        this.longest = longest;
    }

    /**
     * Begins at once, on behalf of the request that this thread serves.
     *
     * @param call throws whatever it likes
     * @param longest how long it is waited for
     */
    static <T> Look<T> begin(Callable<T> call, Duration longest) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.startVirtualThread(RequestId.carried(task));
        return new Look<>(task, longest);
    }

    /** One that has been made, with what it has shown. */
    static <T> Look<T> made(T shown) {
        FutureTask<T> task = new FutureTask<>(() -> shown);
        task.run();
        return new Look<>(task, Duration.ZERO);
    }

    /**
     * Waits for what it shows; after that, however it ends, nothing is asked any more.
     *
     * @throws ExecutionException with what the call has thrown
     * @throws TimeoutException when it is late
     * @throws InterruptedException when this thread is interrupted first
     */
    T shown() throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return call.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            close();
        }
    }

    /** The same, or something else where it fails, is late, or was ended before; the thread stays interrupted. */
    T shownOr(T other) {
        try {
            return shown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return other;
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            return other;
        }
    }

    /** Ends the call if it is still being made. */
    @Override
    public void close() {
        call.cancel(true);
    }
}
