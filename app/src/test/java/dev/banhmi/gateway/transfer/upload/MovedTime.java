package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.testkit.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A clock that stands still until a test moves it; who waits by it is counted. Thread-safe. */
final class MovedTime implements Time {
    /*
     * A lock and no monitor: on JDK 25, hundreds of virtual threads in timed Object.wait of one monitor can end with each carrier blocked by
     * one that wants the monitor back, and its owner without a carrier.
     */

    /** How soon one who waits sees that the event has happened, which does not move the clock. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private long now;
    private int waits;

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean await(CountDownLatch event, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = now + limit.toNanos();
            waits++;
            while (event.getCount() > 0 && now < end) {
                boolean _ = moved.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            }
            return event.getCount() == 0;
        } finally {
            lock.unlock();
        }
    }

    void advance(Duration by) {
        lock.lock();
        try {
            now += by.toNanos();
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How often somebody has begun to wait. */
    int waits() {
        lock.lock();
        try {
            return waits;
        } finally {
            lock.unlock();
        }
    }

    /** Moves the clock on, and waits until so many wait again. */
    void advance(Duration by, int thenWait) {
        int before = waits();
        advance(by);
        awaitWaits(before + thenWait);
    }

    void awaitWaits(int count) {
        Patience.await().until(() -> waits() >= count);
    }
}
