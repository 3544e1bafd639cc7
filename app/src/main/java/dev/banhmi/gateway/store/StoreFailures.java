package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Translates what the AWS SDK throws into the gateway's own failures; upstream messages stay in the cause.
 *
 * <p>The store's own codes: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, 2026-11-30.
 */
final class StoreFailures {

    private static final String METADATA_TOO_LARGE =
            "The object's metadata is larger than the store can keep; fewer or shorter values may fit.";

    /** Refusals of what arrived rather than of what was sent: bytes were damaged in transit. */
    private static final Set<String> DAMAGED = Set.of(
            "BadDigest", "IncompleteBody", "MalformedXML", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch");

    /**
     * Refusals of what the caller has chosen, which no other try changes, and what they mean. S3's own, and MinIO's where keys
     * are files: https://github.com/minio/minio/blob/master/cmd/api-errors.go.
     */
    private static final Map<String, String> OF_THE_CALLERS = Map.of(
            "KeyTooLongError",
            "The name is longer than the store allows, as a whole or between two slashes.",
            "MetadataTooLarge",
            METADATA_TOO_LARGE,
            "XMinioInvalidObjectName",
            "The store cannot hold this: it keeps objects as files, so no segment of a name may be empty, . or .., no"
                    + " name may be one of its own, or have a character that its file names cannot hold, and an object"
                    + " whose name ends with / has no bytes.",
            "XMinioParentIsObject",
            "The store keeps objects as files, and a part of this name is an object: nothing can be below it.",
            "XMinioObjectExistsAsDirectory",
            "The store keeps objects as files, and others are below this name: it cannot be an object as well.");

    /** A proxy in front of the store, or its HTTP server, has a bound for the whole head of a request. */
    private static final int HEAD_TOO_LARGE = 431;

    /** The status codes behind which there is more than one thing for an operator to do. */
    static final Set<Integer> REASON_IN_THE_BODY = Set.of(301, 400, 403);

    private StoreFailures() {}

    /**
     * The failure of a call.
     *
     * @param operation S3's name of it
     * @param key what it was about
     * @param failure what the SDK threw
     * @param delivered whether a try of the call can have reached the store
     * @param doubted whether a try before the last one may have done what was asked for
     */
    static GatewayException translate(
            String operation, ObjectKey key, SdkException failure, boolean delivered, boolean doubted) {
        String callersFault = failure instanceof S3Exception refusal ? callersFault(refusal) : null;
        if (callersFault != null) {
            return new GatewayException(ErrorCode.INVALID_REQUEST, callersFault, failure);
        }
        ErrorCode code = failure instanceof S3Exception refusal
                ? codeOf(refusal, doubted)
                : codeWithoutResponse(failure, delivered);
        return new GatewayException(code, messageOf(code, operation, key), failure);
    }

    /** Whether the store says that it has not got what it was asked to do, and so has done nothing. */
    static boolean isNotImplemented(GatewayException failure) {
        return failure.getCause() instanceof S3Exception refusal && refusal.statusCode() == 501;
    }

    /** Whether a refusal is about the key or the object of one request, and says nothing of others. */
    static boolean isOfOneRequest(S3Exception refusal) {
        return callersFault(refusal) != null;
    }

    /**
     * Whether a call of which a response came failed because of what the response says, and not because it broke off or
     * took too long: another one would be the same.
     */
    static boolean isOfTheContent(SdkException failure) {
        boolean ended = failure instanceof S3Exception
                || failure instanceof AbortedException
                || failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException;
        return !ended && !isCausedBy(failure, IOException.class) && !isCausedBy(failure, UncheckedIOException.class);
    }

    /**
     * Whether a call whose response could not be read as XML may be tried again, which the SDK does not do by itself:
     * the response may have broken off. One that is whole would be the same; to begin something again for it would leave
     * one more behind.
     */
    static boolean isWorthAnotherTry(Throwable failure) {
        return isCausedBy(failure, XMLStreamException.class)
                && !(Delivery.isOfABeginning() && failure instanceof SdkException whole && isOfTheContent(whole));
    }

    /** The store's own word for why it refused; empty when it gave none, as to every HEAD. */
    static String s3Code(S3Exception refusal) {
        AwsErrorDetails details = refusal.awsErrorDetails();
        return details == null || details.errorCode() == null ? "" : details.errorCode();
    }

    private static @Nullable String callersFault(S3Exception refusal) {
        return refusal.statusCode() == HEAD_TOO_LARGE ? METADATA_TOO_LARGE : OF_THE_CALLERS.get(s3Code(refusal));
    }

    private static ErrorCode codeOf(S3Exception refusal, boolean doubted) {
        String s3Code = s3Code(refusal);
        return switch (s3Code) {
            case "NoSuchBucket" -> ErrorCode.STORE_BUCKET_MISSING;
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired" ->
                ErrorCode.STORE_CREDENTIALS_EXPIRED;
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "InvalidSecurity", "NotSignedUp" ->
                ErrorCode.STORE_CREDENTIALS_INVALID;
            case "RequestTimeTooSkewed", "RequestInTheFuture" -> ErrorCode.STORE_CLOCK_SKEW;
            case "PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" ->
                ErrorCode.STORE_WRONG_REGION;
            case "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests" ->
                ErrorCode.STORE_THROTTLED;
            // An upload that was already completed is gone too; it is not the object that is missing.
            case "NoSuchUpload" -> ErrorCode.STORE_FAULT;
            case "InvalidObjectState" -> ErrorCode.OBJECT_ARCHIVED;
            // It says that not all of the body has come in time, so nothing was done.
            case "RequestTimeout" -> ErrorCode.STORE_UNAVAILABLE;
            default -> {
                if (refusal.statusCode() / 100 == 2 && !doubted) {
                    yield codeInSuccess(s3Code);
                }
                yield isRefusal(refusal, s3Code) && !doubted ? ErrorCode.STORE_REFUSED : codeOf(refusal.statusCode());
            }
        };
    }

    /** What would have been said by the status, which was sent before the outcome was known. */
    private static ErrorCode codeInSuccess(String s3Code) {
        return switch (s3Code) {
            case "AccessDenied" -> ErrorCode.STORE_DENIED;
            case "PreconditionFailed" -> ErrorCode.PRECONDITION_FAILED;
            case "ConditionalRequestConflict", "OperationAborted" -> ErrorCode.WRITE_CONFLICT;
            case "InternalError", "ServiceUnavailable" -> ErrorCode.STORE_UNAVAILABLE;
            default -> ErrorCode.STORE_FAULT;
        };
    }

    /**
     * Whether the store has done nothing and never will, unless an earlier try has succeeded and the refusal is a
     * consequence of it.
     */
    private static boolean isRefusal(S3Exception refusal, String s3Code) {
        return refusal.statusCode() / 100 == 4
                && codeOf(refusal.statusCode()) == ErrorCode.STORE_FAULT
                && !DAMAGED.contains(s3Code);
    }

    private static ErrorCode codeOf(int status) {
        return switch (status) {
            case 301 -> ErrorCode.STORE_WRONG_REGION;
            case 401, 403 -> ErrorCode.STORE_DENIED;
            case 404 -> ErrorCode.OBJECT_NOT_FOUND;
            case 409 -> ErrorCode.WRITE_CONFLICT;
            case 412 -> ErrorCode.PRECONDITION_FAILED;
            case 416 -> ErrorCode.RANGE_NOT_SATISFIABLE;
            case 408, 504 -> ErrorCode.STORE_TIMEOUT;
            case 429 -> ErrorCode.STORE_THROTTLED;
            case 500, 502, 503 -> ErrorCode.STORE_UNAVAILABLE;
            default -> ErrorCode.STORE_FAULT;
        };
    }

    private static ErrorCode codeWithoutResponse(SdkException failure, boolean delivered) {
        if (isCausedBy(failure, BoundedResponseInterceptor.TooLongException.class)) {
            return ErrorCode.STORE_FAULT;
        }
        String message = failure.getMessage();
        if (message != null && message.startsWith("Unable to load credentials")) {
            return ErrorCode.STORE_CREDENTIALS_INVALID;
        }
        if (!delivered) {
            return isCausedBy(failure, ConnectionRequestTimeoutException.class)
                    ? ErrorCode.BUSY
                    : ErrorCode.STORE_UNREACHABLE;
        }
        boolean timedOut = failure instanceof ApiCallTimeoutException
                || failure instanceof ApiCallAttemptTimeoutException
                || isCausedBy(failure, SocketTimeoutException.class)
                || isCausedBy(failure, InterruptedIOException.class);
        return timedOut ? ErrorCode.STORE_TIMEOUT : ErrorCode.STORE_UNAVAILABLE;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = causeOf(cause)) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable Throwable causeOf(Throwable failure) {
        return failure.getCause() == null && failure instanceof XMLStreamException xml
                ? xml.getNestedException()
                : failure.getCause();
    }

    private static String messageOf(ErrorCode code, String operation, ObjectKey key) {
        return switch (code) {
            case OBJECT_NOT_FOUND -> "The object does not exist.";
            case OBJECT_ARCHIVED -> "The object is archived; it must be restored before it can be read.";
            case STORE_BUCKET_MISSING -> "The bucket " + key.bucket() + " does not exist in the store.";
            case STORE_DENIED -> "The store denied " + operation + " in bucket " + key.bucket() + ".";
            case STORE_CREDENTIALS_EXPIRED -> "The gateway's credentials for the store have expired.";
            case STORE_CREDENTIALS_INVALID -> "The store does not accept the gateway's credentials, or it has none.";
            case STORE_CLOCK_SKEW ->
                "The gateway's clock and the store's differ too much for the store to accept requests.";
            case STORE_WRONG_REGION ->
                "The bucket " + key.bucket() + " is in another region than the gateway is configured for.";
            case STORE_REFUSED -> "The store refused " + operation + " in bucket " + key.bucket() + ".";
            case STORE_TIMEOUT -> "The store did not respond to " + operation + " in time.";
            case STORE_UNAVAILABLE -> "The store is unavailable; " + operation + " failed.";
            case STORE_UNREACHABLE -> "The gateway cannot connect to the store; nothing of " + operation + " was sent.";
            case STORE_THROTTLED -> "The store asks for fewer requests; " + operation + " failed.";
            case BUSY -> "Every connection to the store is in use; nothing of " + operation + " was sent.";
            case PRECONDITION_FAILED -> "The object's state does not meet the condition of the request.";
            case WRITE_CONFLICT -> "The object is being written by another request; send this one again.";
            default -> "The store's response to " + operation + " makes no sense.";
        };
    }
}
