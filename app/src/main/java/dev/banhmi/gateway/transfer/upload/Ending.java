package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** How far a shutdown has come: it begins, may wait for some time, and then that is over. Thread-safe. */
final class Ending {

    private static final Duration PAUSE = Duration.ofMillis(250);

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

    void requireNotBegun() {
        requireNot(hasBegun());
    }

    void requireNotOver() {
        requireNot(isOver());
    }

    private static void requireNot(boolean reached) {
        if (reached) {
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down; nothing was stored.");
        }
    }

    /** Waits for an event, or until the time is over or the thread is interrupted: what is open then is named once. */
    void await(CountDownLatch event, Duration limit) {
        try {
            boolean _ = time.await(event, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    /** Pauses as between two looks; true as soon as the time is over. */
    boolean isOverAfterAPause() throws InterruptedException {
        return time.await(over, PAUSE);
    }

    /** The shorter of a duration and half of what is left of the time, so that the rest is there for what follows. */
    Duration atMostHalf(Duration usual) {
        Duration half = Duration.ofNanos(Math.max(0, deadline - time.nanoTime()) / 2);
        return hasBegun() && half.compareTo(usual) < 0 ? half : usual;
    }
}
