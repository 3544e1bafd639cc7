package dev.banhmi.local.load;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all clients have seen together. Thread-safe. */
final class Tally {

    private static final int PRINTED_FAILURES = 20;

    private final long start = System.nanoTime();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong transfers = new AtomicLong();
    private final AtomicLong underWay = new AtomicLong();
    private final Set<Integer> clients = ConcurrentHashMap.newKeySet();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();
    private final AtomicLong shortest = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong longest = new AtomicLong();
    private final AtomicInteger failed = new AtomicInteger();

    void completed() {
        requests.incrementAndGet();
    }

    void transferred(Duration duration, long count) {
        transfers.incrementAndGet();
        bytes.addAndGet(count);
        shortest.accumulateAndGet(duration.toMillis(), Math::min);
        longest.accumulateAndGet(duration.toMillis(), Math::max);
    }

    /** A long transfer of a client begins. */
    void begun(int client) {
        clients.add(client);
        underWay.incrementAndGet();
    }

    /** However it went. */
    void ended() {
        underWay.decrementAndGet();
    }

    void sentAgain() {
        stale.incrementAndGet();
    }

    void failed(String what) {
        if (failed.incrementAndGet() <= PRINTED_FAILURES) {
            System.out.printf("clients: %s: %s%n", elapsed(), what);
        }
    }

    int failures() {
        return failed.get();
    }

    /** One line that a script can read: the number before " failed". */
    String line() {
        String times =
                transfers.get() == 0 ? "" : " of %.1f to %.1f s".formatted(shortest.get() / 1e3, longest.get() / 1e3);
        return "clients: %s: %d requests completed, %d long transfers%s (%d MB), %d under way of %d clients that have begun, %d sent again on a stale connection, %d failed"
                .formatted(
                        elapsed(),
                        requests.get(),
                        transfers.get(),
                        times,
                        bytes.get() / 1_000_000,
                        underWay.get(),
                        clients.size(),
                        stale.get(),
                        failed.get());
    }

    private String elapsed() {
        return (System.nanoTime() - start) / 1_000_000_000 + " s";
    }
}
