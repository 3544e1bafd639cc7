package dev.banhmi.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A turn of everybody.
 *
 * @param turns by label
 */
record Round(Map<String, Turn> turns) {

    /** CPUs that may be busy with something else before a round is repeated. */
    static final double QUIET = 0.25;

    Round {
        turns = new LinkedHashMap<>(turns);
    }

    /** Of the turn that was disturbed most. */
    double outside() {
        return turns.values().stream().mapToDouble(Turn::outside).max().orElseThrow();
    }

    boolean isQuiet() {
        return outside() <= QUIET;
    }

    Turn of(String label) {
        return Objects.requireNonNull(turns.get(label), () -> label + " had no turn");
    }

    /** The one that was disturbed less, whatever its figures say. */
    Round orQuieter(Round other) {
        return other.outside() < outside() ? other : this;
    }
}
