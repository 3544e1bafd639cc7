package dev.banhmi.drain;

import java.util.SplittableRandom;

/**
 * Chance that depends on nothing but a seed and what the throw is for. So a trace meets every policy with the same losses and delays,
 * whatever the policy has done before.
 */
record SimDice(long seed) {

    SimDice of(Object... what) {
        long hash = seed;
        for (Object one : what) {
            hash = mix(hash * 0x9E3779B97F4A7C15L + one.toString().hashCode());
        }
        return new SimDice(hash);
    }

    SplittableRandom random() {
        return new SplittableRandom(seed);
    }

    double fraction() {
        return random().nextDouble();
    }

    boolean chance(double probability) {
        return fraction() < probability;
    }

    /** Milliseconds, evenly between two bounds. */
    long between(SimSpan span) {
        return span.from() + (long) (fraction() * (span.to() - span.from()));
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        z = (z ^ (z >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return z ^ (z >>> 33);
    }
}
