package dev.banhmi.cdk.constructs;

import software.constructs.IConstruct;

/** The reason why a construct is not built, in one sentence that the person who runs {@code cdk synth} can act on. */
public final class Refusal {
    private Refusal() {}

    /**
     * Composes the message.
     *
     * @param where the construct, or its scope before it exists
     * @param what the option's name, as in its builder
     * @param value what it was; a number that is a token is called so
     * @param allowed what it may be
     * @param remedy what to write instead
     * @return the exception to throw
     */
    public static IllegalArgumentException of(
            IConstruct where, String what, Object value, String allowed, String remedy) {
        return new IllegalArgumentException(where.getNode().getPath() + ": " + what + " is " + TokenNumber.shown(value)
                + ", allowed is " + allowed + ". " + remedy);
    }
}
