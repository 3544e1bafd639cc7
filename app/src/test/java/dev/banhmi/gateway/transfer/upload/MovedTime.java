package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.testkit.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A clock that stands still until a test moves it; who waits by it is counted. Thread-safe. */
final class MovedTime implements Time {

    /** How soon one who waits sees that the event has happened, which does not move the clock. */
    private static final long LOOK_MILLIS = 2;

    private long now;
    private int waits;

    @Override
    public synchronized long nanoTime() {
        return now;
    }

    @Override
    public synchronized boolean await(CountDownLatch event, Duration limit) throws InterruptedException {
        long end = now + limit.toNanos();
        waits++;
        while (event.getCount() > 0 && now < end) {
            wait(LOOK_MILLIS);
        }
        return event.getCount() == 0;
    }

    synchronized void advance(Duration by) {
        now += by.toNanos();
        notifyAll();
    }

    /** How often somebody has begun to wait. */
    synchronized int waits() {
        return waits;
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
