package dev.banhmi.cdk.constructs.budget;

import java.util.Random;
import java.util.SplittableRandom;

/** The seed of a random test, as {@code testkit.Seeds} chooses it, which is compiled for a later Java. */
final class Seed {

    private Seed() {}

    /**
     * Chooses it; who asks prints it.
     *
     * @return that of {@code -Dbanhmi.seed} if it is set, else another one at every call
     * @throws NumberFormatException if the property is set and is not a {@code long}
     */
    static long choose() {
        String given = System.getProperty("banhmi.seed");
        return given == null || given.isBlank() ? System.nanoTime() : Long.parseLong(given);
    }

    /**
     * What one of many draws takes its chance from. The first number of a {@link Random} hardly changes with its seed: drawn from neighbouring
     * ones as they are, ten settings have one and the same instance type.
     *
     * @param seed of the test
     * @param draw its number
     * @return the same for the same numbers
     */
    static Random ofDraw(long seed, int draw) {
        return new Random(new SplittableRandom(seed + draw).nextLong());
    }
}
