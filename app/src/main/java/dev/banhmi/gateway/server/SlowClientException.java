package dev.banhmi.gateway.server;

import java.net.SocketTimeoutException;

/** A client that was too slow for its connection to be kept; to Tomcat a read that timed out, which is 408. */
final class SlowClientException extends SocketTimeoutException {

    private static final long serialVersionUID = 1L;

    /**
     * A connection that is ended.
     *
     * @param message for the caller: what was slow, how slow, and what is allowed
     */
    SlowClientException(String message) {
        super(message);
    }
}
