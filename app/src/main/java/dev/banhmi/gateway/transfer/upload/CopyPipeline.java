package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.CopiedPart;
import dev.banhmi.gateway.store.CopySource;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectCopies;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoreLimits;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.transfer.NewObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One copy in parts, several of them at a time. As with {@link MultipartPipeline}, no part is in flight when
 * {@link #copy} returns, and one that failed is aborted. For one copy.
 */
public final class CopyPipeline {
    /*
     * A copy holds one connection from its beginning to its end, which its caller has taken for it, so that it always
     * goes on; others it takes for one part each, and only those that nobody waits for. So a copy in parts has one
     * place in the queue, as every other copy has.
     */

    /** 512 MiB: a few seconds of S3's work, so that a failure costs little, and at most 10 parts up to 5 GiB. */
    static final long PART = 512L << 20;

    private static final long STEP = 1L << 20;

    /** None of them takes memory here; each holds one connection to the store. More than that is another copy's. */
    private static final int PARTS_IN_FLIGHT = 8;

    /** How often a wait for the store looks whether there is still time for it. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ObjectStore store;
    private final ObjectCopies copies;
    private final AbandonedUploads abandoned;
    private final Semaphore connections;
    private final Duration longest;
    private final long began = System.nanoTime();
    /** The connection that this copy has for its own. */
    private final Semaphore own = new Semaphore(1);

    /** How many it has borrowed for the parts that are in flight. */
    private final AtomicInteger borrowed = new AtomicInteger();

    /** One for each part that has ended. */
    private final Semaphore ends = new Semaphore(0);

    /**
     * For one copy.
     *
     * @param store where the copy begins
     * @param copies copies the parts
     * @param abandoned aborts the copy when it fails
     * @param connections what all copies together may hold; one of them is this copy's already
     * @param longest after this time the copy is ended and nothing becomes visible, and so when a shutdown waits for it
     */
    public CopyPipeline(
            ObjectStore store,
            ObjectCopies copies,
            AbandonedUploads abandoned,
            Semaphore connections,
            Duration longest) {
        this.store = store;
        this.copies = copies;
        this.abandoned = abandoned;
        this.connections = connections;
        this.longest = longest;
    }

    /**
     * Copies an object.
     *
     * @param source at least one byte
     * @param target {@linkplain VisibleWrite#mark marked}
     * @param write makes it visible
     * @return the new version
     * @throws SourceReplacedException when the source is another version by now
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the target's condition does not hold,
     *     {@link ErrorCode#TRANSFER_TOO_LONG}, {@link ErrorCode#STORE_FAULT} when the parts are not the source's bytes,
     *     and what the store throws
     */
    public StoredVersion copy(CopySource source, NewObject target, VisibleWrite write) throws SourceReplacedException {
        MultipartUpload upload =
                abandoned.begin(target.key(), () -> store.beginUpload(target.key(), target.attributes()));
        boolean complete = false;
        try {
            List<CopiedPart> parts = copyParts(source, upload);
            String crc32c = sumOf(parts, source);
            requireTime();
            StoredVersion version = write.perform(
                    () -> abandoned.create(() -> copies.completeCopy(upload, parts, crc32c, target.condition())));
            complete = true;
            abandoned.completed(upload);
            return version;
        } finally {
            if (!complete) {
                abandoned.abort(upload, true);
            }
        }
    }

    /** The largest parts are 5 GiB, and 10,000 of those are the largest object. */
    static long partSize(long size) {
        return Math.max(PART, Math.ceilDiv(Math.ceilDiv(size, StoreLimits.MOST_PARTS), STEP) * STEP);
    }

    private List<CopiedPart> copyParts(CopySource source, MultipartUpload upload) throws SourceReplacedException {
        long size = partSize(source.size());
        try (PartsInFlight<CopiedPart> parts = new PartsInFlight<>()) {
            for (long first = 0; first < source.size(); first += size) {
                boolean isBorrowed = awaitConnection();
                parts.throwFirstFailure();
                requireTime();
                int number = parts.next();
                long from = first;
                long length = Math.min(size, source.size() - first);
                parts.start(() -> {
                    try {
                        return copyPart(source, upload, number, from, length);
                    } finally {
                        giveBack(isBorrowed);
                    }
                });
            }
            List<CopiedPart> copied = new ArrayList<>();
            for (Future<CopiedPart> part : parts.inOrder()) {
                copied.add(await(part));
            }
            return copied;
        } catch (ExecutionException e) {
            throw failureOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        } finally {
            // Of parts that were cancelled before they began, or for which there was no time.
            connections.release(borrowed.get());
        }
    }

    private CopiedPart await(Future<CopiedPart> part) throws ExecutionException, InterruptedException {
        while (true) {
            try {
                return part.get(LOOK.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                requireTime();
            }
        }
    }

    /** Whether the connection for the next part is borrowed. */
    private boolean awaitConnection() throws InterruptedException {
        while (!own.tryAcquire()) {
            // With a time, if only of 0, it passes by nobody who waits.
            if (borrowed.get() < PARTS_IN_FLIGHT - 1 && connections.tryAcquire(0, TimeUnit.NANOSECONDS)) {
                borrowed.incrementAndGet();
                return true;
            }
            boolean _ = ends.tryAcquire(LOOK.toNanos(), TimeUnit.NANOSECONDS);
            requireTime();
        }
        return false;
    }

    private void giveBack(boolean isBorrowed) {
        if (isBorrowed) {
            borrowed.decrementAndGet();
            connections.release();
        } else {
            own.release();
        }
        ends.release();
    }

    private CopiedPart copyPart(CopySource source, MultipartUpload upload, int number, long first, long length) {
        for (int attempt = 1; ; attempt++) {
            requireTime();
            try {
                return abandoned.create(() -> copies.copyPart(source, upload, number, first, length));
            } catch (GatewayException e) {
                if (e.code() != ErrorCode.STORE_FAULT || attempt == Tries.OF_A_PART) {
                    throw e;
                }
            }
        }
    }

    /** Of the parts, where the store reports it for each of them, else of the source. */
    private static @Nullable String sumOf(List<CopiedPart> parts, CopySource source) {
        Crc32c sum = Crc32c.EMPTY;
        for (CopiedPart part : parts) {
            Crc32c next = Crc32c.reported(part.reportedCrc32c());
            if (next == null) {
                return source.reportedCrc32c();
            }
            sum = sum.append(next, part.length());
        }
        if (source.reportedCrc32c() != null && !sum.isReportedAs(source.reportedCrc32c())) {
            throw new GatewayException(
                    ErrorCode.STORE_FAULT,
                    "The store copied parts with CRC32C " + sum.base64() + " together from an object of "
                            + source.reportedCrc32c() + "; nothing was stored.");
        }
        return sum.base64();
    }

    private void requireTime() {
        if (abandoned.isEnding()) {
            throw new GatewayException(
                    ErrorCode.SHUTTING_DOWN,
                    "The gateway is shutting down; the copy was ended and nothing was stored.");
        }
        if (System.nanoTime() - began > longest.toNanos()) {
            throw new GatewayException(
                    ErrorCode.TRANSFER_TOO_LONG,
                    "The copy was not finished after " + longest.toSeconds()
                            + " s, the longest allowed; nothing was stored.");
        }
    }

    private static RuntimeException failureOf(ExecutionException failed) throws SourceReplacedException {
        if (!(failed.getCause() instanceof GatewayException failure)) {
            return new GatewayException(ErrorCode.INTERNAL, "The copy failed inside the gateway.", failed.getCause());
        }
        // Parts have no other condition than the version of their source.
        if (failure.code() == ErrorCode.PRECONDITION_FAILED) {
            throw SourceReplacedException.of(failure);
        }
        return failure;
    }
}
