package dev.banhmi.gateway.store.wire;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections on which something takes too long: one thread looks at all of them. Thread-safe.
 */
final class BlockingDeadlines implements AutoCloseable {
    /*
     * A blocking read has no deadline of its own that costs nothing, and a blocking write has none at all. A timer for
     * each of them would have to be set and cancelled for every 64 KiB. So each connection says until when it may wait,
     * which is a write to one field, and a thread that looks at all connections a few times within the shortest limit
     * closes those that have waited longer. Whoever waits on one then gets an exception, whatever it waits for.
     *
     * A store that has refused a request need neither read on nor close the connection, and whoever waits in a write
     * cannot read. So the same thread looks at what has arrived where a write is held up.
     */

    private static final int LOOKS_WITHIN_A_LIMIT = 8;
    private static final long SHORTEST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 250_000_000;

    /** A write that takes longer is held up. */
    private static final long HELD_UP_NANOS = 1_000_000_000;

    private final Set<Limit> limits = ConcurrentHashMap.newKeySet();
    private final LongSupplier nanoTime;
    private final long pauseNanos;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Begins to look.
     *
     * @param shortest of all limits
     * @param nanoTime the time
     * @param also what is done at each look besides, which does not wait
     */
    BlockingDeadlines(Duration shortest, LongSupplier nanoTime, Runnable also) {
        this.nanoTime = nanoTime;
        this.pauseNanos =
                Math.clamp(shortest.toNanos() / LOOKS_WITHIN_A_LIMIT, SHORTEST_PAUSE_NANOS, LONGEST_PAUSE_NANOS);
        this.thread = Thread.ofPlatform().daemon().name("store-deadlines").unstarted(() -> look(also));
        thread.start();
    }

    /** A limit for what is done on a connection, without one at first. */
    Limit of(SocketChannel channel) {
        Limit limit = new Limit(channel, nanoTime);
        limits.add(limit);
        // It may have had none to look at.
        LockSupport.unpark(thread);
        return limit;
    }

    /** Forgets a connection, which is closed. */
    void forget(Limit limit) {
        limits.remove(limit);
    }

    private void look(Runnable also) {
        while (!closed) {
            if (limits.isEmpty()) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, pauseNanos);
            }
            try {
                lookAtAll();
                also.run();
            } catch (RuntimeException | Error e) {
                // Even without memory: no other thread ends what takes too long, and the next look may do.
            }
        }
    }

    private void lookAtAll() {
        long now = nanoTime.getAsLong();
        for (Limit limit : limits) {
            limit.check(now);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** Looks at what has arrived on a connection while a write is held up. */
    interface Lookout {

        /**
         * Looks, without waiting, in the thread that looks at all connections.
         *
         * @param write the number of the write, for {@link Limit#isUnderWay}
         */
        void look(long write);
    }

    /** Of one connection. Set by the thread that uses it. */
    static final class Limit {

        private static final long NONE = Long.MAX_VALUE;

        private final SocketChannel channel;
        private final LongSupplier nanoTime;

        /** When the wait that is under way is too long, by the same clock; {@link #NONE} while nobody waits. */
        private volatile long end = NONE;

        private volatile boolean passed;

        private volatile @Nullable Lookout lookout;

        /** The time at which the write that is under way has begun, which is its number; {@link #NONE} otherwise. */
        private volatile long writing = NONE;

        /** When the whole of what is done is too long. */
        private long last = NONE;

        private Limit(SocketChannel channel, LongSupplier nanoTime) {
            this.channel = channel;
            this.nanoTime = nanoTime;
        }

        /** Sets the end of all waits from now on; {@link Long#MAX_VALUE} for none. */
        void until(long nanos) {
            last = nanos;
        }

        /** A wait begins that may take so long. */
        void begin(long nanos) {
            long now = nanoTime.getAsLong();
            long own = now + nanos;
            end = last != NONE && last - own < 0 ? last : own;
        }

        /** The same, for bytes to be sent. */
        void beginWrite(long nanos) {
            writing = nanoTime.getAsLong();
            begin(nanos);
        }

        /** It is over. */
        void end() {
            writing = NONE;
            end = NONE;
        }

        /** Sets who looks while a write is held up; null for nobody. */
        void setLookout(@Nullable Lookout who) {
            lookout = who;
        }

        /** Whether this write has not ended yet. */
        boolean isUnderWay(long write) {
            return writing == write;
        }

        /** Whether the connection was closed because a wait was too long. */
        boolean isPassed() {
            return passed;
        }

        private void check(long now) {
            Lookout who = lookout;
            long write = writing;
            if (who != null && write != NONE && now - write >= HELD_UP_NANOS) {
                look(who, write);
            }
            long limit = end;
            if (limit != NONE && now - limit > 0) {
                passed = true;
                close();
            }
        }

        private void look(Lookout who, long write) {
            try {
                who.look(write);
            } catch (RuntimeException | Error e) {
                // Whoever writes gets to know it; the other connections are looked at all the same.
                close();
            }
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException e) {
                // It is closed all the same.
            }
        }
    }
}
