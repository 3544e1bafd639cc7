package dev.banhmi.gateway.transfer.upload;

import java.time.Duration;
import java.util.List;

/**
 * How long the removal of failed uploads waits for what.
 *
 * @param pauses before each further attempt, after the first one
 * @param partGrace for parts on their way to end by themselves: only these leave no doubt
 * @param close for an attempt to end once it is interrupted
 */
public record RemovalTimes(List<Duration> pauses, Duration partGrace, Duration close) {

    private static final Duration PART_GRACE = Duration.ofSeconds(5);

    /** Many times what an interrupted call to the store takes, and a small share of the time that a shutdown has. */
    private static final Duration CLOSE = Duration.ofSeconds(5);

    /** Copies the pauses. */
    public RemovalTimes {
        pauses = List.copyOf(pauses);
    }

    /**
     * The usual times.
     *
     * @param pauses before each further attempt, after the first one
     * @return with them
     */
    public static RemovalTimes of(List<Duration> pauses) {
        return new RemovalTimes(pauses, PART_GRACE, CLOSE);
    }
}
