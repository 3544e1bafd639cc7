package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.GatewayException;

/** The source of a copy is another version than the one that was looked at; nothing was written. */
public final class SourceReplacedException extends Exception {

    private static final long serialVersionUID = 1L;

    private SourceReplacedException(GatewayException refusal) {
        super(refusal);
    }

    /**
     * What the refusal of a copy means that has no other condition.
     *
     * @param refusal {@code PRECONDITION_FAILED}
     * @return to be thrown
     */
    public static SourceReplacedException of(GatewayException refusal) {
        return new SourceReplacedException(refusal);
    }
}
