package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One multipart upload of this process, and what becomes of it: it begins, and is completed, or abandoned and removed.
 * Not thread-safe: guarded by the lock of {@link AbandonedUploads}, in whose name it logs.
 */
final class OpenUpload {

    private static final Logger log = LoggerFactory.getLogger(AbandonedUploads.class);

    /** How long a store may be finishing parts of which it has every byte; S3 names no limit. */
    private static final Duration IN_DOUBT = Duration.ofSeconds(10);

    private final ObjectKey key;
    private @Nullable MultipartUpload upload;
    private boolean abandoned;
    private boolean inDoubt;
    private long since;
    private @Nullable RuntimeException failure;

    /** For one that is about to begin. */
    OpenUpload(ObjectKey key) {
        this.key = key;
    }

    void begun(MultipartUpload as) {
        upload = as;
    }

    boolean hasBegun() {
        return upload != null;
    }

    boolean is(MultipartUpload other) {
        return other.equals(upload);
    }

    MultipartUpload id() {
        if (upload == null) {
            throw new IllegalStateException("The upload of " + key + " has not begun.");
        }
        return upload;
    }

    /** From now on it is to be removed; {@code withDoubt} when the store may still be finishing parts of it. */
    void abandon(boolean withDoubt, long now) {
        abandoned = true;
        inDoubt = withDoubt;
        since = now;
    }

    /** How the last attempt to remove it ended; null when nothing is left. */
    void tried(@Nullable RuntimeException lastFailure) {
        failure = lastFailure;
    }

    boolean isRemoved() {
        return abandoned && failure == null;
    }

    /** Whether parts may still appear after the last attempt. */
    boolean mayGrow(long now) {
        return inDoubt && now - since < IN_DOUBT.toNanos();
    }

    void logNextAttempt(Duration pause) {
        log.warn("could not abort upload {} of {}; next attempt in {}", id().id(), key, pause, failure);
    }

    void logGivenUp() {
        log.error("could not abort upload {} of {}; left to the bucket's lifecycle rule", id().id(), key, failure);
    }

    /** What is left at the end of a shutdown. */
    void logLeft() {
        if (upload == null) {
            log.error("shutting down while an upload of {} begins, which the store may have", key);
        } else if (!abandoned) {
            log.error("shutting down with upload {} of {} not aborted: it has not ended", upload.id(), key);
        } else if (failure != null) {
            log.error("shutting down with upload {} of {} not aborted", upload.id(), key, failure);
        } else {
            log.error(
                    "shutting down with upload {} of {} aborted, of which the store may still finish parts",
                    upload.id(),
                    key);
        }
    }
}
