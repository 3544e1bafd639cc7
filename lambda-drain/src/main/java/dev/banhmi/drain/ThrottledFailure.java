package dev.banhmi.drain;

/** AWS has no more tokens for a call at the moment, or had none for the one before. */
final class ThrottledFailure extends RetryableFailure {

    private static final long serialVersionUID = 1L;

    ThrottledFailure(String message) {
        super(message);
    }

    ThrottledFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
