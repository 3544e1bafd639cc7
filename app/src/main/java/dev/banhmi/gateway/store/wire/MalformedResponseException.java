package dev.banhmi.gateway.store.wire;

import java.io.IOException;

/** What the store has sent is no response to the request, or none that is believed. */
final class MalformedResponseException extends IOException {

    private static final long serialVersionUID = 1L;

    MalformedResponseException(String message) {
        super(message);
    }
}
