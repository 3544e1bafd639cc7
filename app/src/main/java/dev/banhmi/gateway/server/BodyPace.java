package dev.banhmi.gateway.server;

import java.util.concurrent.TimeUnit;

/**
 * How fast the client of one connection sends the body of the request that is being served. Only time in which the
 * gateway waits for the client counts: while it is busy with the store, a client that sends nothing is not slow.
 * Times are those of {@link System#nanoTime}. Thread-safe.
 */
final class BodyPace {
    /*
     * Judged in periods of waiting, one after the other, so that a fast beginning buys no idleness later: a body that
     * has brought enough when a period is full begins the next one with nothing.
     */

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;
    private final long period;

    private boolean waiting;
    private long waitingSince;
    private long waitedInPeriod;
    private long bytesInPeriod;
    private long waited;
    private long bytes;

    /**
     * The pace of no body yet.
     *
     * @param bytesPerSecond the least allowed; 0 for any
     * @param period nanoseconds of waiting after which the rate is looked at
     */
    BodyPace(long bytesPerSecond, long period) {
        this.bytesPerSecond = bytesPerSecond;
        this.period = period;
    }

    /** Another request begins. */
    synchronized void begin() {
        waiting = false;
        waitedInPeriod = 0;
        bytesInPeriod = 0;
        waited = 0;
        bytes = 0;
    }

    /** From now on the gateway waits for the client. */
    synchronized void waits(long now) {
        if (!waiting) {
            waiting = true;
            waitingSince = now;
        }
    }

    /** Bytes have arrived, or the gateway no longer waits for any. */
    synchronized void arrived(long now, int count) {
        countWaiting(now);
        waiting = false;
        bytes += count;
        bytesInPeriod += count;
    }

    /**
     * Whether a period is full and brought too little, while the gateway waits for more: a body that has ended in time
     * is none that is too slow. A period that brought enough ends with this call.
     */
    synchronized boolean isTooSlow(long now) {
        countWaiting(now);
        if (!waiting || waitedInPeriod < period) {
            return false;
        }
        if (bytesInPeriod < required(waitedInPeriod)) {
            return true;
        }
        waitedInPeriod = 0;
        bytesInPeriod = 0;
        return false;
    }

    /**
     * How long the gateway has waited for this body in all.
     *
     * @param atLeast nanoseconds; less counts as nothing
     * @return nanoseconds; 0 when the gateway does not wait now, or when the whole body has been fast enough so far
     */
    synchronized long behindFor(long now, long atLeast) {
        countWaiting(now);
        return waiting && waited >= atLeast && bytes < required(waited) ? waited : 0;
    }

    /** What arrived in which time of waiting, of the period that is running. */
    synchronized String shown() {
        return bytesInPeriod + " bytes of the body arrived in the "
                + TimeUnit.NANOSECONDS.toSeconds(waitedInPeriod)
                + " s that the gateway last waited for it";
    }

    private double required(long nanos) {
        return bytesPerSecond * (nanos / NANOS_PER_SECOND);
    }

    private void countWaiting(long now) {
        if (waiting) {
            waited += now - waitingSince;
            waitedInPeriod += now - waitingSince;
            waitingSince = now;
        }
    }
}
