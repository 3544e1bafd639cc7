package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * The one call that makes an object visible, whose failure may hide a success: the answer can be lost, and a retry of a
 * conditional write then meets its own object and is told that the condition does not hold. So every object carries the random
 * mark of the upload that wrote it, and after a failure the store is asked whose mark is there.
 */
final class VisibleWrite {

    /** Metadata that holds the mark; names that start with {@code banhmi-} are reserved. */
    static final String MARK = "banhmi-write";

    private static final Logger log = LoggerFactory.getLogger(VisibleWrite.class);

    private static final int TRIES = 3;

    private final ObjectStore store;
    private final ObjectKey key;
    private final String mark;

    /** The same request with a new mark. */
    static UploadRequest mark(UploadRequest request) {
        return request.marked(MARK, UUID.randomUUID().toString());
    }

    /** For a {@linkplain #mark marked} request. */
    static VisibleWrite of(ObjectStore store, UploadRequest request) {
        String mark = Objects.requireNonNull(request.attributes().metadata().get(MARK));
        return new VisibleWrite(store, request.key(), mark);
    }

    private VisibleWrite(ObjectStore store, ObjectKey key, String mark) {
        this.store = store;
        this.key = key;
        this.mark = mark;
    }

    StoredVersion perform(Supplier<StoredVersion> write) {
        boolean timedOut = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (GatewayException e) {
                // After a try that failed in doubt, a refusal of the next one may be of what the first one did.
                if (attempt == 1 && !mayHideSuccess(e.code())) {
                    throw e;
                }
                Optional<StoredVersion> ours = findOurs(e);
                if (ours.isPresent()) {
                    log.info("write of {} succeeded although it answered {}", key, e.code());
                    return ours.get();
                }
                // A call that nobody answered may still be at work when the store has been asked, whatever comes after
                // it.
                boolean again = mayPass(e.code()) || (e.code() == ErrorCode.STORE_TIMEOUT && !timedOut);
                timedOut |= e.code() == ErrorCode.STORE_TIMEOUT;
                if (!again || attempt == TRIES) {
                    throw timedOut ? unknown(e) : e;
                }
            }
        }
    }

    private static boolean mayPass(ErrorCode code) {
        return code == ErrorCode.STORE_FAULT || code == ErrorCode.WRITE_CONFLICT;
    }

    private static boolean mayHideSuccess(ErrorCode code) {
        return switch (code) {
            case STORE_TIMEOUT, STORE_UNAVAILABLE, STORE_FAULT, PRECONDITION_FAILED, WRITE_CONFLICT -> true;
            default -> false;
        };
    }

    private Optional<StoredVersion> findOurs(GatewayException failure) {
        try {
            ObjectInfo info = store.head(key);
            return mark.equals(info.attributes().metadata().get(MARK))
                    ? Optional.of(new StoredVersion(
                            info.etag(), info.versionId(), info.checksums().get("crc32c")))
                    : Optional.empty();
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            failure.addSuppressed(e);
            throw unknown(failure);
        }
    }

    private static GatewayException unknown(GatewayException failure) {
        return new GatewayException(
                ErrorCode.OUTCOME_UNKNOWN,
                "The store's answer to the write was lost: the object is wholly the old or wholly the new one.",
                failure);
    }
}
