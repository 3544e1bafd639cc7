package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Supplier;

/**
 * The log of a process that many tests share, read once: a fault in it makes one test red and no later one, and reports
 * during which it was written. Thread-safe, for tests that run one after the other.
 */
public final class LogByTest {

    private static final String FAULT = " ERROR ";

    private final Supplier<String> log;
    private int read;
    private String last = "the start";

    /**
     * Continues where the last read stopped.
     *
     * @param log everything written so far
     */
    public LogByTest(Supplier<String> log) {
        this.log = log;
    }

    /**
     * A test begins.
     *
     * @param test its name
     * @throws AssertionError when a fault was written since the end of the previous test, which is named
     */
    public synchronized void begin(String test) {
        String between = next();
        String before = last;
        last = test;
        assertThat(between)
                .as("faults in the log, written between the end of %s, which may be guilty, and %s", before, test)
                .doesNotContain(FAULT);
    }

    /**
     * The test that began last has ended.
     *
     * @throws AssertionError when a fault was written since it began
     */
    public synchronized void end() {
        assertThat(next()).as("faults in the log during %s", last).doesNotContain(FAULT);
    }

    /** What was written since the last look, in whole lines. */
    private String next() {
        String all = log.get();
        int end = all.lastIndexOf('\n') + 1;
        String next = all.substring(Math.min(read, end), end);
        read = Math.max(read, end);
        return next;
    }
}
