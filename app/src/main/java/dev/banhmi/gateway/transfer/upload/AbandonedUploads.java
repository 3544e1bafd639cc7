package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.RequestId;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Knows every multipart upload of this process that is open, and removes those that failed, with all their parts.
 * Thread-safe.
 *
 * <p>The first attempt is made at once, by the caller's thread, and repeated in the background, because invisible parts
 * are billed until the bucket's lifecycle rule removes them. The caller gets the failure that ended the upload; what
 * goes wrong here goes to the log.
 */
public final class AbandonedUploads implements AutoCloseable {
    /*
     * An abort is not final while the store may still be finishing a part: "if any part uploads are currently in
     * progress, those part uploads might or might not succeed. As a result, it might be necessary to abort a given
     * multipart upload multiple times in order to completely free all storage consumed by all parts", and ListParts
     * tells whether it is (https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html, checked
     * 2026-11-30). So each abort is followed by ListParts, and both are repeated after each of the pauses, even when
     * nothing is left: a try of a part that was lost on its way may be known to the SDK only.
     *
     * A shutdown has no time for that unless there is a reason. Where the store has responded to every part there is
     * none: nothing is left that it could finish. Where it has not, the upload is in doubt, and a shutdown goes on
     * aborting and asking for as long as it may wait.
     */

    private final UploadRemoval removal;
    private final RemovalTimes times;
    private final Time time;
    private final Ending ending;
    private final CountDownLatch nothingOpen = new CountDownLatch(1);
    private final CountDownLatch nothingWatched = new CountDownLatch(1);
    /** Uploads of which something may be in the store; also the lock of what follows and of all that is logged. */
    private final Set<OpenUpload> open = new LinkedHashSet<>();

    private final Set<Thread> watchers = new LinkedHashSet<>();

    /**
     * For all uploads of the process.
     *
     * @param store where they are open
     * @param times of the attempts
     * @param time by which it is waited
     */
    public AbandonedUploads(ObjectStore store, RemovalTimes times, Time time) {
        this.removal = new UploadRemoval(store);
        this.times = times;
        this.time = time;
        this.ending = new Ending(time);
    }

    /**
     * Begins an upload, which the caller completes or aborts.
     *
     * @param key where
     * @param call to the store
     * @return the open upload
     * @throws GatewayException {@link ErrorCode#SHUTTING_DOWN} once {@link #end} was called, and what the call throws
     */
    public MultipartUpload begin(ObjectKey key, Supplier<MultipartUpload> call) {
        OpenUpload upload = new OpenUpload(key);
        synchronized (open) {
            ending.requireNotBegun();
            open.add(upload);
        }
        try {
            MultipartUpload begun = call.get();
            synchronized (open) {
                upload.begun(begun);
            }
            return begun;
        } finally {
            synchronized (open) {
                if (!upload.hasBegun()) {
                    forget(upload);
                }
            }
        }
    }

    /**
     * Forgets an upload whose object is visible.
     *
     * @param upload begun here
     */
    public void completed(MultipartUpload upload) {
        synchronized (open) {
            forget(known(upload));
        }
    }

    private OpenUpload known(MultipartUpload upload) {
        return open.stream().filter(other -> other.is(upload)).findFirst().orElseGet(() -> {
            OpenUpload unknown = new OpenUpload(upload.key());
            unknown.begun(upload);
            return unknown;
        });
    }

    /**
     * {@return how long parts of a failed upload that are on their way may take to end by themselves, before they are
     * interrupted; less than usual while a shutdown waits}
     */
    public Duration partGrace() {
        return ending.atMostHalf(times.partGrace());
    }

    /**
     * Makes a call that creates something in the store, unless nobody waits for it any more.
     *
     * @param <T> what it results in
     * @param call to the store
     * @return its result
     * @throws GatewayException {@link ErrorCode#SHUTTING_DOWN} once {@link #end} has stopped waiting
     */
    public <T> T create(Supplier<T> call) {
        ending.requireNotOver();
        return call.get();
    }

    /** Whether {@link #end} was called. A copy has no client whose connection could be closed: it looks here. */
    boolean isEnding() {
        return ending.hasBegun();
    }

    /**
     * Aborts, now and again later; never throws. Once {@link #end} has returned there is only one attempt, and one line
     * in the log when it fails, or when the store may still finish a part.
     *
     * @param upload with no part in flight
     * @param inDoubt whether there is a part to which the store has not responded, so that it may still be finishing it
     */
    public void abort(MultipartUpload upload, boolean inDoubt) {
        // In an interrupted thread every call to the store fails at once, and an interrupt is one reason to abort.
        boolean interrupted = Thread.interrupted();
        try {
            OpenUpload abandoned;
            synchronized (open) {
                abandoned = known(upload);
                abandoned.abandon(inDoubt, time.nanoTime());
                open.add(abandoned);
            }
            @Nullable RuntimeException failure = removal.attempt(upload);
            synchronized (open) {
                abandoned.tried(failure);
                watch(abandoned);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void watch(OpenUpload abandoned) {
        if (ending.isOver()) {
            forget(abandoned);
            if (!abandoned.isRemoved() || abandoned.mayGrow(time.nanoTime())) {
                abandoned.logLeft();
            }
        } else if (times.pauses().isEmpty() && !ending.hasBegun()) {
            conclude(abandoned);
        } else {
            if (!abandoned.isRemoved() && !ending.hasBegun()) {
                abandoned.logNextAttempt(times.pauses().getFirst());
            }
            Thread watcher =
                    Thread.ofVirtual().name("abort-uploads").unstarted(RequestId.carried(() -> follow(abandoned)));
            watchers.add(watcher);
            watcher.start();
        }
    }

    private void follow(OpenUpload abandoned) {
        List<Duration> pauses = times.pauses();
        try {
            for (int attempt = 0; attempt < pauses.size(); attempt++) {
                if (ending.awaitBegin(pauses.get(attempt))) {
                    break;
                }
                boolean last = attempt == pauses.size() - 1;
                tryAgain(abandoned);
                synchronized (open) {
                    if (last) {
                        conclude(abandoned);
                    } else if (!abandoned.isRemoved() && open.contains(abandoned)) {
                        abandoned.logNextAttempt(pauses.get(attempt + 1));
                    }
                }
            }
            hurry(abandoned);
        } catch (InterruptedException e) {
            // Only by end(), which names what is left.
            Thread.currentThread().interrupt();
        } finally {
            synchronized (open) {
                watchers.remove(Thread.currentThread());
                signal();
            }
        }
    }

    /** During a shutdown one attempt follows the other, until nothing is left and nothing can appear. */
    private void hurry(OpenUpload abandoned) throws InterruptedException {
        while (!isGone(abandoned) && !ending.isOverAfterAPause()) {
            tryAgain(abandoned);
        }
    }

    private boolean isGone(OpenUpload abandoned) {
        synchronized (open) {
            if (abandoned.isRemoved() && !abandoned.mayGrow(time.nanoTime())) {
                forget(abandoned);
            }
            return !open.contains(abandoned);
        }
    }

    private void tryAgain(OpenUpload abandoned) throws InterruptedException {
        @Nullable RuntimeException failure = removal.attemptInTurn(abandoned.id());
        synchronized (open) {
            // What end() has interrupted says nothing about the store.
            if (!ending.isOver() || failure == null) {
                abandoned.tried(failure);
            }
        }
    }

    private void conclude(OpenUpload abandoned) {
        // Nothing is said when end() has named this upload already.
        if (open.contains(abandoned) && !abandoned.isRemoved()) {
            abandoned.logGivenUp();
        }
        forget(abandoned);
    }

    private void forget(OpenUpload upload) {
        open.remove(upload);
        signal();
    }

    private void signal() {
        if (ending.hasBegun() && open.isEmpty()) {
            nothingOpen.countDown();
        }
        if (ending.isOver() && watchers.isEmpty()) {
            nothingWatched.countDown();
        }
    }

    /**
     * Waits until every upload is completed or removed, without the usual pauses between attempts. Whatever keeps an
     * upload going must have been stopped. When the time is over, current attempts are interrupted and awaited, and
     * every upload of which something may be left is named in the log. Afterwards nothing runs, and nothing is logged
     * except by later calls of {@link #abort}, in their own threads.
     *
     * <p>The wait also ends when its own thread is interrupted. A call to the store that ignores its interrupt for 5
     * seconds keeps its thread until it returns; its upload is named, and its outcome is neither logged nor retried.
     *
     * @param limit how long to wait for uploads; 0 for not at all
     */
    public void end(Duration limit) {
        synchronized (open) {
            if (ending.hasBegun()) {
                return;
            }
            ending.begin(limit);
            signal();
        }
        ending.await(nothingOpen, limit);
        synchronized (open) {
            ending.finish();
            watchers.forEach(Thread::interrupt);
            signal();
        }
        ending.await(nothingWatched, times.close());
        synchronized (open) {
            open.forEach(OpenUpload::logLeft);
            open.clear();
        }
    }

    /** Ends without waiting for uploads, unless {@link #end} was called before. */
    @Override
    public void close() {
        end(Duration.ZERO);
    }
}
