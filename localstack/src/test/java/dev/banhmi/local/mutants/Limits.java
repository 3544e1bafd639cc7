package dev.banhmi.local.mutants;

import dev.banhmi.testkit.Patience;
import java.time.Duration;

/**
 * How long is waited for what may never come.
 *
 * @param event how long a test waits for an event, before it says that it never comes
 * @param run how long is waited for the end of tests, some of which wait for several events one after the other
 */
record Limits(Duration event, Duration run) {

    /** Without a fault everything comes. */
    static final Limits UNCHANGED = new Limits(Patience.HANGS, Duration.ofMinutes(10));

    private static final int EVENTS = 6;

    /** With a fault, in tests that take so long without. */
    static Limits with(Duration event) {
        return new Limits(event, event.multipliedBy(EVENTS));
    }
}
