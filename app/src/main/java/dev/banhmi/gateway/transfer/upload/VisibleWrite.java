package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.NewObject;
import dev.banhmi.gateway.transfer.WrittenObject;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one call that makes an object visible, whose failure may hide a success: its response can be lost, and the store
 * be still at it. So every object carries the random mark of the upload that wrote it, and after a failure the gateway
 * looks up whose mark is there.
 */
public final class VisibleWrite {
    /*
     * A look settles a doubt when it finds the own mark, or what the condition asks for: the version or the absence
     * that a write under it would have ended. Anything else may have come after the write, and the outcome is unknown.
     * Only a write without a condition takes another object for a sign that it has not happened, because one that was
     * replaced at once differs little from one that was not written, and 503 tells a client more than 504.
     */

    /** Metadata that holds the mark; names that start with {@code banhmi-} are reserved. */
    public static final String MARK = "banhmi-write";

    private static final Logger log = LoggerFactory.getLogger(VisibleWrite.class);

    private final ObjectStore store;
    private final ObjectKey key;
    private final WriteCondition condition;
    private final String mark;

    /**
     * The same request with a new mark.
     *
     * @param request without one
     * @return a copy
     */
    public static NewObject mark(NewObject request) {
        ObjectAttributes marked =
                request.attributes().with(MARK, UUID.randomUUID().toString());
        return new NewObject(request.key(), request.length(), marked, request.condition());
    }

    /**
     * For one write.
     *
     * @param store where the object becomes visible
     * @param request {@linkplain #mark marked}
     * @return nothing is written yet
     */
    public static VisibleWrite of(ObjectStore store, NewObject request) {
        String mark = Objects.requireNonNull(request.attributes().metadata().get(MARK));
        return new VisibleWrite(store, request.key(), request.condition(), mark);
    }

    private VisibleWrite(ObjectStore store, ObjectKey key, WriteCondition condition, String mark) {
        this.store = store;
        this.key = key;
        this.condition = condition;
        this.mark = mark;
    }

    /**
     * Makes the object visible.
     *
     * @param write the call, made up to {@link Tries#OF_A_VISIBLE_WRITE} times
     * @return the new version
     * @throws GatewayException {@link ErrorCode#OUTCOME_UNKNOWN} when the store cannot tell the outcome, and what the
     *     call throws
     */
    public StoredVersion perform(Supplier<StoredVersion> write) {
        boolean inDoubt = false;
        boolean lost = false;
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (GatewayException e) {
                // After an attempt whose outcome is in doubt, a refusal of the next one may be a consequence of it.
                inDoubt |= mayHideSuccess(e.code());
                if (inDoubt || mayMeetItsDouble(e.code())) {
                    Optional<ObjectInfo> found = inDoubt ? look(e) : lookForDouble();
                    if (found.isPresent() && isOurs(found.get())) {
                        log.info("write of {} succeeded although it failed with {}", key, e.code());
                        ObjectInfo ours = found.get();
                        return new StoredVersion(ours.etag(), ours.versionId(), ours.reportedCrc32c());
                    }
                    lost |= mayHideSuccess(e.code()) && !isUntouched(found);
                }
                // A call without a response may still be in progress after this look, whatever comes after it.
                boolean again = mayPass(e.code()) || (isLost(e.code()) && !lost);
                lost |= isLost(e.code());
                if (!again || attempt == Tries.OF_A_VISIBLE_WRITE) {
                    throw lost ? unknown(e) : e;
                }
            }
        }
    }

    private boolean isOurs(ObjectInfo found) {
        return mark.equals(found.attributes().metadata().get(MARK));
    }

    /** Whether what is there instead shows that the write has not happened. */
    private boolean isUntouched(Optional<ObjectInfo> found) {
        return switch (condition) {
            case WriteCondition.Always() -> true;
            case WriteCondition.IfAbsent() -> found.isEmpty();
            case WriteCondition.IfMatch(String etag) ->
                found.filter(info -> info.etag().equals(etag)).isPresent();
        };
    }

    private static boolean mayPass(ErrorCode code) {
        return code == ErrorCode.STORE_FAULT || code == ErrorCode.WRITE_CONFLICT;
    }

    private static boolean isLost(ErrorCode code) {
        return code == ErrorCode.STORE_TIMEOUT || code == ErrorCode.OUTCOME_UNKNOWN;
    }

    private static boolean mayHideSuccess(ErrorCode code) {
        return switch (code) {
            case OUTCOME_UNKNOWN, STORE_TIMEOUT, STORE_UNAVAILABLE, STORE_FAULT -> true;
            default -> false;
        };
    }

    /** Whether the call may have failed because something between here and the store has sent it twice. */
    private static boolean mayMeetItsDouble(ErrorCode code) {
        return code == ErrorCode.PRECONDITION_FAILED || code == ErrorCode.WRITE_CONFLICT;
    }

    /** Where it cannot be seen, the store's word is taken: there is no other sign that the call was sent twice. */
    private Optional<ObjectInfo> lookForDouble() {
        try {
            return Optional.of(store.head(key));
        } catch (GatewayException e) {
            return Optional.empty();
        }
    }

    private Optional<ObjectInfo> look(GatewayException failure) {
        try {
            return Optional.of(store.head(key));
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            failure.addSuppressed(e);
            throw unknown(failure);
        }
    }

    /**
     * Compares the sum that the store reports. The store has already verified it, so a different one means that it has
     * stored something else, which is removed.
     *
     * @param written what {@link #perform} returned, with the sum of the bytes as they arrived
     * @return the same
     * @throws GatewayException {@link ErrorCode#STORE_FAULT} when the store reports another sum
     */
    public WrittenObject verified(WrittenObject written) {
        String reported = written.version().reportedCrc32c();
        if (reported != null && !written.crc32c().isReportedAs(reported)) {
            throw removed(
                    written.version(),
                    "The store reports CRC32C " + reported + " for an object of "
                            + written.crc32c().base64());
        }
        return written;
    }

    /**
     * Removes what was written, because it is not what was to be written.
     *
     * @param version what {@link #perform} returned
     * @param what is wrong with it, a sentence without its full stop
     * @return {@link ErrorCode#STORE_FAULT}, to be thrown
     */
    public GatewayException removed(StoredVersion version, String what) {
        try {
            store.delete(key, new WriteCondition.IfMatch(version.etag()));
        } catch (RuntimeException e) {
            ErrorCode failure = e instanceof GatewayException known ? known.code() : ErrorCode.INTERNAL;
            return new GatewayException(ErrorCode.STORE_FAULT, what + "; " + leftBy(failure) + ".", e);
        }
        return new GatewayException(ErrorCode.STORE_FAULT, what + "; the object was removed.");
    }

    private static String leftBy(ErrorCode failure) {
        return switch (failure) {
            case PRECONDITION_FAILED -> "the object is no longer there";
            case OUTCOME_UNKNOWN -> "it is not known whether the object was removed";
            default -> "the object could not be removed";
        };
    }

    private static GatewayException unknown(GatewayException failure) {
        return new GatewayException(
                ErrorCode.OUTCOME_UNKNOWN,
                "The store's response to the write was lost: the object is wholly the old or wholly the new one.",
                failure);
    }
}
