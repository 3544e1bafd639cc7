package dev.banhmi.gateway.store;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/**
 * Whether one call to the store, over all of its tries, can have reached it. A write that cannot have been sent has
 * changed nothing, and its caller can be told so; after any other failure without a response the outcome is open.
 * Belongs to one call, and so to one thread.
 */
final class Delivery {
    /*
     * The exception that the SDK throws is that of the last try, which says nothing of the earlier ones. So the HTTP
     * client notes every try here; it runs in the thread of the call, which is where a scoped value is seen.
     *
     * A failure counts as one before the first byte only by a type that nothing else has: everything unknown may have
     * been sent.
     */

    private static final ScopedValue<Delivery> CURRENT = ScopedValue.newInstance();

    private boolean possible;

    /** Makes the call; its tries are noted here. */
    <T> T during(Supplier<T> call) {
        return ScopedValue.where(CURRENT, this).call(call::get);
    }

    /** Whether a try can have reached the store. */
    boolean isPossible() {
        return possible;
    }

    /** Notes for the call of this thread that a try can have reached the store. */
    static void note() {
        if (CURRENT.isBound()) {
            CURRENT.get().possible = true;
        }
    }

    /** Whether a try failed before the first byte of its request was sent. */
    static boolean isBeforeFirstByte(IOException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException _,
                        ConnectException _,
                        NoRouteToHostException _,
                        ConnectTimeoutException _,
                        ConnectionRequestTimeoutException _,
                        NotedTlsStrategy.HandshakeException _ -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }
}
