package dev.banhmi.drain;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** What an invocation offers to a sweep: how long it may still work, and work side by side. */
interface Invocation {

    /** 8: how many calls of one kind are under way at a time. At 80 ms a call that is more than any bucket of AWS lets through. */
    int LANES = 8;

    /** How long new work may still be begun; zero when the invocation should end. */
    Duration left();

    /** Lets time pass. */
    void pause(Duration time);

    /**
     * Does all of this side by side, and returns when all has ended.
     *
     * @throws RuntimeException the first that any of it threw, with the others suppressed
     */
    void together(List<Runnable> work);

    /** Whether new work may be begun. */
    default boolean hasTime() {
        return left().isPositive();
    }

    /**
     * Does the same with each, in their order and some side by side, until no time is left.
     *
     * @return how many were not begun
     */
    default <T> int each(Collection<T> items, Consumer<T> work) {
        return each(LANES, items, work);
    }

    /** The same with another number of lanes. */
    default <T> int each(int lanes, Collection<T> items, Consumer<T> work) {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        together(Collections.nCopies(Math.min(lanes, queue.size()), () -> {
            while (hasTime()) {
                T next = queue.poll();
                if (next == null) {
                    return;
                }
                work.accept(next);
            }
        }));
        return queue.size();
    }
}
