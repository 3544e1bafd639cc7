package dev.banhmi.gateway.store;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * The time of which the wire client's signatures are: this machine's, and the store's once it has refused that. The SDK
 * does the same for its own. Thread-safe.
 */
final class StoreClock implements InstantSource {

    private final InstantSource own;
    private volatile Duration ahead = Duration.ZERO;

    /** Like this one at first. */
    StoreClock(InstantSource own) {
        this.own = own;
    }

    @Override
    public Instant instant() {
        return own.instant().plus(ahead);
    }

    /** Is set by what a response says in {@code Date}; left as it is by anything that is no date of HTTP. */
    void setBy(@Nullable String date) {
        if (date == null) {
            return;
        }
        try {
            Instant stores = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date));
            ahead = Duration.between(own.instant(), stores);
        } catch (DateTimeException e) {
            // No clock is set by that; the refusal is reported.
        }
    }
}
