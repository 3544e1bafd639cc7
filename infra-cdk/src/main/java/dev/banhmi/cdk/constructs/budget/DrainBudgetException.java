package dev.banhmi.cdk.constructs.budget;

import java.util.List;

/**
 * Thrown where the times and sizes of a {@link DrainBudget} do not fit each other. Its message is written for the person who runs {@code
 * cdk synth}.
 */
public final class DrainBudgetException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** Immutable and serializable, as {@code List.copyOf} makes it. */
    @SuppressWarnings("serial") // The declared type is an interface; the value is always from List.copyOf.
    private final List<String> broken;

    DrainBudgetException(List<String> broken) {
        super("The drain budget does not fit:\n  - " + String.join("\n  - ", broken));
        this.broken = List.copyOf(broken);
    }

    /**
     * Lists everything that does not fit.
     *
     * @return one sentence for each broken rule, with its arithmetic and the remedy; never empty
     */
    public List<String> getBroken() {
        return broken;
    }
}
