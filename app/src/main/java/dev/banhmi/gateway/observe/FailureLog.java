package dev.banhmi.gateway.observe;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.coyote.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of requests that fail, in every API: one line with the method, the path, the status, the
 * {@link ErrorCode}, the message and the causes in short.
 *
 * <ul>
 *   <li>ERROR, with the stack trace: {@link ErrorCode#INTERNAL}, a fault of the gateway;
 *   <li>WARN: every other failure with a code of 500 or above, and every response that was cut;
 *   <li>DEBUG: what the caller was refused, and what a store does not support, which is logged once for its bucket. Its status and code are in the line of the access log.
 * </ul>
 */
public final class FailureLog {

    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);

    private static final String CODE = FailureLog.class.getName() + ".code";
    private static final String CUT = FailureLog.class.getName() + ".cut";
    private static final String UNFINISHED = FailureLog.class.getName() + ".unfinished";

    private FailureLog() {}

    /**
     * A failure that the caller is told of.
     *
     * @param request the one that failed
     * @param failure why
     * @param status of the response
     */
    public static void told(HttpServletRequest request, GatewayException failure, int status) {
        remember(request, failure.code());
        if (failure.code() == ErrorCode.INTERNAL) {
            fault(request, failure);
        } else if (failure.code().status() >= 500 && failure.code() != ErrorCode.CONDITION_UNSUPPORTED) {
            log.warn("{}: {} {}", requestLine(request), status, text(failure));
        } else if (log.isDebugEnabled()) {
            log.debug("{}: {} {}", requestLine(request), status, text(failure));
        }
    }

    /**
     * A response that was cut, because its status had been sent already.
     *
     * @param request the one that failed
     * @param failure why
     */
    public static void cut(HttpServletRequest request, GatewayException failure) {
        remember(request, failure.code());
        request.setAttribute(CUT, true);
        log.warn("{}: the response was cut, {}", requestLine(request), text(failure));
    }

    /**
     * Leaves a response of which bytes have been sent to the filter that cuts it. Spring must not see the failure: it takes
     * any whose first cause is an {@link java.io.EOFException}, be it the store's end of a connection, for a client that
     * has gone, and ends the response as if it were whole.
     *
     * @param request the one that failed
     * @param failure why
     */
    public static void leaveUnfinished(HttpServletRequest request, RuntimeException failure) {
        request.setAttribute(UNFINISHED, failure);
    }

    /**
     * Why a response is to be cut.
     *
     * @param request the one that has been served
     * @return null where it is whole
     */
    public static @Nullable RuntimeException unfinished(HttpServletRequest request) {
        return request.getAttribute(UNFINISHED) instanceof RuntimeException failure ? failure : null;
    }

    /**
     * A body that the gateway itself has ended, which is to be no fault of the client in the access log. The caller may
     * still be told why.
     *
     * @param request the one whose body it is
     */
    public static void cutBody(HttpServletRequest request) {
        request.setAttribute(CUT, true);
    }

    /**
     * A fault of the gateway.
     *
     * @param request the one that failed
     * @param failure with the stack trace that is logged
     */
    public static void fault(HttpServletRequest request, RuntimeException failure) {
        remember(request, ErrorCode.INTERNAL);
        log.error("{}: {}, a fault in the gateway", requestLine(request), ErrorCode.INTERNAL, failure);
    }

    /**
     * Gives a refusal its code in the access log.
     *
     * @param request the one that is refused
     * @param code that the caller is told
     */
    public static void remember(HttpServletRequest request, ErrorCode code) {
        request.setAttribute(CODE, code);
    }

    /**
     * Gives a response that Tomcat is cutting its code in the access log.
     *
     * @param request as Tomcat has it, in the thread that serves it
     * @param code why
     */
    public static void remember(Request request, ErrorCode code) {
        request.setAttribute(CODE, code);
    }

    static String codeOf(HttpServletRequest request) {
        return request.getAttribute(CODE) instanceof ErrorCode code ? code.name() : "-";
    }

    static boolean isCut(HttpServletRequest request) {
        return request.getAttribute(CUT) != null;
    }

    private static String requestLine(HttpServletRequest request) {
        return LogText.token(request.getMethod()) + " " + LogText.path(request.getRequestURI());
    }

    private static String text(GatewayException failure) {
        Throwable cause = failure.getCause();
        return failure.code() + ": " + LogText.message(failure.getMessage())
                + (cause == null ? "" : " Cause: " + LogText.causes(cause));
    }
}
