package dev.banhmi.gateway.fault;

/** How a request ended, as its client and whoever looks into the store see it. */
enum Outcome {
    /** 2xx, and every byte where it belongs. */
    SUCCESS("ok"),
    /** 400: the client's own fault. */
    REFUSED("400"),
    /** 502 STORE_FAULT. */
    FAULT("502"),
    /** 503 STORE_UNAVAILABLE. */
    UNAVAILABLE("503"),
    /** 504 STORE_TIMEOUT. */
    TIMEOUT("504"),
    /** 504 OUTCOME_UNKNOWN. */
    UNKNOWN("unknown"),
    /** The response ended before the length that it announced, or without its last chunk. */
    ABORTED("aborted"),
    /** The connection was closed without a response. */
    NO_RESPONSE("NO RESPONSE"),
    /** A response that none of the others is. */
    UNCLEAR("UNCLEAR"),
    /** 2xx, and other bytes than were sent or stored, or another version or size than the receipt says. */
    WRONG_BYTES("WRONG BYTES"),
    /** An error although the object is there, or 2xx although an object that was to be deleted is. */
    VISIBLE("VISIBLE"),
    /** A multipart upload is still open. */
    OPEN_UPLOAD("OPEN UPLOAD"),
    /** The fault never happened: the case shows nothing. */
    NOT_INJECTED("NO FAULT");

    private final String shown;

    Outcome(String shown) {
        this.shown = shown;
    }

    /** For a cell of the matrix; what is never right is in capitals. */
    String shown() {
        return shown;
    }
}
