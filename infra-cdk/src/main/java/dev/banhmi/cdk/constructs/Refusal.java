package dev.banhmi.cdk.constructs;

import software.constructs.IConstruct;

/** Why a construct is not built, in one sentence that whoever runs {@code cdk synth} can act on. */
public final class Refusal {
    private Refusal() {}

    /**
     * Puts the sentence together.
     *
     * @param where the construct, or the scope it was to stand in
     * @param what the option's name, as in its builder
     * @param value what it was
     * @param allowed what it may be
     * @param remedy what to write instead
     * @return to be thrown
     */
    public static IllegalArgumentException of(
            IConstruct where, String what, Object value, String allowed, String remedy) {
        return new IllegalArgumentException(
                where.getNode().getPath() + ": " + what + " is " + value + ", allowed is " + allowed + ". " + remedy);
    }
}
