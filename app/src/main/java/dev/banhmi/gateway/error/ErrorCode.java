package dev.banhmi.gateway.error;

/**
 * What can go wrong, as a caller sees it. The names are part of the HTTP API: they are the {@code code} of every
 * {@code application/problem+json} response and never change their meaning.
 */
public enum ErrorCode {
    /** The request cannot be understood: a parameter, header or body is missing, malformed or out of bounds. */
    INVALID_REQUEST(400, "Invalid request"),
    /**
     * The request asks for something that the gateway does not do: a header field or a query parameter, which the detail
     * names.
     */
    UNSUPPORTED(400, "Not supported"),
    /** What the caller announced (length, parts, digest) and what arrived are different; nothing was stored. */
    CONTENT_MISMATCH(400, "Content does not match its announcement"),
    /**
     * The bucket does not let callers read from the store itself; the same request without {@code offload} is served.
     */
    OFFLOAD_NOT_ALLOWED(403, "Offload not allowed"),
    /** A page of this origin may not send the request, or not change anything while there is no access control. */
    ORIGIN_NOT_ALLOWED(403, "Origin not allowed"),
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
    /** The name in {@code Host} is not one of this gateway's. */
    HOST_NOT_ALLOWED(421, "Host not allowed"),
    /** A fault inside the gateway. */
    INTERNAL(500, "Internal error"),
    /** The store does not keep the promise of the condition, so the gateway does not give it; nothing was changed. */
    CONDITION_UNSUPPORTED(501, "Condition not supported by the store"),
    /** The body comes in a transfer coding other than {@code chunked}. */
    TRANSFER_CODING_UNSUPPORTED(501, "Transfer coding not supported"),
    /** The store refused the gateway's rights: for the operator, not the caller, to fix. */
    STORE_DENIED(502, "Store denied access"),
    /** The gateway's credentials for the store have expired: for the operator to fix. */
    STORE_CREDENTIALS_EXPIRED(502, "Store credentials expired"),
    /** The gateway has no credentials for the store, or ones that it does not accept: for the operator to fix. */
    STORE_CREDENTIALS_INVALID(502, "Store credentials invalid"),
    /** The gateway's clock differs too much from the store's: for the operator to fix. */
    STORE_CLOCK_SKEW(502, "Clock differs from the store's"),
    /** The bucket is in another region than the gateway is configured for: for the operator to fix. */
    STORE_WRONG_REGION(502, "Bucket in another region"),
    /** The bucket is configured here but does not exist in the store: for the operator to fix. */
    STORE_BUCKET_MISSING(502, "Bucket missing in the store"),
    /**
     * The store refused this request and would refuse it again: it may not support such a name; nothing was changed.
     */
    STORE_REFUSED(502, "Store refused the request"),
    /** The store sent a response that cannot be right. */
    STORE_FAULT(502, "Store fault"),
    /** The store fails; the request can be retried. */
    STORE_UNAVAILABLE(503, "Store unavailable"),
    /** No connection to the store could be made, so nothing was sent or changed; the request can be retried. */
    STORE_UNREACHABLE(503, "Store unreachable"),
    /** The store asks for fewer requests; the request can be retried, more slowly. */
    STORE_THROTTLED(503, "Store is throttling requests"),
    /** All memory for transfers, every connection, or every one to the store, is in use; the request can be retried. */
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
