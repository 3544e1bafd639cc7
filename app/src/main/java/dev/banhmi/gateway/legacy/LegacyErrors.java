package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Reports failures in the 2018 shape. Once a byte of a download has been sent nothing more can be reported: the
 * exception is passed on to the filter in front, which closes the connection without the last chunk, so that the client
 * sees that the object is incomplete.
 */
@RestControllerAdvice(basePackageClasses = LegacyErrors.class)
final class LegacyErrors {

    /** What the 2018 service said of an unknown bucket. */
    static final String NO_BUCKET = "Bucket do not exist.";

    private static final Logger log = LoggerFactory.getLogger(LegacyErrors.class);

    LegacyErrors() {}

    @ExceptionHandler
    void respond(GatewayException failure, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            throw failure;
        }
        logIfOurs(failure);
        responseOf(failure).writeTo(response);
    }

    @ExceptionHandler
    void respond(RuntimeException failure, HttpServletResponse response) throws IOException {
        log.error("fault in the 2018 API", failure);
        if (response.isCommitted()) {
            throw failure;
        }
        LegacyResponse.error(500, "Internal error").writeTo(response);
    }

    /** Logs what only the operator can fix. */
    static void logIfOurs(GatewayException failure) {
        if (failure.code().status() >= 500) {
            log.warn("{}: {}", failure.code(), failure.getMessage(), failure);
        }
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
