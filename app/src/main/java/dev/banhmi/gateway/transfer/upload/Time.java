package dev.banhmi.gateway.transfer.upload;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time by which abandoned uploads are watched; a test moves its own. Thread-safe. */
public interface Time {

    /** The clock on the wall. */
    Time REAL = new Time() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public boolean await(CountDownLatch event, Duration limit) throws InterruptedException {
            return event.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    /**
     * As {@link System#nanoTime()}.
     *
     * @return nanoseconds since some moment
     */
    long nanoTime();

    /**
     * Waits for an event.
     *
     * @param event counted down to 0 when it happens
     * @param limit how long at most
     * @return whether it has happened
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    boolean await(CountDownLatch event, Duration limit) throws InterruptedException;
}
