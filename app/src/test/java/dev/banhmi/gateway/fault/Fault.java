package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;

/** What can happen to a call between the gateway and the store. */
enum Fault {
    /** The call reaches the store late, but well within every timeout. */
    SLOW,
    /** No response ever comes; the store has not seen the call. */
    SILENT,
    /** The call reaches the store after the gateway has stopped waiting for it. */
    LATE,
    /** The store does what was asked and never responds. */
    STUCK,
    /** The connection is reset before the store has seen the call. */
    RESET,
    /** The store does what was asked; then the connection is reset. */
    LOST_RESPONSE,
    /** 500 InternalError; nothing was done. */
    INTERNAL_ERROR,
    /** 503 SlowDown; nothing was done. */
    SLOW_DOWN,
    /** The store gets the call twice; the second response counts. */
    DUPLICATE,
    /** The store does what was asked; its response ends in the middle. */
    TRUNCATED_RESPONSE,
    /** The response's body stops in the middle; the connection stays open. */
    STALLED_BODY,
    /** The connection is reset in the middle of the response's body. */
    RESET_BODY,
    /** A bit of the response's body is another one. */
    CORRUPT_RESPONSE,
    /** A bit of the request's body is another one. */
    CORRUPT_UPLOAD,
    /** 200 with an error in its body; nothing was done. */
    ERROR_IN_200;

    /** Whether there is such a fault of such a call. */
    boolean appliesTo(S3Call call, long size) {
        return switch (this) {
            case STALLED_BODY, RESET_BODY, CORRUPT_RESPONSE -> call.operation() == Operation.GET_OBJECT;
            case CORRUPT_UPLOAD ->
                call.operation() == Operation.UPLOAD_PART || (call.operation() == Operation.PUT_OBJECT && size > 0);
            case ERROR_IN_200 -> call.operation() == Operation.COMPLETE_MULTIPART_UPLOAD;
            case SLOW,
                    SILENT,
                    LATE,
                    STUCK,
                    RESET,
                    LOST_RESPONSE,
                    INTERNAL_ERROR,
                    SLOW_DOWN,
                    DUPLICATE,
                    TRUNCATED_RESPONSE -> true;
        };
    }

    /** Whether the gateway only hears nothing until it stops waiting. */
    boolean isTimeout() {
        return this == SILENT || this == LATE || this == STUCK;
    }

    /** Whether nothing of a response is sent. */
    boolean withholdsResponse() {
        return isTimeout() || this == RESET || this == LOST_RESPONSE;
    }

    /** Whether the response is sent only in part. */
    boolean endsWithinResponse() {
        return this == TRUNCATED_RESPONSE || this == STALLED_BODY || this == RESET_BODY;
    }

    /** Whether the gateway waits in vain: such a case costs time and hardly any work. */
    boolean makesWait() {
        return isTimeout() || this == STALLED_BODY;
    }

    /** Whether the store has done what was asked before the gateway can ask again. */
    boolean reachesStore() {
        return this == STUCK || this == LOST_RESPONSE || this == TRUNCATED_RESPONSE;
    }
}
