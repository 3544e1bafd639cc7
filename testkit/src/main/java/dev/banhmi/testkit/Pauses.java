package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The longest time that a step of a test took, for tests that need the machine to be faster than a limit of what they test. A
 * machine that does not run the test or what it waits for as long as that says nothing, and the test tries again. Thread-safe.
 */
public final class Pauses {

    /** A machine that is too slow as often as this gets no green test. */
    private static final int MOST_ATTEMPTS = 10;

    private long began;
    private boolean going;
    private long longest;

    /** With no step yet. */
    public Pauses() {}

    /** Tries it. */
    @FunctionalInterface
    public interface Attempt {

        /**
         * Tries it.
         *
         * @param pauses for the steps that have to be quick
         * @return false when it has not come to what is to be shown
         * @throws Exception an {@link IOException} counts as false; everything else fails the test, however long a step took
         */
        boolean succeeds(Pauses pauses) throws Exception;
    }

    /**
     * Tries until it succeeds, ten times at most. Each repetition is printed.
     *
     * @param limit an attempt that does not succeed fails the test unless one of its steps took as long
     * @param attempt what is to succeed
     * @throws Exception what the attempt throws
     */
    public static void repeatedWhereLongerThan(Duration limit, Attempt attempt) throws Exception {
        for (int tried = 1; ; tried++) {
            Pauses pauses = new Pauses();
            IOException failure = null;
            try {
                if (attempt.succeeds(pauses)) {
                    return;
                }
            } catch (IOException e) {
                failure = e;
            }
            pauses.requireLongerThan(limit, failure);
            System.out.printf(
                    "a step took %d ms, and %d ms are too long, so the test tries again; attempt %d%s%n",
                    pauses.longest().toMillis(), limit.toMillis(), tried, failure == null ? "" : ": " + failure);
            assertThat(tried).as("attempts on a machine that is too slow").isLessThan(MOST_ATTEMPTS);
        }
    }

    private void requireLongerThan(Duration limit, @Nullable IOException failure) throws IOException {
        if (failure != null && longest().compareTo(limit) < 0) {
            throw failure;
        }
        assertThat(longest()).as("longest pause of the machine").isGreaterThanOrEqualTo(limit);
    }

    /** A step begins. */
    public synchronized void begin() {
        began = System.nanoTime();
        going = true;
    }

    /** The step has ended. */
    public synchronized void end() {
        longest = longest().toNanos();
        going = false;
    }

    /**
     * Takes steps that another process has measured.
     *
     * @param millis whose first group is what such a step took
     * @param printed by that process
     */
    public synchronized void tookAsPrinted(Pattern millis, String printed) {
        Matcher step = millis.matcher(printed);
        while (step.find()) {
            longest = Math.max(
                    longest, Duration.ofMillis(Long.parseLong(step.group(1))).toNanos());
        }
    }

    /**
     * How long the longest step took, or takes already.
     *
     * @return zero before any begins
     */
    public synchronized Duration longest() {
        return Duration.ofNanos(going ? Math.max(longest, System.nanoTime() - began) : longest);
    }
}
