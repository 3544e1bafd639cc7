package dev.banhmi.drain;

/**
 * A call was throttled, failed in the service or got no response, after the client's own retries. It leaves the invocation, so
 * that Lambda's retry, the dead letter queue and the sweep take over.
 */
sealed class RetryableFailure extends RuntimeException permits ThrottledFailure {

    private static final long serialVersionUID = 1L;

    RetryableFailure(String message) {
        super(message);
    }

    RetryableFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
