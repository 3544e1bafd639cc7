package dev.banhmi.drain;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/** What is still to be released in a sweep: first what has its time, once it has come, then the rest in its order. Thread-safe. */
final class Agenda<T> {

    private record Timed<T>(Instant at, T what) {}

    private final PriorityQueue<Timed<T>> timed = new PriorityQueue<>(Comparator.comparing(Timed::at));
    private final Deque<T> rest = new ArrayDeque<>();

    /** Adds what has a time, which may be over. */
    synchronized void add(Instant at, T what) {
        timed.add(new Timed<>(at, what));
    }

    /** Adds what can be done at any time. */
    synchronized void add(T what) {
        rest.add(what);
    }

    /** Takes what is to be done next, all of it with its time or all without; nothing when all that is left has a later time. */
    synchronized List<T> take(Instant now, int most) {
        List<T> taken = new ArrayList<>();
        while (taken.size() < most && !timed.isEmpty() && !timed.peek().at().isAfter(now)) {
            taken.add(timed.remove().what());
        }
        if (taken.isEmpty()) {
            while (taken.size() < most && !rest.isEmpty()) {
                taken.add(rest.remove());
            }
        }
        return taken;
    }

    /** The next time; empty when nothing has one any more. */
    synchronized Optional<Instant> next() {
        return Optional.ofNullable(timed.peek()).map(Timed::at);
    }

    /** How much is left. */
    synchronized int size() {
        return timed.size() + rest.size();
    }
}
