package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.observe.RequestId;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the parts of uploads that failed. Thread-safe.
 *
 * <p>The first attempt is made at once, by the caller's thread; when it fails, a few more follow in the background,
 * because invisible parts are billed until the bucket's lifecycle rule removes them. The caller gets the failure that
 * ended the upload; this one goes to the log.
 */
public final class AbandonedUploads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AbandonedUploads.class);

    /**
     * Many times what an interrupted call to the store takes to return, and a small share of the time that a shutdown
     * has.
     */
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final ObjectStore store;
    private final List<Duration> pauses;
    private final Duration closeLimit;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("abort-uploads").daemon().factory());

    /**
     * What remains to be aborted in the background, each with its last failure; also the lock of all that is logged.
     */
    private final Map<MultipartUpload, RuntimeException> owed = new LinkedHashMap<>();

    private boolean closed;

    /**
     * For all uploads of the process.
     *
     * @param store where they are open
     * @param pauses before each further attempt, after the first one
     */
    public AbandonedUploads(ObjectStore store, List<Duration> pauses) {
        this(store, pauses, CLOSE_LIMIT);
    }

    AbandonedUploads(ObjectStore store, List<Duration> pauses, Duration closeLimit) {
        this.store = store;
        this.pauses = pauses;
        this.closeLimit = closeLimit;
    }

    /**
     * Aborts, now or later; never throws. After {@link #close} there is only one attempt, and one line in the log when
     * it fails.
     *
     * @param upload with no part in flight
     */
    public void abort(MultipartUpload upload) {
        // In an interrupted thread every call to the store fails at once, and an interrupt is one reason to abort.
        boolean interrupted = Thread.interrupted();
        try {
            store.abortUpload(upload);
        } catch (RuntimeException e) {
            synchronized (owed) {
                if (closed) {
                    logDropped(upload, e);
                } else {
                    tryLater(upload, 0, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tryAgain(MultipartUpload upload, int attempt) {
        RuntimeException failure = null;
        try {
            store.abortUpload(upload);
        } catch (RuntimeException e) {
            failure = e;
        }
        synchronized (owed) {
            // Nothing is owed any more when close() has named this upload and returned.
            if (owed.remove(upload) != null && failure != null) {
                tryLater(upload, attempt, failure);
            }
        }
    }

    private void tryLater(MultipartUpload upload, int attempt, RuntimeException failure) {
        if (attempt < pauses.size()) {
            owed.put(upload, failure);
            Duration pause = pauses.get(attempt);
            try {
                // Never fails by itself: the attempt handles whatever the store responds with.
                ScheduledFuture<?> _ = later.schedule(
                        RequestId.carried(() -> tryAgain(upload, attempt + 1)),
                        pause.toMillis(),
                        TimeUnit.MILLISECONDS);
                log.warn(
                        "could not abort upload {} of {}; next attempt in {}",
                        upload.id(),
                        upload.key(),
                        pause,
                        failure);
            } catch (RejectedExecutionException closing) {
                // What is owed when close() has waited is named by it.
                failure.addSuppressed(closing);
            }
        } else {
            log.error(
                    "could not abort upload {} of {}; left to the bucket's lifecycle rule",
                    upload.id(),
                    upload.key(),
                    failure);
        }
    }

    private static void logDropped(MultipartUpload upload, RuntimeException failure) {
        log.error("shutting down with upload {} of {} not aborted", upload.id(), upload.key(), failure);
    }

    /**
     * Ends the work in the background: interrupts the current attempt, waits for its end, and names in the log every
     * upload that is not aborted. Afterwards nothing runs, and nothing is logged except by later calls of
     * {@link #abort}, in their own threads.
     *
     * <p>It waits for at most 5 seconds, or until its own thread is interrupted. A call to the store that ignores its
     * interrupt for longer keeps its daemon thread until it returns; its upload is named as not aborted, and the
     * outcome of the call is neither logged nor retried.
     */
    @Override
    public void close() {
        later.shutdownNow();
        try {
            // Whether it has ended or not: what is still owed then is named now, and never again.
            boolean _ = later.awaitTermination(closeLimit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (owed) {
            closed = true;
            owed.forEach(AbandonedUploads::logDropped);
            owed.clear();
        }
    }
}
