package dev.banhmi.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long a test waits for an event that has to come. No promise: what takes longer than this on the busiest machine hangs. How
 * long a thing does take is printed where it matters, and fails nothing.
 */
public final class Patience {

    /** The one limit of all waits. */
    public static final Duration HANGS = Duration.ofSeconds(60);

    private Patience() {}

    /**
     * Waits for a state that nobody reports.
     *
     * @return looks at once and then often, until {@link #HANGS}
     */
    public static ConditionFactory await() {
        return Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .atMost(HANGS);
    }
}
