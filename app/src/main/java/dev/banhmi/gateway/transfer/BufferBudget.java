package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.transfer.ChunkPool.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/*
 * One budget for the whole process, counted in chunks, and the queue of those who wait for a chunk. Who may have one is decided
 * by the ledger.
 *
 * Chunks are small, so that hundreds of newcomers can each have one. Their memory lies outside the heap (docs/decisions/0070).
 */
final class BufferBudget implements AutoCloseable {

    static final int CHUNK = ChunkPool.CHUNK;

    /** A client can become slow by doing nothing, which nobody reports and which may be what somebody waits for. */
    private static final long LOOK_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Ledger ledger;
    private final long speedFloor;
    private final LongSupplier nanoTime;
    private final List<Waiter> newcomers = new ArrayList<>();
    private final List<Waiter> started = new ArrayList<>();
    private final ChunkPool pool;

    private static final class Waiter {

        private final Claim claim;
        private final Condition served;
        private boolean isServed;

        Waiter(Claim claim, Condition served) {
            this.claim = claim;
            this.served = served;
        }
    }

    /** The floor is the speed of a client, in bytes a second, below which it is slow. */
    BufferBudget(long bytes, long speedFloor) {
        this(bytes, speedFloor, System::nanoTime);
    }

    BufferBudget(long bytes, long speedFloor, LongSupplier nanoTime) {
        this.ledger = new Ledger(Math.toIntExact(bytes / CHUNK));
        this.pool = new ChunkPool(ledger.chunks());
        this.speedFloor = speedFloor;
        this.nanoTime = nanoTime;
    }

    /** How many bytes there are in all. */
    long total() {
        return (long) ledger.chunks() * CHUNK;
    }

    /** How many bytes nobody holds at this moment. */
    long available() {
        lock.lock();
        try {
            return (long) ledger.free() * CHUNK;
        } finally {
            lock.unlock();
        }
    }

    /** How many transfers wait for a chunk at this moment. */
    int waiting() {
        lock.lock();
        try {
            return newcomers.size() + started.size();
        } finally {
            lock.unlock();
        }
    }

    /** The meter of a new transfer's client. */
    ClientSpeed newClient() {
        return new ClientSpeed(speedFloor, nanoTime);
    }

    /** Lets in a new transfer with the first chunk of its first part; it is refused when there is none in time. */
    PartBuffer admit(ClientSpeed client, long capacity, Duration maxWait) {
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
        return new PartBuffer(this, claim, capacity);
    }

    /** Room for the next part of a transfer that was let in, which holds nothing yet. */
    PartBuffer next(ClientSpeed client, long capacity) {
        Claim claim = new Claim(chunksFor(capacity), false, client::grade);
        lock.lock();
        try {
            ledger.enter(claim);
        } finally {
            lock.unlock();
        }
        return new PartBuffer(this, claim, capacity);
    }

    /**
     * Reserves room for bytes that are read ahead of need: all of it at once, without waiting, and only from memory that leaves
     * half of the budget free for transfers that cannot go on without any.
     *
     * @return null when there is no such room
     */
    @Nullable
    PartBuffer tryReserve(long capacity) {
        if (capacity > total()) {
            return null;
        }
        Claim claim = new Claim(chunksFor(capacity), false, newClient()::grade);
        lock.lock();
        try {
            return ledger.tryReserve(claim) ? new PartBuffer(this, claim, capacity) : null;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a part holds more than that many chunks. */
    boolean holdsMoreThan(Claim claim, int chunks) {
        lock.lock();
        try {
            return claim.held() > chunks;
        } finally {
            lock.unlock();
        }
    }

    /** One more chunk for a part that is not full; waits as long as it takes. */
    void grow(Claim claim) {
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

    /** Memory for a chunk that was granted. */
    Chunk takeChunk() {
        return pool.take();
    }

    /** Gives up what a part has claimed beyond what it holds. */
    void fill(Claim claim) {
        lock.lock();
        try {
            claim.fill();
            serve();
        } finally {
            lock.unlock();
        }
    }

    void giveBack(Claim claim, List<Chunk> used) {
        // First the memory, then the right to it: whoever is granted a chunk finds one.
        pool.giveBack(used);
        lock.lock();
        try {
            ledger.leave(claim);
            serve();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the memory back to the operating system, when nobody uses it any more. */
    @Override
    public void close() {
        pool.close();
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
                while (!waiter.isServed && left > 0) {
                    long step = Math.min(left, LOOK_AGAIN);
                    left -= step - waiter.served.awaitNanos(step);
                    if (!waiter.isServed) {
                        serve();
                    }
                }
                return waiter.isServed;
            } catch (InterruptedException e) {
                if (waiter.isServed && newcomer) {
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

    /** Serves who can be served: newcomers first, who want little; the ledger sees to the order among the others. */
    private void serve() {
        serve(newcomers, true);
        serve(started, false);
    }

    private void serve(List<Waiter> queue, boolean newcomer) {
        for (Iterator<Waiter> waiters = queue.iterator(); waiters.hasNext() && ledger.free() > 0; ) {
            Waiter waiter = waiters.next();
            if (tryServe(waiter.claim, newcomer)) {
                waiter.isServed = true;
                waiter.served.signal();
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
                    "A part of " + capacity + " bytes is needed; the memory for transfers is " + total() + " bytes.");
        }
        return (int) Math.max(1, needed);
    }
}
