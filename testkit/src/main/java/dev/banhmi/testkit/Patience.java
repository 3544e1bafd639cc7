package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/**
 * How long a test waits for an event that is bound to happen. Not a promise of speed: whatever takes longer than this,
 * even on the busiest machine, hangs. Actual durations are printed where they matter, and never fail a test.
 */
public final class Patience {

    /**
     * The one limit of all waits: 5 minutes, or what {@code -Dbanhmi.hangs} says in the form of ISO 8601. Who plants a fault that
     * makes a test wait in vain says less.
     */
    public static final Duration HANGS = Duration.parse(System.getProperty("banhmi.hangs", "PT5M"));

    private static final Duration POLL = Duration.ofMillis(20);

    private Patience() {}

    /**
     * Waits for a state that is not reported by any event.
     *
     * @return looks at once and then often, until {@link #HANGS}
     */
    public static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(POLL).atMost(HANGS);
    }

    /**
     * Waits for a state that is not reported by any event, and on failure shows the state seen instead.
     *
     * @param what is waited for, in the message
     * @param state the state seen instead, in the message when it hangs
     * @param isSo checked again and again
     * @throws Exception what {@code isSo} throws, or when the thread is interrupted
     */
    public static void await(String what, Supplier<String> state, Callable<Boolean> isSo) throws Exception {
        long start = System.nanoTime();
        while (!isSo.call()) {
            if (System.nanoTime() - start > HANGS.toNanos()) {
                fail("not after %s: %s; %s", HANGS, what, state.get());
            }
            Thread.sleep(POLL);
        }
    }
}
