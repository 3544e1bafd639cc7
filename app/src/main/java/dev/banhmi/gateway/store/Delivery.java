package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.function.Supplier;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * What one call to the store, over all of its tries, can have done there although it failed. A write of which no try
 * was sent, or each was refused, has changed nothing, and its caller can be told so. Belongs to one call, and so to one
 * thread.
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

    private final boolean begins;
    private boolean possible;
    private Doubt ofEarlierTries = Doubt.NONE;
    private Doubt ofLastTry = Doubt.NONE;
    private boolean endedInResponse;
    private @Nullable BegunUpload begun;

    /** Of a call that may be tried again whatever its response is. */
    Delivery() {
        this(false);
    }

    /** {@code begins}: whether each try begins something that only its response names. */
    Delivery(boolean begins) {
        this.begins = begins;
    }

    /** Makes the call; its tries are noted here. */
    <T> T during(Supplier<T> call) {
        return ScopedValue.where(CURRENT, this).call(call::get);
    }

    /** Whether a try can have reached the store. */
    boolean isPossible() {
        return possible;
    }

    /** What the tries before the last one may have done. */
    Doubt ofEarlierTries() {
        return ofEarlierTries;
    }

    /** What its tries may have done, if all of them failed. */
    Doubt ofAllTries() {
        return ofEarlierTries.or(ofLastTry);
    }

    /**
     * What the call may have done, which failed.
     *
     * @param explained whether the last response itself says that it failed
     */
    Doubt ofFailure(boolean explained) {
        Doubt all = ofAllTries();
        if (all == Doubt.FAILED_IN_SUCCESS) {
            return explained && ofLastTry == Doubt.FAILED_IN_SUCCESS ? Doubt.MAY_BE_DONE : Doubt.MAY_BE_AT_WORK;
        }
        return all;
    }

    /** Whether the last try was not sent or was refused. */
    boolean endedInRefusal() {
        return ofLastTry == Doubt.NONE;
    }

    /** Whether the last try got the head of a response. */
    boolean endedInResponse() {
        return endedInResponse;
    }

    /** The id of the upload that the last try began, although its response could not be read; null when that has none. */
    @Nullable
    String begunId() {
        return begun == null ? null : begun.id();
    }

    /** The body of a response to the call of this thread, to be read instead. */
    static InputStream noteBody(InputStream body) {
        if (!isOfABeginning()) {
            return body;
        }
        BegunUpload noted = new BegunUpload(body);
        CURRENT.get().begun = noted;
        return noted;
    }

    /** Notes for the call of this thread that a try of it got a response. */
    static void noteResponse(SdkHttpResponse response) {
        note(true, true, Doubt.of(response));
    }

    /** Notes for the call of this thread that a try of it got no response. */
    static void noteNoResponse() {
        note(true, false, Doubt.MAY_BE_AT_WORK);
    }

    /** Notes for the call of this thread that a try of it was not sent. */
    static void noteUnsent() {
        note(false, false, Doubt.NONE);
    }

    /** Whether the call of this thread begins something that only its response names. */
    static boolean isOfABeginning() {
        return CURRENT.isBound() && CURRENT.get().begins;
    }

    private static void note(boolean sent, boolean responded, Doubt doubt) {
        if (CURRENT.isBound()) {
            Delivery call = CURRENT.get();
            call.possible |= sent;
            call.ofEarlierTries = call.ofEarlierTries.or(call.ofLastTry);
            call.ofLastTry = doubt;
            call.endedInResponse = responded;
            call.begun = null;
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
                        NotedTlsStrategy.HandshakeException _,
                        StoreConnection.OutOfStepException _ -> {
                    return true;
                }
                default -> {}
            }
        }
        return false;
    }
}
