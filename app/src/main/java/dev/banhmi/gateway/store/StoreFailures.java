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

/** Turns what the AWS SDK throws into the gateway's own failures; upstream messages go to the cause and no further. */
final class StoreFailures {

    /** Refusals of what arrived and not of what was sent: bytes that were damaged on the way. */
    private static final Set<String> DAMAGED = Set.of(
            "BadDigest", "IncompleteBody", "MalformedXML", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch");

    private StoreFailures() {}

    static GatewayException translate(String operation, ObjectKey key, SdkException failure) {
        ErrorCode code = failure instanceof S3Exception answer ? codeOf(answer) : codeWithoutAnswer(failure);
        return new GatewayException(code, messageOf(code, operation, key), failure);
    }

    private static ErrorCode codeOf(S3Exception answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String s3Code = details == null || details.errorCode() == null ? "" : details.errorCode();
        return switch (s3Code) {
            case "NoSuchBucket" -> ErrorCode.STORE_BUCKET_MISSING;
            // The upload of a write that has taken place already is gone, too: it is no object that was asked for.
            case "NoSuchUpload" -> ErrorCode.STORE_FAULT;
            case "InvalidObjectState" -> ErrorCode.OBJECT_ARCHIVED;
            case "RequestTimeout" -> ErrorCode.STORE_TIMEOUT;
            default -> isRefusal(answer, s3Code) ? ErrorCode.STORE_REFUSED : codeOf(answer.statusCode());
        };
    }

    /**
     * Whether the store has done nothing and never will. Only the answer to a first try says so: one before it may have been
     * heard, and the refusal be of what it did.
     */
    private static boolean isRefusal(S3Exception answer, String s3Code) {
        Integer attempts = answer.numAttempts();
        return answer.statusCode() / 100 == 4
                && codeOf(answer.statusCode()) == ErrorCode.STORE_FAULT
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

    private static ErrorCode codeWithoutAnswer(SdkException failure) {
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
            case OBJECT_ARCHIVED -> "The object is archived; it has to be restored before it can be read.";
            case STORE_BUCKET_MISSING -> "The bucket " + key.bucket() + " does not exist in the store.";
            case STORE_DENIED -> "The store denied " + operation + " in bucket " + key.bucket() + ".";
            case STORE_REFUSED -> "The store refused " + operation + " in bucket " + key.bucket() + " as it is.";
            case STORE_TIMEOUT -> "The store did not answer " + operation + " in time.";
            case STORE_UNAVAILABLE -> "The store is unavailable; " + operation + " failed.";
            case PRECONDITION_FAILED -> "The object's state does not meet the condition of the request.";
            case WRITE_CONFLICT -> "The object is being written by another request; send this one again.";
            default -> "The store's answer to " + operation + " makes no sense.";
        };
    }
}
