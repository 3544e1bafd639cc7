package dev.banhmi.drain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The attributes that a drain leaves at the container instance: since when it drains, and since when ECS wants no task to run there.
 * ECS keeps them, so nothing of ours has a store.
 */
final class DrainMark {

    /** The attribute that says since when the instance drains. */
    static final String DRAINING_SINCE = "banhmi.draining-since";

    /** The attribute that says by when every task of the instance had been told to stop. Without meaning for a later drain. */
    static final String QUIET_SINCE = "banhmi.quiet-since";

    /** Says no time: the drain is about to begin. */
    static final String STARTING = "starting";

    private DrainMark() {}

    /** The value that says this time: ISO-8601 in UTC, whose characters ECS allows in attributes. */
    static String format(Instant since) {
        return since.toString();
    }

    /** The time that the value says, or nothing when it says none. */
    static Optional<Instant> parse(String value) {
        try {
            return Optional.of(Instant.parse(value));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
