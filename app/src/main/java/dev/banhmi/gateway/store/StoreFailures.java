package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Translates what the AWS SDK throws into the gateway's own failures; upstream messages stay in the cause. */
final class StoreFailures {

    /** Refusals of what arrived rather than of what was sent: bytes were damaged in transit. */
    private static final Set<String> DAMAGED = Set.of(
            "BadDigest", "IncompleteBody", "MalformedXML", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch");

    private StoreFailures() {}

    static GatewayException translate(String operation, ObjectKey key, SdkException failure) {
        ErrorCode code = failure instanceof S3Exception refusal ? codeOf(refusal) : codeWithoutResponse(failure);
        return new GatewayException(code, messageOf(code, operation, key), failure);
    }

    private static ErrorCode codeOf(S3Exception refusal) {
        AwsErrorDetails details = refusal.awsErrorDetails();
        String s3Code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return switch (s3Code) {
            case "NoSuchBucket" -> ErrorCode.STORE_BUCKET_MISSING;
            // An upload that was already completed is gone too; it is not the object that is missing.
            case "NoSuchUpload" -> ErrorCode.STORE_FAULT;
            case "InvalidObjectState" -> ErrorCode.OBJECT_ARCHIVED;
            case "RequestTimeout" -> ErrorCode.STORE_TIMEOUT;
            default -> isRefusal(refusal, s3Code) ? ErrorCode.STORE_REFUSED : codeOf(refusal.statusCode());
        };
    }

    /**
     * Whether the store has done nothing and never will. Only the response to a first attempt proves that: an earlier
     * attempt may have succeeded, and the refusal be a consequence of it.
     */
    private static boolean isRefusal(S3Exception refusal, String s3Code) {
        Integer attempts = refusal.numAttempts();
        return refusal.statusCode() / 100 == 4
                && codeOf(refusal.statusCode()) == ErrorCode.STORE_FAULT
                && !DAMAGED.contains(s3Code)
                && (attempts == null || attempts <= 1);
    }

    private static ErrorCode codeOf(int status) {
        return switch (status) {
            case 401, 403 -> ErrorCode.STORE_DENIED;
            case 404 -> ErrorCode.OBJECT_NOT_FOUND;
            case 409 -> ErrorCode.WRITE_CONFLICT;
            case 412 -> ErrorCode.PRECONDITION_FAILED;
            case 416 -> ErrorCode.RANGE_NOT_SATISFIABLE;
            case 408, 504 -> ErrorCode.STORE_TIMEOUT;
            case 429, 500, 502, 503 -> ErrorCode.STORE_UNAVAILABLE;
            default -> ErrorCode.STORE_FAULT;
        };
    }

    private static ErrorCode codeWithoutResponse(SdkException failure) {
        if (failure instanceof ApiCallTimeoutException || failure instanceof ApiCallAttemptTimeoutException) {
            return ErrorCode.STORE_TIMEOUT;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException || cause instanceof InterruptedIOException) {
                return ErrorCode.STORE_TIMEOUT;
            }
        }
        String message = failure.getMessage();
        return message != null && message.startsWith("Unable to load credentials")
                ? ErrorCode.STORE_DENIED
                : ErrorCode.STORE_UNAVAILABLE;
    }

    private static String messageOf(ErrorCode code, String operation, ObjectKey key) {
        return switch (code) {
            case OBJECT_NOT_FOUND -> "The object does not exist.";
            case OBJECT_ARCHIVED -> "The object is archived; it must be restored before it can be read.";
            case STORE_BUCKET_MISSING -> "The bucket " + key.bucket() + " does not exist in the store.";
            case STORE_DENIED -> "The store denied " + operation + " in bucket " + key.bucket() + ".";
            case STORE_REFUSED -> "The store refused " + operation + " in bucket " + key.bucket() + ".";
            case STORE_TIMEOUT -> "The store did not respond to " + operation + " in time.";
            case STORE_UNAVAILABLE -> "The store is unavailable; " + operation + " failed.";
            case PRECONDITION_FAILED -> "The object's state does not meet the condition of the request.";
            case WRITE_CONFLICT -> "The object is being written by another request; send this one again.";
            default -> "The store's response to " + operation + " makes no sense.";
        };
    }
}
