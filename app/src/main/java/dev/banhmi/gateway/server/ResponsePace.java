package dev.banhmi.gateway.server;

import java.util.concurrent.TimeUnit;

/**
 * How fast the client of one connection takes the response that is being sent. Only time in which the gateway waits for
 * the client counts: while the store is awaited, a client that takes nothing is not slow. Times are those of
 * {@link System#nanoTime}. Thread-safe.
 */
final class ResponsePace {
    /*
     * Periods as for bodies (BodyPace) would cut clients that keep the rate: the kernel tells of room for more only
     * when a third of its buffer is free, which at 4 KiB/s and a buffer of 1 MiB is nothing for more than a minute and
     * then 350 KiB. What is seen here is what goes into that buffer. So a client may be behind the rate by what the
     * buffer holds, and never has been while it took as much as the rate asks for; being ahead of it is not saved up.
     */

    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;

    private boolean waiting;
    private long waitingSince;
    private double behind;
    private long waited;
    private long bytes;

    /**
     * The pace of no response yet.
     *
     * @param bytesPerSecond the least allowed; 0 for any
     */
    ResponsePace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Another response begins. */
    synchronized void begin() {
        waiting = false;
        behind = 0;
        waited = 0;
        bytes = 0;
    }

    /** From now on the gateway waits for the client. */
    synchronized void waits(long now) {
        countWaiting(now);
        waiting = true;
        waitingSince = now;
    }

    /** Bytes were taken, and the gateway no longer waits. */
    synchronized void taken(long now, long count) {
        countWaiting(now);
        waiting = false;
        bytes += count;
        behind = Math.max(0, behind - count);
    }

    /**
     * By how much the client is behind the rate.
     *
     * @return bytes; 0 when the gateway does not wait now
     */
    synchronized long behind(long now) {
        countWaiting(now);
        return waiting ? (long) behind : 0;
    }

    /**
     * How long the gateway has waited for the client of this response in all.
     *
     * @param atLeast nanoseconds; less counts as nothing
     * @return nanoseconds; 0 when the gateway does not wait now, or when the whole response has been fast enough so far
     */
    synchronized long behindFor(long now, long atLeast) {
        countWaiting(now);
        return waiting && waited >= atLeast && bytes < required(waited) ? waited : 0;
    }

    private double required(long nanos) {
        return bytesPerSecond * (nanos / NANOS_PER_SECOND);
    }

    private void countWaiting(long now) {
        if (waiting) {
            long more = now - waitingSince;
            waited += more;
            behind += required(more);
            waitingSince = now;
        }
    }
}
