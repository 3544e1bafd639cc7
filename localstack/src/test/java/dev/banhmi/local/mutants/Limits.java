package dev.banhmi.local.mutants;

import dev.banhmi.testkit.Patience;
import java.time.Duration;

/**
 * How long is waited for what may never come.
 *
 * @param event how long a test waits for an event, before it says that it never comes
 * @param run how long is waited for the end of tests, which is only for those that do not wait for an event
 */
record Limits(Duration event, Duration run) {

    /** Without a fault everything comes. */
    static final Limits UNCHANGED = new Limits(Patience.HANGS, Duration.ofMinutes(10));

    /** How many events tests of one mutant may wait for in vain. */
    private static final int EVENTS = 6;

    /** At least these, and long enough for one event. */
    Limits with(Duration longerEvent) {
        Duration longest = longest(event, longerEvent);
        return new Limits(longest, longest(run, longest.multipliedBy(EVENTS)));
    }

    /** Where these were too short to tell. */
    Limits longer() {
        return with(event.multipliedBy(EVENTS));
    }

    private static Duration longest(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
