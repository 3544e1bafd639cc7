package dev.banhmi.gateway.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections were ended, and why: one line in the log once a minute at most, because whoever attacks decides
 * how often it would be. Counted by any thread, reported by one.
 */
final class EndedConnections {

    private static final Logger log = LoggerFactory.getLogger(EndedConnections.class);

    private static final long BETWEEN_REPORTS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicInteger madeRoom = new AtomicInteger();
    private final AtomicInteger slow = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private long lastReport = System.nanoTime() - BETWEEN_REPORTS;

    /** To make room for a new one. */
    void madeRoom() {
        madeRoom.incrementAndGet();
    }

    /** Because its client was too slow. */
    void slow() {
        slow.incrementAndGet();
    }

    /** One too many of its address. */
    void refused() {
        refused.incrementAndGet();
    }

    void report(int most) {
        long now = System.nanoTime();
        if (now - lastReport < BETWEEN_REPORTS || madeRoom.get() + slow.get() + refused.get() == 0) {
            return;
        }
        lastReport = now;
        log.warn(
                "connections ended in the last minute: {} to make room for new ones (at most {} are open), {} because"
                        + " their client was too slow, {} that were one too many of their address",
                madeRoom.getAndSet(0),
                most,
                slow.getAndSet(0),
                refused.getAndSet(0));
    }
}
