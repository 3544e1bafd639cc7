package dev.banhmi.drain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * The attributes that a drain sets on the container instance: since when it drains and until when it was held back, and since when ECS wants
 * no task to run there. ECS keeps them, so the function needs no store.
 *
 * @param since the time in the value, the first of two; empty when it holds none
 * @param heldAt the second time in the value; empty where the drain was not held back
 */
record DrainMark(Optional<Instant> since, Optional<Instant> heldAt) {

    /** The attribute that says since when the instance drains; behind a slash, when a task was last seen that nothing replaced. */
    static final String DRAINING_SINCE = "banhmi.draining-since";

    /** The attribute that says by when every task of the instance had been told to stop. Meaningless for a later drain. */
    static final String QUIET_SINCE = "banhmi.quiet-since";

    /** Not a time: the drain is about to begin. */
    static final String STARTING = "starting";

    /** ECS allows it in attributes, and no time has it. */
    private static final char HELD = '/';

    /** Formats a time as the attribute's value: ISO-8601 in UTC, whose characters ECS allows in attributes. */
    static String format(Instant since) {
        return since.toString();
    }

    /** Formats the two times of a drain that is held back. */
    static String format(Instant since, Instant heldAt) {
        return format(since) + HELD + format(heldAt);
    }

    /** Reads the attribute's value, whatever it is. */
    static DrainMark parse(String value) {
        int end = value.indexOf(HELD);
        return end < 0
                ? new DrainMark(instant(value), Optional.empty())
                : new DrainMark(instant(value.substring(0, end)), instant(value.substring(end + 1)));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
