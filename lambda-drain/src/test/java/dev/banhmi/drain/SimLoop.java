package dev.banhmi.drain;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time. Processes run each on a thread of its own, but strictly one at a time: the baton changes hands where a process sleeps
 * and another one is due before it wakes. So the order of everything follows from the times alone, and a run can be repeated.
 */
final class SimLoop implements AutoCloseable {

    private final PriorityQueue<Event> queue = new PriorityQueue<>();
    private final Set<Fiber> sleeping = new LinkedHashSet<>();
    private final Semaphore baton = new Semaphore(0);
    private @Nullable Fiber running;
    private @Nullable Throwable failure;
    private long now;
    private long sequence;

    /** Milliseconds since the start of the run. */
    long now() {
        return now;
    }

    /** The time of the simulated hosts. */
    Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return SimHost.instant(now());
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    /** Does something at a time, which may be now. It must not sleep. */
    void at(long time, Runnable action) {
        queue.add(new Event(Math.max(time, now), sequence++, action, null));
    }

    /** Starts a process at a time. It may sleep. */
    void start(long time, Runnable body) {
        queue.add(new Event(Math.max(time, now), sequence++, null, new Fiber(body)));
    }

    /** Lets everything happen that is due until then. */
    void run(long until) {
        while (true) {
            Event next = queue.peek();
            if (next == null || next.time > until) {
                now = until;
                return;
            }
            take(queue.remove());
            if (failure != null) {
                throw new IllegalStateException("A process of the simulation failed at " + now + " ms.", failure);
            }
        }
    }

    /** Lets time pass for the process that calls, while others go on. */
    void sleep(long millis) {
        Fiber self = running;
        if (self == null) {
            throw new IllegalStateException("Only a process sleeps.");
        }
        long wake = now + millis;
        while (true) {
            Event next = queue.peek();
            if (next == null || next.time > wake) {
                now = wake;
                return;
            }
            if (next.process != null) {
                queue.add(new Event(wake, sequence++, null, self));
                self.yieldBaton();
                return;
            }
            take(queue.remove());
        }
    }

    private void take(Event event) {
        now = event.time;
        if (event.action != null) {
            event.action.run();
        }
        if (event.process != null) {
            event.process.resume();
        }
    }

    /** Ends what still sleeps. */
    @Override
    public void close() {
        for (Fiber process : List.copyOf(sleeping)) {
            process.killed = true;
            process.resume();
        }
    }

    private record Event(
            long time,
            long sequence,
            @Nullable Runnable action,
            @Nullable Fiber process) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            return time == other.time ? Long.compare(sequence, other.sequence) : Long.compare(time, other.time);
        }
    }

    private final class Fiber {

        private final Runnable body;
        private final Semaphore turn = new Semaphore(0);
        private boolean started;
        private boolean killed;

        Fiber(Runnable body) {
            this.body = body;
        }

        void resume() {
            running = this;
            if (started) {
                sleeping.remove(this);
                turn.release();
            } else {
                started = true;
                Thread.ofVirtual().start(this::live);
            }
            baton.acquireUninterruptibly();
            running = null;
        }

        void yieldBaton() {
            sleeping.add(this);
            baton.release();
            turn.acquireUninterruptibly();
            if (killed) {
                throw new SimKilled();
            }
        }

        @SuppressWarnings("CatchAndPrintStackTrace") // nothing is printed: the loop throws it on
        private void live() {
            try {
                body.run();
            } catch (SimKilled e) {
                // That is how a process ends whose run is over.
                killed = true;
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                baton.release();
            }
        }
    }
}
