package dev.banhmi.cdk.constructs.budget;

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
}
