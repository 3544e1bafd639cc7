package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the parts of uploads that failed. The first try is made at once, by the caller's thread; when the store refuses even
 * that, a few more follow in the background, because parts that nobody sees are paid for until the bucket's lifecycle rule ends
 * them. The failure that ended the upload is what its caller hears of; this one goes to the log.
 */
public final class AbandonedUploads implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AbandonedUploads.class);

    private final ObjectStore store;
    private final List<Duration> pauses;
    private final Set<MultipartUpload> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("abort-uploads").daemon().factory());

    /**
     * For all uploads of the process.
     *
     * @param store where they are open
     * @param pauses before each further try, after the first one
     */
    public AbandonedUploads(ObjectStore store, List<Duration> pauses) {
        this.store = store;
        this.pauses = pauses;
    }

    /**
     * Aborts, now or later; never throws.
     *
     * @param upload with no part in flight
     */
    public void abort(MultipartUpload upload) {
        // In an interrupted thread every call to the store fails at once, and an interrupt is one reason to abort.
        boolean interrupted = Thread.interrupted();
        try {
            tryToAbort(upload, 0);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tryToAbort(MultipartUpload upload, int attempt) {
        try {
            store.abortUpload(upload);
        } catch (RuntimeException e) {
            if (attempt < pauses.size()) {
                Duration pause = pauses.get(attempt);
                log.warn("could not abort upload {} of {}; next try in {}", upload.id(), upload.key(), pause, e);
                schedule(upload, attempt + 1, pause);
            } else {
                log.error(
                        "could not abort upload {} of {}; the bucket's lifecycle rule has to",
                        upload.id(),
                        upload.key(),
                        e);
            }
        }
    }

    private void schedule(MultipartUpload upload, int attempt, Duration pause) {
        try {
            waiting.add(upload);
            // Never fails by itself: whatever the store answers is handled by the try.
            ScheduledFuture<?> _ = later.schedule(
                    () -> {
                        if (waiting.remove(upload)) {
                            tryToAbort(upload, attempt);
                        }
                    },
                    pause.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("no more tries", e);
            dropIfWaiting(upload);
        }
    }

    private void dropIfWaiting(MultipartUpload upload) {
        if (waiting.remove(upload)) {
            log.error("shutting down with upload {} of {} not aborted", upload.id(), upload.key());
        }
    }

    @Override
    public void close() {
        later.shutdownNow();
        waiting.forEach(this::dropIfWaiting);
    }
}
