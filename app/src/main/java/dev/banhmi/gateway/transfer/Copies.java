package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.CopySource;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.ObjectCopies;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.Payload;
import dev.banhmi.gateway.store.StoreLimits;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.CopyOutcome.Copied;
import dev.banhmi.gateway.transfer.CopyOutcome.SourceReplaced;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.CopyPipeline;
import dev.banhmi.gateway.transfer.upload.SourceReplacedException;
import dev.banhmi.gateway.transfer.upload.VisibleWrite;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies objects inside the store; no byte of them passes the gateway. As with an upload nothing is visible before all
 * of it is there and the condition holds, and a copy that failed leaves nothing. Thread-safe.
 */
public final class Copies {
    /*
     * A copy under a condition is one in parts, whatever its size: the condition then is that of CompleteMultipartUpload,
     * which stores that check conditions on uploads check as well. CopyObject has conditions only since October 2025, and
     * a store that does not know them would overwrite instead (s3proxy 4.1.0 does).
     */

    private static final Logger log = LoggerFactory.getLogger(Copies.class);

    private final ObjectStore store;
    private final ObjectCopies copies;
    private final AbandonedUploads abandoned;
    private final Semaphore connections;
    private final Duration maxWait;
    private final Duration longest;

    /**
     * For all copies of the process.
     *
     * @param connections how many of the store's all copies together may hold: a call holds one for as long as the store
     *     copies, and uploads need some to become visible
     */
    Copies(
            ObjectStore store,
            ObjectCopies copies,
            AbandonedUploads abandoned,
            int connections,
            Duration maxWait,
            Duration longest) {
        this.store = store;
        this.copies = copies;
        this.abandoned = abandoned;
        this.connections = new Semaphore(connections, true);
        this.maxWait = maxWait;
        this.longest = longest;
    }

    /**
     * Copies one version of an object.
     *
     * @param from where the source is
     * @param seen what a look at it showed
     * @param target the copy: where, what is kept with it instead of the source's attributes, and under which condition
     * @return what became of it
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the target's condition does not hold,
     *     {@link ErrorCode#BUSY} when no connection becomes free in time, {@link ErrorCode#TRANSFER_TOO_LONG}, {@link ErrorCode#STORE_FAULT} when the copy is not the source's bytes: it
     *     was removed again; and what the store throws. With {@link ErrorCode#OUTCOME_UNKNOWN} the target is wholly the
     *     old or wholly the new object.
     */
    public CopyOutcome copy(ObjectKey from, ObjectInfo seen, NewObject target) {
        CopySource source = CopySource.of(from, seen);
        NewObject marked = VisibleWrite.mark(target);
        VisibleWrite write = VisibleWrite.of(store, marked);
        try {
            StoredVersion version = perform(source, marked, write);
            return verified(version, source, marked.key(), write);
        } catch (SourceReplacedException e) {
            log.debug("{} was replaced before it was copied", from, e);
            return new SourceReplaced();
        }
    }

    private StoredVersion perform(CopySource source, NewObject target, VisibleWrite write)
            throws SourceReplacedException {
        if (source.size() == 0) {
            // A part of no bytes cannot be copied, and there are none to copy.
            return write.perform(() -> abandoned.create(
                    () -> store.put(target.key(), Nothing.BYTES, target.attributes(), target.condition())));
        }
        connect();
        try {
            return target.condition() instanceof WriteCondition.Always && source.size() <= StoreLimits.LARGEST_PART
                    ? copyAtOnce(source, target, write)
                    : new CopyPipeline(store, copies, abandoned, connections, longest).copy(source, target, write);
        } finally {
            connections.release();
        }
    }

    private StoredVersion copyAtOnce(CopySource source, NewObject target, VisibleWrite write)
            throws SourceReplacedException {
        try {
            return write.perform(() -> abandoned.create(() -> copies.copy(source, target.key(), target.attributes())));
        } catch (GatewayException e) {
            // It has no other condition than the version of its source.
            if (e.code() == ErrorCode.PRECONDITION_FAILED) {
                throw SourceReplacedException.of(e);
            }
            throw e;
        }
    }

    /** How many copies wait for a connection. */
    int waiting() {
        return connections.getQueueLength();
    }

    /** How many connections no copy holds. */
    int free() {
        return connections.availablePermits();
    }

    private void connect() {
        try {
            if (!connections.tryAcquire(maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "Other copies have had all connections to the store for " + maxWait
                                + "; send the request again later.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
    }

    /** The copy is what the source was, as far as the store tells, or it does not stay. */
    private Copied verified(StoredVersion version, CopySource source, ObjectKey key, VisibleWrite write) {
        ObjectInfo written = lookAt(key, version);
        String sum = version.reportedCrc32c();
        if (written != null) {
            sum = sum == null ? written.reportedCrc32c() : sum;
            if (written.size() != source.size()) {
                throw write.removed(
                        version, "The store copied " + source.size() + " bytes and holds " + written.size());
            }
        }
        if (sum != null && source.reportedCrc32c() != null && !sum.equals(source.reportedCrc32c())) {
            throw write.removed(
                    version,
                    "The store reports CRC32C " + sum + " for the copy of an object of " + source.reportedCrc32c());
        }
        return new Copied(version, source.size(), sum == null ? source.reportedCrc32c() : sum, sum != null, written);
    }

    /** It is there even if it cannot be looked at now or has already been replaced. */
    private @Nullable ObjectInfo lookAt(ObjectKey key, StoredVersion version) {
        try {
            return store.headVersion(key, version.etag());
        } catch (GatewayException e) {
            log.info("{} was copied, but could not be looked at: {}", key, e.getMessage());
            return null;
        }
    }

    /** The content of an empty object. */
    private record Nothing() implements Payload {

        private static final Payload BYTES = new Nothing();

        @Override
        public long length() {
            return 0;
        }

        @Override
        public Crc32c crc32c() {
            return Crc32c.EMPTY;
        }

        @Override
        public InputStream newStream() {
            return InputStream.nullInputStream();
        }
    }
}
