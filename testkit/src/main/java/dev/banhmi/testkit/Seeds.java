package dev.banhmi.testkit;

/**
 * The one way in which random tests get their seed: {@code -Dbanhmi.seed}, else a fresh one, printed with the name of
 * the test so that a run can be repeated.
 */
public final class Seeds {

    static final String PROPERTY = "banhmi.seed";

    private Seeds() {}

    /**
     * Chooses the seed of a random test and prints it.
     *
     * @param test whose it is; the name under which it can be found in the output
     * @return that of {@code -Dbanhmi.seed} if it is set, else another one at every call
     * @throws NumberFormatException if the property is set and is not a {@code long}
     */
    public static long seed(Class<?> test) {
        return seed(test.getSimpleName());
    }

    /**
     * Chooses the seed of one of several random tests of a class and prints it.
     *
     * @param test whose it is; the name under which it can be found in the output
     * @return that of {@code -Dbanhmi.seed} if it is set, else another one at every call
     * @throws NumberFormatException if the property is set and is not a {@code long}
     */
    public static long seed(String test) {
        String given = System.getProperty(PROPERTY);
        long seed = given == null || given.isBlank() ? System.nanoTime() : Long.parseLong(given);
        System.out.println(test + ": -D" + PROPERTY + "=" + seed);
        return seed;
    }
}
