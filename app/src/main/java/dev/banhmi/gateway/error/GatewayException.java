package dev.banhmi.gateway.error;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request that fails with a known {@link ErrorCode}. The message is shown to the caller: it says what, the value seen
 * and what is allowed, and never repeats an upstream message; that belongs in the cause, which is only logged.
 */
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /**
     * A failure that the gateway itself detected.
     *
     * @param code what went wrong
     * @param message for the caller
     */
    public GatewayException(ErrorCode code, String message) {
        this(code, message, null);
    }

    /**
     * A failure with a cause.
     *
     * @param code what went wrong
     * @param message for the caller
     * @param cause for the log
     */
    public GatewayException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /**
     * What went wrong.
     *
     * @return the stable code
     */
    public ErrorCode code() {
        return code;
    }

    /** What, the value seen and what is allowed; for the caller. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }
}
