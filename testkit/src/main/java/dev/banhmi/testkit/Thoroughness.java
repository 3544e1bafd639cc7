package dev.banhmi.testkit;

/**
 * How far an exhaustive test goes: all of it, or a tenth. All of it is the default, and what {@code make verify} does;
 * {@code -Dbanhmi.exhaustive=false}, which {@code make test} sets, asks for the tenth.
 */
public final class Thoroughness {

    private static final int SHARE = 10;

    private Thoroughness() {}

    /**
     * Whether tests run in full.
     *
     * @return false where only a sample is requested
     */
    public static boolean isWhole() {
        return !"false".equals(System.getProperty("banhmi.exhaustive"));
    }

    /**
     * How often a test repeats itself.
     *
     * @param whole the number of repetitions that proves the case, at least 1
     * @return all of them, or a tenth, at least one
     */
    public static int times(int whole) {
        return isWhole() ? whole : Math.max(1, whole / SHARE);
    }
}
