package dev.banhmi.gateway;

/** Where every random test has its randomness from: one seed for the whole run, so that one option repeats all of it. */
public final class Seeds {

    /** What {@code -Dbanhmi.seed} says, or another one in every run; printed once, by whichever test asks first. */
    public static final long SEED = printed(Long.getLong("banhmi.seed", System.nanoTime()));

    private Seeds() {}

    private static long printed(long seed) {
        System.out.println("random tests: -Dbanhmi.seed=" + seed);
        return seed;
    }
}
