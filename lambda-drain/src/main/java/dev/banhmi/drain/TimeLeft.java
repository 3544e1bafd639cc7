package dev.banhmi.drain;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long the invocation may still run. A call that Lambda would cut off is not started: a failure that is reported and logged says more
 * than an invocation that times out.
 */
final class TimeLeft {

    /** 1 s: what is kept back to log the failure and report it. */
    static final Duration RESERVE = Duration.ofSeconds(1);

    /** 500 ms: less is not worth a call. */
    static final Duration LEAST = Duration.ofMillis(500);

    private final LongSupplier remainingMillis;

    /** Asks Lambda each time, in milliseconds. */
    TimeLeft(LongSupplier remainingMillis) {
        this.remainingMillis = remainingMillis;
    }

    /** Whether a call that takes this long would still end in time. */
    boolean allows(Duration duration) {
        return left().compareTo(duration) >= 0;
    }

    /** What is left without the reserve. */
    Duration left() {
        return Duration.ofMillis(remainingMillis.getAsLong()).minus(RESERVE);
    }

    /**
     * The longest that a call may take now.
     *
     * @param most not more than this
     * @throws RetryableFailure when the invocation has no time left for a call
     */
    Duration forCall(String call, Duration most) {
        Duration left = left();
        if (left.compareTo(LEAST) < 0) {
            throw new RetryableFailure("The invocation has no time left for " + call + ".");
        }
        return left.compareTo(most) < 0 ? left : most;
    }
}
