package dev.banhmi.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class MovedClock implements InstantSource {

    private Instant now = Instant.now();

    /** Creates one that shows the time of its creation. */
    public MovedClock() {}

    /**
     * Moves it on.
     *
     * @param by not negative
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("a clock is not moved back, was: " + by);
        }
        now = now.plus(by);
    }

    @Override
    public synchronized Instant instant() {
        return now;
    }
}
