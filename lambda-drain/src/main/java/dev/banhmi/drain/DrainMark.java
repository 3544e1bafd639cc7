package dev.banhmi.drain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The attributes that a drain sets on the container instance: since when it drains, and since when ECS wants no task to run there. ECS
 * keeps them, so the function needs no store.
 */
final class DrainMark {

    /** The attribute that says since when the instance drains. */
    static final String DRAINING_SINCE = "banhmi.draining-since";

    /** The attribute that says by when every task of the instance had been told to stop. Meaningless for a later drain. */
    static final String QUIET_SINCE = "banhmi.quiet-since";

    /** Not a time: the drain is about to begin. */
    static final String STARTING = "starting";

    private DrainMark() {}

    /** Formats a time as the attribute's value: ISO-8601 in UTC, whose characters ECS allows in attributes. */
    static String format(Instant since) {
        return since.toString();
    }

    /** The time in the value; empty when it holds none. */
    static Optional<Instant> parse(String value) {
        try {
            return Optional.of(Instant.parse(value));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
