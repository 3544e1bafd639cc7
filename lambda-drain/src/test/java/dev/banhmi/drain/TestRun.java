package dev.banhmi.drain;

/** How much of a proof a run gives, and from which seed. */
final class TestRun {

    private static final int TENTH = 10;

    private TestRun() {}

    /** Whether everything is run that there is ({@code -Dbanhmi.exhaustive=true}), and not a tenth of it. */
    static boolean isExhaustive() {
        return Boolean.getBoolean("banhmi.exhaustive");
    }

    /**
     * How often to repeat something that chance decides.
     *
     * @param whole in an exhaustive run
     * @return that many, or a tenth of it
     */
    static int repetitions(int whole) {
        return isExhaustive() ? whole : whole / TENTH;
    }

    /**
     * The seed of this run, which is printed: {@code -Dbanhmi.seed} repeats it.
     *
     * @param test whose seed it is
     */
    static long seed(Class<?> test) {
        long seed = Long.getLong("banhmi.seed", System.nanoTime());
        System.out.printf("%s: -Dbanhmi.seed=%d%n", test.getSimpleName(), seed);
        return seed;
    }
}
