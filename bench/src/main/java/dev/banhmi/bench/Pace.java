package dev.banhmi.bench;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param warmUp of each JVM that is measured
 * @param rounds how many, in each of which every peer has its turn
 * @param window of one turn where requests are counted
 * @param bulkSize of a large object, in bytes
 * @param bulkObjects how many of them are moved in one turn
 * @param requestsPerSecond where the time to the first byte is measured
 * @param connections most of the slow ones
 * @param repeats time that a whole run may spend on repeated rounds
 */
record Pace(
        Duration warmUp,
        int rounds,
        Duration window,
        long bulkSize,
        int bulkObjects,
        long requestsPerSecond,
        int connections,
        Duration repeats) {

    /** The pace of the figures on the page: about 35 minutes without a repeated round, and at most 45 with them. */
    static final Pace FULL =
            new Pace(Duration.ofSeconds(20), 5, Duration.ofSeconds(4), 1L << 30, 2, 1000, 200, Duration.ofMinutes(7));

    /** Shows that everything runs; its figures mean nothing. */
    static final Pace SMOKE = new Pace(Duration.ZERO, 1, Duration.ofMillis(500), 24L << 20, 1, 50, 20, Duration.ZERO);
}
