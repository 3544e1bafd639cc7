package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes that requests hold while they wait for their clients: bodies that arrive, or responses that are
 * read. One piece of {@value #PIECE} bytes of each request is not counted; all others share a capacity. Thread-safe.
 */
final class WaitingBytes {
    /*
     * How long a client takes is the client's decision, so no share of anything that others wait for may depend on it.
     * When the capacity is used up, the request whose client moves the fewest bytes a second loses what it holds: any
     * number of slow clients makes room for a quick one at once. In its first GRACE a request loses nothing, because
     * until then a quick client looks like a slow one; whoever needs room waits for that long at the most, unless those
     * in the way wait for the store. A response, of which the store's work is done, waits for as long as that takes and
     * takes all its room at once, so that two of them never wait for each other.
     *
     * A thread that waits for a socket cannot be woken, so what it holds is taken from under it: it has one piece in its
     * hands and finds the others gone when it comes back for them.
     */

    /** What each request holds uncounted, beside the piece that is being filled or written. */
    static final int PIECE = 8 << 10;

    /** Before this no client is taken for slow. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private final long capacity;
    private final Duration maxWait;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Set<Held> holders = new HashSet<>();
    private long free;

    /**
     * @param capacity in bytes, of all requests together; at least what one request can hold
     * @param maxWait how long a body waits for others that do not wait for clients
     * @param clock for the pace of clients
     */
    WaitingBytes(long capacity, Duration maxWait, InstantSource clock) {
        this.capacity = capacity;
        this.free = capacity;
        this.maxWait = maxWait;
        this.clock = clock;
    }

    /**
     * What one request holds: nothing yet.
     *
     * @return to be closed when the request ends
     */
    Held hold() {
        return new Held();
    }

    /** How many bytes of the capacity nobody holds. */
    long free() {
        lock.lock();
        try {
            return free;
        } finally {
            lock.unlock();
        }
    }

    /** How many requests wait for room. */
    int waiting() {
        lock.lock();
        try {
            return lock.getWaitQueueLength(room);
        } finally {
            lock.unlock();
        }
    }

    /** Takes bytes of the capacity; only while the lock is held. */
    private void take(long count, long mostNanos, Held by) throws InterruptedException {
        long patience = mostNanos;
        while (free < count) {
            Held slowest = slowest(by);
            if (slowest != null) {
                slowest.lose();
                by.requireHeld();
            } else if (patience > 0) {
                Instant before = clock.instant();
                long turn = Math.min(patience, GRACE.toNanos());
                patience -= turn - room.awaitNanos(turn);
                by.forgive(Duration.between(before, clock.instant()));
            } else {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "There is no memory for " + count + " bytes beside those of other requests, and there was none"
                                + " for " + maxWait.toSeconds() + " s; send the request again.");
            }
        }
        free -= count;
    }

    /** Whose client is the slowest of those that are known for long enough; null when there is no other than asks. */
    private @Nullable Held slowest(Held asking) {
        Instant now = clock.instant();
        Held slowest = null;
        for (Held one : holders) {
            if (one != asking && one.isKnown(now) && (slowest == null || one.pace(now) < slowest.pace(now))) {
                slowest = one;
            }
        }
        boolean slower = slowest != null && asking.isKnown(now) && asking.pace(now) < slowest.pace(now);
        return slower ? asking : slowest;
    }

    private void give(long count) {
        free += count;
        room.signalAll();
    }

    /**
     * Bytes of one request, in the order in which they were added. Every method but {@link #close} fails with
     * {@code BUSY} when the bytes were lost to a quicker client. Used by one thread at a time.
     */
    final class Held implements AutoCloseable {

        private final Deque<byte[]> pieces = new ArrayDeque<>();
        private long size;
        private long counted;
        private long moved;
        private int inHand;
        /** Since when the client is waited for; null when it is not. */
        private @Nullable Instant since;

        private boolean lost;

        private Held() {}

        /**
         * Adds bytes; while the client is waited for, when there is room for them.
         *
         * @param piece at most {@value #PIECE} bytes, which belong to this from now on
         */
        void add(byte[] piece) {
            lock.lock();
            try {
                requireHeld();
                if (since != null) {
                    countUpTo(size + piece.length, maxWait.toNanos());
                }
                pieces.add(piece);
                size += piece.length;
            } finally {
                lock.unlock();
            }
        }

        /** How many bytes are held. */
        long size() {
            lock.lock();
            try {
                requireHeld();
                return size;
            } finally {
                lock.unlock();
            }
        }

        /** From now on the client is waited for, and may be found slow; returns when there is room for what is held. */
        void awaitClient() {
            lock.lock();
            try {
                requireHeld();
                countUpTo(size, Long.MAX_VALUE);
                since = clock.instant();
                moved = 0;
            } finally {
                lock.unlock();
            }
        }

        /** The client has sent bytes. */
        void received(int count) {
            lock.lock();
            try {
                requireHeld();
                moved += count;
            } finally {
                lock.unlock();
            }
        }

        /** The client is not waited for any longer, and nothing is lost. */
        void settle() {
            lock.lock();
            try {
                requireHeld();
                since = null;
            } finally {
                lock.unlock();
            }
        }

        /**
         * Hands out the first piece, which counts as moved when the next one is called for.
         *
         * @return null behind the last one
         */
        byte @Nullable [] next() {
            lock.lock();
            try {
                requireHeld();
                moved += inHand;
                byte[] piece = pieces.poll();
                inHand = piece == null ? 0 : piece.length;
                size -= inHand;
                count(Math.min(counted, size));
                return piece;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                pieces.clear();
                count(0);
            } finally {
                lock.unlock();
            }
        }

        private void countUpTo(long bytes, long mostNanos) {
            long more = Math.clamp(bytes - PIECE, 0, capacity) - counted;
            if (more > 0) {
                try {
                    take(more, mostNanos, this);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
                }
                counted += more;
                holders.add(this);
            }
        }

        private void lose() {
            lost = true;
            pieces.clear();
            count(0);
        }

        private void count(long bytes) {
            give(counted - bytes);
            counted = bytes;
            if (bytes == 0) {
                holders.remove(this);
            }
        }

        /** Time in which it was not the client who was waited for. */
        private void forgive(Duration time) {
            since = since == null ? null : since.plus(time);
        }

        private boolean isKnown(Instant now) {
            return since != null && Duration.between(since, now).compareTo(GRACE) >= 0;
        }

        /** In bytes a second. */
        private double pace(Instant now) {
            double nanos = Duration.between(Objects.requireNonNull(since), now).toNanos();
            return moved * (double) TimeUnit.SECONDS.toNanos(1) / nanos;
        }

        private void requireHeld() {
            if (lost) {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "The client moved " + moved + " bytes, more slowly than others, and requests of quicker clients"
                                + " needed the memory; send the request again.");
            }
        }
    }
}
