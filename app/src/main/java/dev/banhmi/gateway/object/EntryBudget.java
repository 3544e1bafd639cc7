package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many entries all requests of a kind have in memory together, so that those that list or delete cannot use
 * up the heap: a thousand entries take 2 MB of it, with the longest names 8 MB. A share is held while the store works,
 * never while a client is waited for; {@link WaitingBytes} is for that. Thread-safe.
 */
final class EntryBudget {

    private final Semaphore entries;
    private final Duration maxWait;

    /**
     * @param entries of all requests together, at least as many as one request can take
     * @param maxWait how long one waits for others to end
     */
    EntryBudget(int entries, Duration maxWait) {
        this.entries = new Semaphore(entries, true);
        this.maxWait = maxWait;
    }

    /** The entries of one request, until they are given back. */
    interface Share extends AutoCloseable {

        @Override
        void close();
    }

    /**
     * Takes entries, in turn.
     *
     * @param count at least 1
     * @return to be closed when the entries are bytes
     * @throws GatewayException {@code BUSY} after the longest wait, {@code SHUTTING_DOWN} when this thread is
     *     interrupted
     */
    Share take(int count) {
        try {
            if (entries.tryAcquire(count, maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                return () -> entries.release(count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
        throw new GatewayException(
                ErrorCode.BUSY,
                "There is no memory for " + count + " entries beside those of other requests, and there was none for "
                        + maxWait.toSeconds() + " s; send the request again, or ask for fewer.");
    }

    /** How many requests wait. */
    int waiting() {
        return entries.getQueueLength();
    }
}
