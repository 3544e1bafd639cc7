package dev.banhmi.gateway.observe;

import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.BadRequestException;
import org.jspecify.annotations.Nullable;

/** How a request ended, as the access log names it. */
enum Outcome {
    /** Everything that was to be sent was handed to the connection, with a status below 400. */
    COMPLETE,
    /** A whole response with status 400 or above. */
    REFUSED,
    /** The client closed or reset the connection before the end of its request or of the response. */
    CUT_BY_CLIENT,
    /**
     * The gateway ended the connection before the end of the response: the store stopped sending, the transfer took too
     * long, the client was silent for too long, or the process is ending, which ends a body, too. The code says which
     * where there is one.
     */
    CUT_BY_GATEWAY;

    /**
     * The outcome of a request whose last byte has been handed to the connection, or that has no connection any more.
     *
     * @param status of the response
     * @param cut whether the gateway decided to cut the response, or the body because the process is ending
     * @param reading what reading the request threw, null when that worked
     * @param writing what writing the response threw, null when that worked
     */
    static Outcome of(int status, boolean cut, @Nullable Throwable reading, @Nullable Throwable writing) {
        if (cut) {
            return CUT_BY_GATEWAY;
        }
        if (writing != null) {
            return has(writing, SocketTimeoutException.class) || has(writing, ClosedChannelException.class)
                    ? CUT_BY_GATEWAY
                    : CUT_BY_CLIENT;
        }
        if (reading != null && has(reading, ClosedChannelException.class)) {
            return CUT_BY_GATEWAY;
        }
        if (reading != null && !isStillThere(reading)) {
            return CUT_BY_CLIENT;
        }
        return status < 400 ? COMPLETE : REFUSED;
    }

    /** A client that is silent or sends nonsense gets its response; to Tomcat one that went away sent nonsense, too. */
    private static boolean isStillThere(Throwable reading) {
        return has(reading, SocketTimeoutException.class)
                || (has(reading, BadRequestException.class) && !has(reading, ClientAbortException.class));
    }

    /** A peer that closes or resets is seen as an end of file or a reset, never as a closed channel. */
    private static boolean has(Throwable failure, Class<? extends Exception> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
