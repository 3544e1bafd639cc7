package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.MultipartUpload;
import dev.banhmi.gateway.store.ObjectStore;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to remove an upload: abort it and ask what is left. Thread-safe. */
final class UploadRemoval {

    private static final Logger log = LoggerFactory.getLogger(AbandonedUploads.class);

    /** In the background: the store's connections are for transfers. */
    private static final int ATTEMPTS_AT_ONCE = 16;

    private final ObjectStore store;
    private final Semaphore turns = new Semaphore(ATTEMPTS_AT_ONCE);
    private final AtomicBoolean complained = new AtomicBoolean();

    UploadRemoval(ObjectStore store) {
        this.store = store;
    }

    /** Why something is left, or may be; null when nothing is. */
    @Nullable
    RuntimeException attempt(MultipartUpload upload) {
        try {
            store.abortUpload(upload);
            return hasParts(upload)
                    ? new GatewayException(ErrorCode.STORE_FAULT, "The store has parts of it although it was aborted.")
                    : null;
        } catch (RuntimeException e) {
            return e;
        } catch (Error e) {
            // One more failure: unless somebody tries again, nobody will.
            return new GatewayException(ErrorCode.INTERNAL, "Removing an upload failed inside the gateway.", e);
        }
    }

    /** The same, when it is its turn. */
    @Nullable
    RuntimeException attemptInTurn(MultipartUpload upload) throws InterruptedException {
        turns.acquire();
        try {
            return attempt(upload);
        } finally {
            turns.release();
        }
    }

    /** Where the gateway may not ask, or the store cannot tell, an abort is believed. */
    private boolean hasParts(MultipartUpload upload) {
        try {
            return store.hasParts(upload);
        } catch (GatewayException e) {
            if (e.code() != ErrorCode.STORE_DENIED && e.code() != ErrorCode.STORE_REFUSED) {
                throw e;
            }
            if (!complained.getAndSet(true)) {
                log.warn(
                        "the store does not say what is left of an aborted upload (s3:ListMultipartUploadParts is"
                                + " required); aborts are repeated without knowing",
                        e);
            }
            return false;
        }
    }
}
