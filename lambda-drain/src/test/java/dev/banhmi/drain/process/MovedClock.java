package dev.banhmi.drain.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Stands still until a test moves it. Thread-safe. */
final class MovedClock implements InstantSource {

    private Instant now = Instant.now();

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Later by {@code time}, which is positive. */
    synchronized void advance(Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("The clock was to be moved by " + time + "; it goes forward only.");
        }
        now = now.plus(time);
    }
}
