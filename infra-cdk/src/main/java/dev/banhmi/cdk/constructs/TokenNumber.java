package dev.banhmi.cdk.constructs;

/** A number that stands for one that is known only when the stack is deployed, such as a parameter's. Needs no CDK. */
public final class TokenNumber {
    /*
     * CDK encodes it as a double of some -10^308, which intValue() makes the least int (aws-cdk-lib 2.263.0, tried 2026-12-01). Nothing that
     * anybody means is near either.
     */
    private static final double GREATEST = -1_000_000;

    private TokenNumber() {}

    /**
     * What to write of an option's value.
     *
     * @param value any
     * @return the value, or words where it is such a number
     */
    public static Object shown(Object value) {
        return value instanceof Number number && number.doubleValue() < GREATEST
                ? "a token, known only when the stack is deployed, while this must be a number when the app is built"
                : value;
    }
}
