package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.UncheckedIOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes calls to the store and turns their failures into the gateway's own. Thread-safe. */
final class StoreCalls {

    private static final Logger log = LoggerFactory.getLogger(StoreCalls.class);

    private final RefusalReasons reasons;
    private final OperatorNotices notices;
    private volatile boolean ended;

    /** With a client that is to be asked for reasons. */
    StoreCalls(S3Client s3, LongSupplier nanoTime) {
        this.reasons = new RefusalReasons(s3, nanoTime);
        this.notices = new OperatorNotices(nanoTime);
    }

    /** Notes that the clients are about to be closed: a call that fails from now on does so because of that. */
    void end() {
        ended = true;
    }

    /**
     * Makes a call of the operation that S3 calls by this name, which makes no object visible and removes none: what is
     * said of its failure is true of the object whatever its tries have done. It has no condition.
     */
    <T> T make(String operation, ObjectKey key, Supplier<T> call) {
        return make(operation, key, call, (failure, _, _) -> withoutCondition(operation, failure));
    }

    /** The same of a call that is about one version of the object. */
    <T> T makeOnVersion(String operation, ObjectKey key, Supplier<T> call) {
        return make(operation, key, call, (failure, _, _) -> failure);
    }

    /** That a condition does not hold is no response to a request without one. */
    private static GatewayException withoutCondition(String operation, GatewayException failure) {
        return failure.code() == ErrorCode.PRECONDITION_FAILED ? makesNoSense(operation, failure) : failure;
    }

    private static GatewayException makesNoSense(String operation, Exception cause) {
        return new GatewayException(
                ErrorCode.STORE_FAULT, "The store's response to " + operation + " makes no sense.", cause);
    }

    /**
     * Begins something that only the response names. What may have begun without a name is said in the log: nobody can
     * end it.
     *
     * @param end ends what has this name, of which no more could be read of the response
     */
    <T> T begin(String operation, ObjectKey key, Supplier<T> call, Consumer<String> end) {
        Delivery delivery = new Delivery(true);
        boolean begun = false;
        try {
            T named = make(operation, key, call, (failure, _, _) -> withoutCondition(operation, failure), delivery);
            begun = true;
            return named;
        } catch (GatewayException e) {
            begun = isEnded(delivery.begunId(), end, e);
            throw e;
        } finally {
            Doubt doubt = begun ? delivery.ofEarlierTries() : delivery.ofAllTries();
            if (doubt != Doubt.NONE) {
                log.error(
                        "a try of {} of {} got no usable response: the store may have begun what nobody knows the id of;"
                                + " left to the bucket's lifecycle rule",
                        operation,
                        key);
            }
        }
    }

    private static boolean isEnded(@Nullable String name, Consumer<String> end, GatewayException failure) {
        if (name == null) {
            return false;
        }
        try {
            end.accept(name);
            return true;
        } catch (GatewayException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /**
     * Makes a write. Its failure is {@link ErrorCode#OUTCOME_UNKNOWN} when a try of it may still be at work, or when
     * one may have succeeded and the next was refused, be it as a consequence or not.
     */
    <T> T write(String operation, ObjectKey key, Supplier<T> write) {
        return make(operation, key, write, (failure, doubt, refused) -> judge(operation, failure, doubt, refused));
    }

    private static GatewayException judge(String operation, GatewayException failure, Doubt doubt, boolean refused) {
        return switch (doubt) {
            case NONE -> failure;
            case MAY_BE_DONE -> refused ? unknown(operation, failure) : failure;
            case FAILED_IN_SUCCESS, MAY_BE_AT_WORK -> unknown(operation, failure);
        };
    }

    /** Makes a write under a condition. */
    <T> T writeOn(WriteCondition condition, String operation, ObjectKey key, Supplier<T> write) {
        return make(
                operation,
                key,
                write,
                (failure, doubt, refused) -> judge(operation, on(condition, operation, failure), doubt, refused));
    }

    /**
     * Removes an object. When that failed and may have happened nevertheless, it is {@link ErrorCode#OUTCOME_UNKNOWN}:
     * no mark is left that could tell.
     */
    void remove(WriteCondition condition, String operation, ObjectKey key, Supplier<?> removal) {
        try {
            make(operation, key, removal, (failure, doubt, _) -> {
                GatewayException last = on(condition, operation, failure);
                boolean isTrue = doubt == Doubt.NONE || last.code() == ErrorCode.OBJECT_NOT_FOUND;
                return isTrue ? last : unknown(operation, last);
            });
        } catch (GatewayException e) {
            if (e.code() != ErrorCode.OBJECT_NOT_FOUND) {
                throw e;
            }
        }
    }

    private static GatewayException on(WriteCondition condition, String operation, GatewayException failure) {
        return condition instanceof WriteCondition.Always
                ? withoutCondition(operation, failure)
                : onVersion(condition, failure);
    }

    /** S3 responds with 404 to If-Match on a key that has no object; that is one more condition that does not hold. */
    private static GatewayException onVersion(WriteCondition condition, GatewayException failure) {
        return failure.code() == ErrorCode.OBJECT_NOT_FOUND && condition instanceof WriteCondition.IfMatch
                ? new GatewayException(
                        ErrorCode.PRECONDITION_FAILED,
                        "If-Match does not hold: there is no object with this name.",
                        failure)
                : failure;
    }

    private static GatewayException unknown(String operation, GatewayException failure) {
        return new GatewayException(
                ErrorCode.OUTCOME_UNKNOWN,
                "The store's response to " + operation + " was lost, so it may have been done or not.",
                failure);
    }

    private <T> T make(String operation, ObjectKey key, Supplier<T> call, Judgement judgement) {
        return make(operation, key, call, judgement, new Delivery());
    }

    private <T> T make(String operation, ObjectKey key, Supplier<T> call, Judgement judgement, Delivery delivery) {
        try {
            return delivery.during(call);
        } catch (SdkException e) {
            if (ended && !(e instanceof S3Exception)) {
                throw judgement.of(shuttingDown(operation, e), delivery.ofFailure(false), delivery.endedInRefusal());
            }
            if (isInterrupted(e) && !delivery.isPossible()) {
                throw judgement.of(interrupted(operation, e), delivery.ofFailure(false), delivery.endedInRefusal());
            }
            if (delivery.endedInResponse() && StoreFailures.isOfTheContent(e)) {
                throw judgement.of(makesNoSense(operation, e), delivery.ofFailure(false), false);
            }
            SdkException reason = e instanceof S3Exception refusal ? reasons.of(refusal, key) : e;
            GatewayException failure = StoreFailures.translate(
                    operation, key, reason, delivery.isPossible(), delivery.ofEarlierTries() != Doubt.NONE);
            notices.note(failure.code(), key.bucket(), reason);
            throw judgement.of(failure, delivery.ofFailure(e instanceof S3Exception), delivery.endedInRefusal());
        } catch (GatewayException e) {
            // What makes no sense of a response that is all there.
            throw judgement.of(e, delivery.ofFailure(true), false);
        } catch (RejectedExecutionException | IllegalStateException e) {
            // What the SDK throws when its timers or its connections are closed.
            if (!ended) {
                throw e;
            }
            throw judgement.of(shuttingDown(operation, e), delivery.ofFailure(false), delivery.endedInRefusal());
        } catch (UncheckedIOException e) {
            // What the SDK throws, and does not retry, when a response breaks off in the middle of its XML.
            GatewayException failure = new GatewayException(
                    ErrorCode.STORE_FAULT, "The store's response to " + operation + " broke off.", e);
            throw judgement.of(failure, delivery.ofFailure(false), false);
        }
    }

    private static GatewayException shuttingDown(String operation, RuntimeException cause) {
        return new GatewayException(
                ErrorCode.SHUTTING_DOWN, "The gateway is shutting down; " + operation + " has not ended.", cause);
    }

    /** By the gateway itself, because nobody wants the outcome any longer: that says nothing of the store. */
    private static boolean isInterrupted(SdkException failure) {
        return !(failure instanceof S3Exception)
                && (failure instanceof AbortedException
                        || Thread.currentThread().isInterrupted());
    }

    private static GatewayException interrupted(String operation, SdkException cause) {
        return new GatewayException(
                ErrorCode.SHUTTING_DOWN,
                "The gateway has ended " + operation + " itself; nothing of it was sent.",
                cause);
    }

    /** What the caller is told of a failure that leaves such a doubt, and whether it is a refusal. */
    private interface Judgement {
        GatewayException of(GatewayException failure, Doubt doubt, boolean refused);
    }

    static @Nullable String ifNoneMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfAbsent ? "*" : null;
    }

    static @Nullable String ifMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfMatch match ? match.etag() : null;
    }
}
