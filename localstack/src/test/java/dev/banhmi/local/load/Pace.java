package dev.banhmi.local.load;

import java.time.Duration;

/** Holds a transfer back so that it takes at least a given time; one that is late is not made later. */
final class Pace {

    private final long start = System.nanoTime();
    private final long total;
    private final Duration duration;

    Pace(long total, Duration duration) {
        this.total = total;
        this.duration = duration;
    }

    /** Returns when the transfer may have come as far as {@code done} bytes. */
    void await(long done) throws InterruptedException {
        long due = (long) (duration.toNanos() * ((double) done / total));
        long early = due - (System.nanoTime() - start);
        if (early > 0) {
            Thread.sleep(Duration.ofNanos(early));
        }
    }
}
