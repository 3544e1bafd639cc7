package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.transfer.memory.ChunkPool.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One budget for the whole process, counted in chunks, and the queue of those that wait for a chunk. The ledger decides
 * which may have one. Thread-safe.
 *
 * <p>Chunks are small, so that hundreds of newcomers can have one each, and lie outside the heap (docs/decisions/0002).
 */
public final class BufferBudget implements AutoCloseable {

    /** Bytes of a chunk. */
    public static final int CHUNK = ChunkPool.CHUNK;

    /** A client can become slow by doing nothing, which is not an event but may be what a waiter depends on. */
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Ledger ledger;
    private final long speedFloor;
    private final LongSupplier nanoTime;
    private final List<Waiter> newcomers = new ArrayList<>();
    private final List<Waiter> started = new ArrayList<>();
    private final ChunkPool pool;

    /** The share of one part, until it gives it back. */
    private final class Share implements Allotment {

        private final Claim claim;

        Share(Claim claim) {
            this.claim = claim;
        }

        @Override
        public boolean holdsMoreThan(int chunks) {
            lock.lock();
            try {
                return claim.held() > chunks;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void grow() {
            if (claim.need() == 0) {
                throw new IllegalStateException("a part asks for more than it has claimed");
            }
            try {
                if (!awaitChunk(claim, false, Long.MAX_VALUE)) {
                    throw new IllegalStateException("the wait for a chunk ended without one");
                }
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }

        @Override
        public Chunk takeChunk() {
            return pool.take();
        }

        @Override
        public void fill() {
            changed(claim::fill);
        }

        @Override
        public void giveBack(List<Chunk> used) {
            // First the memory, then the right to it: a waiter that is granted a chunk finds one.
            pool.giveBack(used);
            changed(() -> ledger.leave(claim));
        }
    }

    /**
     * A budget of which nothing has been taken.
     *
     * @param bytes for all parts together, counted in whole chunks
     * @param speedFloor the speed of a client, in bytes a second, below which it is slow
     */
    public BufferBudget(long bytes, long speedFloor) {
        this(bytes, speedFloor, System::nanoTime);
    }

    BufferBudget(long bytes, long speedFloor, LongSupplier nanoTime) {
        this.ledger = new Ledger(Math.toIntExact(bytes / CHUNK));
        this.pool = new ChunkPool(ledger.chunks());
        this.speedFloor = speedFloor;
        this.nanoTime = nanoTime;
    }

    /**
     * How many bytes there are in all.
     *
     * @return held or not
     */
    public long total() {
        return (long) ledger.chunks() * CHUNK;
    }

    /**
     * How many bytes are free at this moment.
     *
     * @return at most {@link #total()}
     */
    public long available() {
        lock.lock();
        try {
            return (long) ledger.free() * CHUNK;
        } finally {
            lock.unlock();
        }
    }

    /** {@return how many transfers wait for a chunk at this moment} */
    public int waiting() {
        lock.lock();
        try {
            return newcomers.size() + started.size();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The meter of a new transfer's client.
     *
     * @return one that has seen no byte yet
     */
    public ClientSpeed newClient() {
        return new ClientSpeed(speedFloor, nanoTime);
    }

    /**
     * Lets in a new transfer with the first chunk of its first part.
     *
     * @param client whose bytes it will hold
     * @param capacity the most bytes that the part can have
     * @param maxWait how long to wait for the chunk
     * @return the empty part, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#BUSY} when no chunk becomes free in time, {@link ErrorCode#TOO_LARGE}
     *     when the budget can never hold the part, {@link ErrorCode#SHUTTING_DOWN} when the thread is interrupted
     */
    public PartBuffer admit(ClientSpeed client, long capacity, Duration maxWait) {
        Claim claim = new Claim(chunksFor(capacity), true, client::grade);
        try {
            if (!awaitChunk(claim, true, maxWait.toNanos())) {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "The " + total() + " bytes of memory for transfers stayed in use for " + maxWait.toMillis()
                                + " ms; send the request again.");
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        return new PartBuffer(new Share(claim), capacity);
    }

    /**
     * Room for the next part of a transfer that was let in, which holds nothing yet.
     *
     * @param client whose bytes it will hold
     * @param capacity the most bytes that the part can have
     * @return the empty part, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#TOO_LARGE} when the budget can never hold the part
     */
    public PartBuffer next(ClientSpeed client, long capacity) {
        Claim claim = new Claim(chunksFor(capacity), false, client::grade);
        lock.lock();
        try {
            ledger.enter(claim);
        } finally {
            lock.unlock();
        }
        return new PartBuffer(new Share(claim), capacity);
    }

    /**
     * Reserves room for bytes that are read ahead of need: all of it at once, without waiting, and only from memory
     * that leaves half of the budget free for transfers that cannot continue without any.
     *
     * @param capacity the most bytes that the buffer can have
     * @return to be closed by the caller; null when there is no room
     */
    public @Nullable PartBuffer tryReserve(long capacity) {
        if (capacity > total()) {
            return null;
        }
        Claim claim = new Claim(chunksFor(capacity), false, newClient()::grade);
        lock.lock();
        try {
            return ledger.tryReserve(claim) ? new PartBuffer(new Share(claim), capacity) : null;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the memory to the operating system, once it is no longer in use. */
    @Override
    public void close() {
        pool.close();
    }

    private void changed(Runnable change) {
        lock.lock();
        try {
            change.run();
            serve();
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitChunk(Claim claim, boolean newcomer, long nanos) throws InterruptedException {
        List<Waiter> queue = newcomer ? newcomers : started;
        lock.lockInterruptibly();
        try {
            // Newcomers have no order but the one in which they came.
            if ((!newcomer || newcomers.isEmpty()) && tryServe(claim, newcomer)) {
                return true;
            }
            Waiter waiter = new Waiter(claim, lock.newCondition());
            queue.add(waiter);
            try {
                long left = nanos;
                while (!waiter.isServed() && left > 0) {
                    long step = Math.min(left, LOOK_AGAIN);
                    left -= step - waiter.served().awaitNanos(step);
                    if (!waiter.isServed()) {
                        serve();
                    }
                }
                return waiter.isServed();
            } catch (InterruptedException e) {
                if (waiter.isServed() && newcomer) {
                    ledger.leave(claim);
                    serve();
                }
                throw e;
            } finally {
                if (queue.remove(waiter)) {
                    serve();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Serves all waiters that it can: newcomers first, which want little; the ledger orders the others. */
    private void serve() {
        serve(newcomers, true);
        serve(started, false);
    }

    private void serve(List<Waiter> queue, boolean newcomer) {
        for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext() && ledger.free() > 0; ) {
            Waiter waiter = waiters.next();
            if (tryServe(waiter.claim(), newcomer)) {
                waiter.serve();
                waiters.remove();
            } else if (newcomer) {
                return;
            }
        }
    }

    private boolean tryServe(Claim claim, boolean newcomer) {
        return newcomer ? ledger.tryAdmit(claim) : ledger.tryGrow(claim);
    }

    private static GatewayException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", cause);
    }

    private int chunksFor(long capacity) {
        long needed = Math.ceilDiv(capacity, (long) CHUNK);
        if (needed > ledger.chunks()) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE,
                    "A part of " + capacity + " bytes is required; the memory for transfers is " + total() + " bytes.");
        }
        return (int) Math.max(1, needed);
    }
}
