package dev.banhmi.gateway.transfer.memory;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How fast a client sends, now. Only the time spent waiting for it counts; while the gateway waits for memory or for
 * the store, the meter stands still.
 *
 * <p>The meter is a credit of time: every byte earns what it may take at the floor, and waiting spends it. It is kept
 * within five seconds, so that neither a good past hides a client that has stopped nor a bad one sticks to a client
 * that sends again. A wait in progress counts, so that a client that has stopped is slow without a byte of its own.
 *
 * <p>Written by the thread that reads from the client, read by all.
 */
public final class ClientSpeed {

    /** How the budget ranks a client. */
    enum Grade {
        /** At the floor or above it, as is a newcomer for its first seconds. */
        FAST,
        /** Below the floor. */
        SLOW,
        /** So far below the floor that nothing should wait for it. */
        STALLED
    }

    private static final int FAR_BELOW = 16;
    private static final long MOST = TimeUnit.SECONDS.toNanos(5);

    /** A newcomer may need a round trip for its first byte, and comes with many others when the gateway is busy. */
    private static final long AT_FIRST = MOST;

    private static final long NOT_WAITING = Long.MIN_VALUE;

    private final long floor;
    private final LongSupplier nanoTime;
    private volatile long credit = AT_FIRST;
    private volatile long creditFarBelow = AT_FIRST;
    private volatile long waitingSince = NOT_WAITING;

    /** The floor is in bytes a second. */
    ClientSpeed(long floor, LongSupplier nanoTime) {
        this.floor = floor;
        this.nanoTime = nanoTime;
    }

    void waiting() {
        waitingSince = nanoTime.getAsLong();
    }

    /** Ends the wait, with that many bytes. */
    void received(int bytes) {
        long spent = nanoTime.getAsLong() - waitingSince;
        waitingSince = NOT_WAITING;
        long earned = TimeUnit.SECONDS.toNanos(bytes) / floor;
        credit = within(credit - spent + earned);
        creditFarBelow = within(creditFarBelow - spent + earned * FAR_BELOW);
    }

    Grade grade() {
        long since = waitingSince;
        long spent = since == NOT_WAITING ? 0 : nanoTime.getAsLong() - since;
        if (credit >= spent) {
            return Grade.FAST;
        }
        return creditFarBelow >= spent ? Grade.SLOW : Grade.STALLED;
    }

    private static long within(long credit) {
        return Math.clamp(credit, -MOST, MOST);
    }
}
