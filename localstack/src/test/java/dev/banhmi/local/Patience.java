package dev.banhmi.local;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** How tests of this module wait: for an event, and for as long as it takes. */
public final class Patience {

    /** 10 min: what has not happened by then hangs. A limit for what is broken, on a machine that does much else; no promise of speed. */
    public static final Duration HANGS = Duration.ofMinutes(10);

    private static final Duration POLL = Duration.ofMillis(100);

    private Patience() {}

    /**
     * Waits for what nobody tells of.
     *
     * @param what is waited for, in the message
     * @param state what there is instead, in the message when it hangs
     * @param isSo asked again and again
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
