package dev.banhmi.drain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The attribute that a drain leaves at the container instance: since when it drains. ECS keeps it, so nothing of ours has a store. */
final class DrainMark {

    /** The name of the attribute. */
    static final String ATTRIBUTE = "banhmi.draining-since";

    /** Says no time: the drain is about to begin. */
    static final String STARTING = "starting";

    private DrainMark() {}

    /** The value for a drain that began then: ISO-8601 in UTC, whose characters ECS allows in attributes. */
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
