package dev.banhmi.bench.load;

import java.time.Duration;
import java.util.Arrays;

/** Times of many requests, without an object for each. Not thread-safe. */
final class Latencies {

    private static final int FIRST_ROOM = 1 << 16;

    private long[] nanos = new long[FIRST_ROOM];
    private int count;

    void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * nanos.length);
        }
        nanos[count++] = took;
    }

    /**
     * The smallest time that at least this share of all requests did not exceed; zero if there was none.
     *
     * @param share above 0, at most 1
     */
    Duration percentile(double share) {
        if (count == 0) {
            return Duration.ZERO;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return Duration.ofNanos(sorted[(int) Math.ceil(share * count) - 1]);
    }
}
