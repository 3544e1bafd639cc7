package dev.banhmi.drain;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** What is due, in the order of its time, in seconds. */
final class BudgetEvents {

    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private Consumer<BudgetTask> whenStopped = task -> {};
    private long now;
    private long sequence;

    private record Due(long time, long sequence, Runnable action) implements Comparable<Due> {

        @Override
        public int compareTo(Due other) {
            return time == other.time ? Long.compare(sequence, other.sequence) : Long.compare(time, other.time);
        }
    }

    long now() {
        return now;
    }

    Clock clock() {
        return Clock.fixed(Instant.EPOCH.plusSeconds(now), ZoneOffset.UTC);
    }

    void at(long time, Runnable action) {
        queue.add(new Due(Math.max(time, now), sequence++, action));
    }

    /** Lets somebody know of tasks that have stopped. */
    void onStopped(Consumer<BudgetTask> listener) {
        whenStopped = listener;
    }

    void stopped(BudgetTask task) {
        whenStopped.accept(task);
    }

    /** Does what is due next; returns whether anything was, up to then. */
    boolean next(long until) {
        Due due = queue.peek();
        if (due == null || due.time > until) {
            return false;
        }
        queue.remove();
        now = due.time;
        due.action.run();
        return true;
    }
}
