package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Reports failures in the 2018 shape. Once a byte of a download has been sent nothing more can be reported: the
 * failure is left to the filter in front, which closes the connection without the last chunk, so that the client
 * sees that the object is incomplete.
 */
@RestControllerAdvice(basePackageClasses = LegacyErrors.class)
final class LegacyErrors {

    /** What the 2018 service said of an unknown bucket. */
    static final String NO_BUCKET = "Bucket do not exist.";

    LegacyErrors() {}

    @ExceptionHandler
    void respond(GatewayException failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        if (response.isCommitted()) {
            FailureLog.leaveUnfinished(request, failure);
            return;
        }
        LegacyResponse told = responseOf(failure);
        FailureLog.told(request, failure, told.status());
        told.writeTo(response);
    }

    @ExceptionHandler
    void respond(RuntimeException failure, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        FailureLog.fault(request, failure);
        if (response.isCommitted()) {
            FailureLog.leaveUnfinished(request, failure);
            return;
        }
        LegacyResponse.error(500, "Internal error").writeTo(response);
    }

    static LegacyResponse responseOf(GatewayException failure) {
        String message = failure.code() == ErrorCode.BUCKET_NOT_FOUND ? NO_BUCKET : failure.getMessage();
        return LegacyResponse.error(statusOf(failure.code()), message);
    }

    /**
     * The 2018 API has no response for a bucket that is configured but missing in the store: to it, the bucket was just
     * missing.
     */
    private static int statusOf(ErrorCode code) {
        return code == ErrorCode.STORE_BUCKET_MISSING ? 404 : code.status();
    }
}
