package dev.banhmi.gateway.store.wire;

import java.io.IOException;

/** What the body of a request is read from has failed, which says nothing of the store. */
final class BodyException extends IOException {

    private static final long serialVersionUID = 1L;

    private final IOException failure;

    BodyException(IOException failure) {
        super(failure);
        this.failure = failure;
    }

    IOException failure() {
        return failure;
    }
}
