package dev.banhmi.drain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The attributes that a drain sets on the container instance: since when it drains and until when it was held back, and since when ECS wants
 * no task to run there. ECS keeps them, so the function needs no store.
 */
final class DrainMark {

    /** The attribute that says since when the instance drains; behind a slash, when a task was last seen that nothing replaced. */
    static final String DRAINING_SINCE = "banhmi.draining-since";

    /** The attribute that says by when every task of the instance had been told to stop. Meaningless for a later drain. */
    static final String QUIET_SINCE = "banhmi.quiet-since";

    /** Not a time: the drain is about to begin. */
    static final String STARTING = "starting";

    /** ECS allows it in attributes, and no time has it. */
    private static final char HELD = '/';

    private DrainMark() {}

    /** Formats a time as the attribute's value: ISO-8601 in UTC, whose characters ECS allows in attributes. */
    static String format(Instant since) {
        return since.toString();
    }

    /** Formats the two times of a drain that is held back. */
    static String format(Instant since, Instant heldAt) {
        return format(since) + HELD + format(heldAt);
    }

    /** The time in the value, the first of two; empty when it holds none. */
    static Optional<Instant> parse(String value) {
        int end = value.indexOf(HELD);
        return instant(end < 0 ? value : value.substring(0, end));
    }

    /** The second time in the value; empty where the drain was not held back. */
    static Optional<Instant> parseHeld(String value) {
        int end = value.indexOf(HELD);
        return end < 0 ? Optional.empty() : instant(value.substring(end + 1));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
