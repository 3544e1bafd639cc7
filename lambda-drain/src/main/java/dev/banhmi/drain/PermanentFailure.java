package dev.banhmi.drain;

/** A call was refused for a reason that time alone does not change: a missing permission, a name that does not exist. */
final class PermanentFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PermanentFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
