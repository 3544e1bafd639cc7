package dev.banhmi.gateway.store.wire;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why one try of a request has no response, or not all of one. */
public final class WireException extends IOException {

    private static final long serialVersionUID = 1L;

    /** How much of the request can have reached the store. There is no default: whoever throws has to know. */
    public enum Sent {
        /** Nothing, for certain. */
        NOTHING,
        /** Some or all of the head, and not a byte of a body. */
        NO_BODY,
        /** Bytes of the body, or all of a request that has none. */
        BODY
    }

    /** What happened. */
    public enum Reason {
        /** Every connection is in use. */
        BUSY,
        /** No connection came about, or no TLS on it. */
        UNREACHABLE,
        /** It broke off. */
        BROKEN,
        /** It took too long. */
        TIMED_OUT,
        /** The store said what is no response to it, or none that is believed. */
        MALFORMED,
        /** The thread was interrupted, or the client was closed. */
        ENDED
    }

    private final Reason reason;
    private final Sent sent;

    /**
     * A failed try.
     *
     * @param reason what happened
     * @param sent how much of the request can have reached the store
     * @param message what, for the log
     * @param cause what was thrown, if anything
     */
    public WireException(Reason reason, Sent sent, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.sent = sent;
    }

    /**
     * What happened.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }

    /**
     * How much of the request can have reached the store.
     *
     * @return the most that is possible
     */
    public Sent sent() {
        return sent;
    }
}
