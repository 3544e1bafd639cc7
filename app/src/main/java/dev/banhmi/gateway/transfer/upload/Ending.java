package dev.banhmi.gateway.transfer.upload;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** How far a shutdown has come: it begins, may wait for some time, and then that is over. Thread-safe. */
final class Ending {

    private final Time time;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile long deadline;

    Ending(Time time) {
        this.time = time;
    }

    void begin(Duration limit) {
        deadline = time.nanoTime() + limit.toNanos();
        begun.countDown();
    }

    boolean hasBegun() {
        return begun.getCount() == 0;
    }

    /** Pauses; true as soon as the shutdown begins. */
    boolean awaitBegin(Duration pause) throws InterruptedException {
        return time.await(begun, pause);
    }

    void finish() {
        over.countDown();
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    /** Pauses; true as soon as the time is over. */
    boolean awaitOver(Duration pause) throws InterruptedException {
        return time.await(over, pause);
    }

    /** The shorter of a duration and half of what is left of the time, so that the rest is there for what follows. */
    Duration atMostHalf(Duration usual) {
        Duration half = Duration.ofNanos(Math.max(0, deadline - time.nanoTime()) / 2);
        return hasBegun() && half.compareTo(usual) < 0 ? half : usual;
    }
}
