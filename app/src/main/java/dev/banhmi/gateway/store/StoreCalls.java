package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Makes calls to the store and turns their failures into the gateway's own. Thread-safe. */
final class StoreCalls {

    private final S3Client s3;
    private final OperatorNotices notices = new OperatorNotices(System::nanoTime);

    StoreCalls(S3Client s3) {
        this.s3 = s3;
    }

    /** Makes a call of the operation that S3 calls by this name. */
    <T> T make(String operation, ObjectKey key, Supplier<T> call) {
        Delivery delivery = new Delivery();
        try {
            return delivery.during(call);
        } catch (SdkException e) {
            SdkException reason = e instanceof S3Exception refusal ? withReason(refusal, key) : e;
            GatewayException failure = StoreFailures.translate(operation, key, reason, delivery.isPossible());
            notices.note(failure.code(), key.bucket(), reason);
            throw failure;
        } catch (UncheckedIOException e) {
            // What the SDK throws, and does not retry, when a response breaks off in the middle of its XML.
            throw new GatewayException(
                    ErrorCode.STORE_FAULT, "The store's response to " + operation + " broke off.", e);
        }
    }

    /**
     * Makes a write under a condition. S3 responds with 404 to If-Match on a key that has no object; to the caller that
     * is one more condition that does not hold.
     */
    <T> T writeOn(WriteCondition condition, String operation, ObjectKey key, Supplier<T> write) {
        try {
            return make(operation, key, write);
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND && condition instanceof WriteCondition.IfMatch) {
                throw missingVersion(e);
            }
            throw e;
        }
    }

    static GatewayException missingVersion(GatewayException notFound) {
        return new GatewayException(
                ErrorCode.PRECONDITION_FAILED, "If-Match does not hold: there is no object with this name.", notFound);
    }

    /** A response to HEAD has no body, so why it is a refusal is asked for with a GET of one byte. */
    private S3Exception withReason(S3Exception refusal, ObjectKey key) {
        boolean isReasonOpen = StoreFailures.s3Code(refusal).isEmpty()
                && StoreFailures.REASON_IN_THE_BODY.contains(refusal.statusCode())
                && !key.key().isEmpty();
        if (!isReasonOpen) {
            return refusal;
        }
        try (var content =
                s3.getObject(get -> get.bucket(key.bucket()).key(key.key()).range("bytes=0-0"))) {
            content.abort();
            return refusal;
        } catch (S3Exception e) {
            return StoreFailures.s3Code(e).isEmpty() ? refusal : e;
        } catch (SdkException | IOException e) {
            refusal.addSuppressed(e);
            return refusal;
        }
    }

    static @Nullable String ifNoneMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfAbsent ? "*" : null;
    }

    static @Nullable String ifMatch(WriteCondition condition) {
        return condition instanceof WriteCondition.IfMatch match ? match.etag() : null;
    }
}
