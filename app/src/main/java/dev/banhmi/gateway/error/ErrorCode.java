package dev.banhmi.gateway.error;

/**
 * What can go wrong, as a caller sees it. The names are part of the HTTP API: they are the {@code code} of every
 * {@code application/problem+json} response and never change their meaning.
 */
public enum ErrorCode {
    /** The request cannot be understood: a parameter, header or body is missing, malformed or out of bounds. */
    INVALID_REQUEST(400, "Invalid request"),
    /** What the caller announced (length, parts, digest) and what arrived are different; nothing was stored. */
    CONTENT_MISMATCH(400, "Content does not match its announcement"),
    /**
     * The bucket does not let callers read from the store itself; the same request without {@code offload} is served.
     */
    OFFLOAD_NOT_ALLOWED(403, "Offload not allowed"),
    /** The bucket is not one that this gateway serves. */
    BUCKET_NOT_FOUND(404, "Bucket not found"),
    /** No object has this name. */
    OBJECT_NOT_FOUND(404, "Object not found"),
    /** No resource has this path. */
    RESOURCE_NOT_FOUND(404, "Resource not found"),
    /** The resource does not support this method. */
    METHOD_NOT_ALLOWED(405, "Method not allowed"),
    /** The transfer exceeded the longest time that one may take; nothing was stored. */
    TRANSFER_TOO_LONG(408, "Transfer took too long"),
    /** The client sent its headers or its body too slowly, or nothing at all for too long; nothing was stored. */
    REQUEST_TOO_SLOW(408, "Request too slow"),
    /** Another write of the same object happened at the same time; the request can be retried. */
    WRITE_CONFLICT(409, "Concurrent write"),
    /** The object is in an archive class and must be restored before it can be read. */
    OBJECT_ARCHIVED(409, "Object is archived"),
    /** A precondition of the request does not hold. */
    PRECONDITION_FAILED(412, "Precondition failed"),
    /** The object is larger than the bucket, or the memory of this gateway, allows. */
    TOO_LARGE(413, "Too large"),
    /** No part of the requested range lies inside the object. */
    RANGE_NOT_SATISFIABLE(416, "Range not satisfiable"),
    /** A fault inside the gateway. */
    INTERNAL(500, "Internal error"),
    /** The body comes in a transfer coding other than {@code chunked}. */
    TRANSFER_CODING_UNSUPPORTED(501, "Transfer coding not supported"),
    /** The store refused the gateway's credentials or rights: for the operator, not the caller, to fix. */
    STORE_DENIED(502, "Store denied access"),
    /** The bucket is configured here but does not exist in the store: for the operator to fix. */
    STORE_BUCKET_MISSING(502, "Bucket missing in the store"),
    /**
     * The store refused this request and would refuse it again: it may not support such a name; nothing was changed.
     */
    STORE_REFUSED(502, "Store refused the request"),
    /** The store sent a response that cannot be right. */
    STORE_FAULT(502, "Store fault"),
    /** The store fails or throttles; the request can be retried. */
    STORE_UNAVAILABLE(503, "Store unavailable"),
    /** All memory for transfers, or every connection, is in use; the request can be retried. */
    BUSY(503, "Busy"),
    /** The gateway is shutting down; a retry will reach another one. */
    SHUTTING_DOWN(503, "Shutting down"),
    /** The store did not respond in time; nothing was changed. */
    STORE_TIMEOUT(504, "Store timed out"),
    /** The store's response to a write was lost: the object is wholly the old or wholly the new one. */
    OUTCOME_UNKNOWN(504, "Outcome unknown");

    private final int status;
    private final String title;

    ErrorCode(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /**
     * The HTTP status of the {@code /v1} API; the 2018 API has its own where {@code legacy} says so.
     *
     * @return 400 to 504
     */
    public int status() {
        return status;
    }

    /**
     * A short English summary, the same for every occurrence (RFC 9457 {@code title}).
     *
     * @return a few words without a full stop
     */
    public String title() {
        return title;
    }
}
