package dev.banhmi.bench;

import java.time.Duration;

/**
 * How long to measure.
 *
 * @param warmUp of each JVM that is measured
 * @param rounds how many, in each of which every peer has its turn
 * @param window of one turn where requests are counted
 * @param gibibytes of one turn where bytes are moved
 */
record Pace(Duration warmUp, int rounds, Duration window, int gibibytes) {

    /** The pace of the figures on the page. */
    static final Pace FULL = new Pace(Duration.ofSeconds(45), 7, Duration.ofSeconds(5), 2);

    /** Shows that everything runs; its figures mean little. */
    static final Pace SMOKE = new Pace(Duration.ofSeconds(12), 3, Duration.ofSeconds(2), 1);
}
