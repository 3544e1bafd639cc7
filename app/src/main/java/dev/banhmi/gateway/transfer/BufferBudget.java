package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/*
 * One budget for the whole process, counted in chunks. A part reserves all its chunks before its first byte is read, so that
 * two half-filled parts never wait for each other; a full part waits for nothing but the store and gives its chunks back.
 *
 * Chunks are small enough (256 KiB) not to be humongous objects for G1 with 1 MiB regions, are used again while anything is
 * going on, and are dropped when everything has come to rest, so that an idle gateway holds no memory for transfers.
 */
final class BufferBudget {

    static final int CHUNK = 256 * 1024;

    private final int chunks;
    private final Semaphore free;
    private final Queue<byte[]> pool = new ConcurrentLinkedQueue<>();

    BufferBudget(long bytes) {
        this.chunks = Math.toIntExact(bytes / CHUNK);
        this.free = new Semaphore(chunks, true);
    }

    /** How many bytes there are in all. */
    long total() {
        return (long) chunks * CHUNK;
    }

    /** How many bytes nobody has reserved at this moment. */
    long available() {
        return (long) free.availablePermits() * CHUNK;
    }

    /** Reserves room for a new transfer, which is refused when there is none in time. */
    PartBuffer admit(long capacity, Duration maxWait) {
        int needed = chunksFor(capacity);
        try {
            if (!free.tryAcquire(needed, maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "All " + total() + " bytes of memory for transfers stayed in use for " + maxWait.toMillis()
                                + " ms; send the request again.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
        return new PartBuffer(this, needed);
    }

    /** Reserves room for the next part of a transfer that was admitted; waits as long as it takes. */
    PartBuffer next(long capacity) throws InterruptedException {
        int needed = chunksFor(capacity);
        free.acquire(needed);
        return new PartBuffer(this, needed);
    }

    /**
     * Reserves room for bytes that are read ahead of need: all of it at once, without waiting, and only from memory that leaves
     * half of the budget free for transfers that cannot go on without any.
     *
     * @return null when there is no such room
     */
    @Nullable
    PartBuffer tryReserve(long capacity) {
        long needed = Math.max(1, Math.ceilDiv(capacity, (long) CHUNK));
        if (needed > free.availablePermits() - chunks / 2 || !free.tryAcquire((int) needed)) {
            return null;
        }
        PartBuffer reserved = new PartBuffer(this, (int) needed);
        if (free.availablePermits() < chunks / 2) {
            reserved.close();
            return null;
        }
        return reserved;
    }

    byte[] takeChunk() {
        byte[] chunk = pool.poll();
        return chunk == null ? new byte[CHUNK] : chunk;
    }

    void giveBack(Iterable<byte[]> used, int reserved) {
        used.forEach(pool::add);
        free.release(reserved);
        if (free.availablePermits() == chunks) {
            pool.clear();
        }
    }

    private int chunksFor(long capacity) {
        long needed = Math.ceilDiv(capacity, (long) CHUNK);
        if (needed > chunks) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE,
                    "A part of " + capacity + " bytes is needed; the memory for transfers is " + total() + " bytes.");
        }
        return (int) Math.max(1, needed);
    }
}
