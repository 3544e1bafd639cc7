package dev.banhmi.gateway.transfer.prefetch;

import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How much all downloads of the process together may read ahead of their clients. Thread-safe. */
public final class PrefetchAllowance {

    /**
     * Bytes of a range, and of its memory. S3 recommends ranges of 8 to 16 MB, aligned to the parts that the object
     * came in: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html.
     */
    public static final long RANGE = 8L << 20;

    /** Bytes a second, for each CPU, from which a process does not count as waiting for its store. */
    public static final long ENOUGH_PER_CPU = 128L << 20;

    /** How long a download that ends waits for the threads of its ranges, which have been interrupted. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Memory memory;
    private final int rangesPerDownload;
    private final Semaphore connections;
    private final LongSupplier nanoTime;
    private final long enough;
    private final Duration patience;
    private long windowBegan;
    private long windowBytes;
    private double rate;

    /**
     * For all downloads of the process.
     *
     * @param budget where the memory comes from
     * @param rangesPerDownload how many a download may hold at once; 0 for none
     * @param connections how many may be read at once by all downloads
     * @param enough bytes a second of all downloads together from which no download begins to read ahead
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    public PrefetchAllowance(
            BufferBudget budget, int rangesPerDownload, int connections, long enough, LongSupplier nanoTime) {
        this(budget::tryReserve, rangesPerDownload, connections, enough, nanoTime, PATIENCE);
    }

    /**
     * For all downloads of the process.
     *
     * @param memory where it comes from
     * @param rangesPerDownload how many a download may hold at once; 0 for none
     * @param connections how many may be read at once by all downloads
     * @param enough bytes a second of all downloads together from which no download begins to read ahead
     * @param nanoTime a clock as {@link System#nanoTime}
     * @param patience how long a download that ends waits for the threads of its ranges
     */
    public PrefetchAllowance(
            Memory memory,
            int rangesPerDownload,
            int connections,
            long enough,
            LongSupplier nanoTime,
            Duration patience) {
        this.memory = memory;
        this.rangesPerDownload = rangesPerDownload;
        this.connections = new Semaphore(connections);
        this.enough = enough;
        this.nanoTime = nanoTime;
        this.patience = patience;
        this.windowBegan = nanoTime.getAsLong();
    }

    /**
     * How many ranges a download may hold at once.
     *
     * @return 0 for none
     */
    public int rangesPerDownload() {
        return rangesPerDownload;
    }

    /**
     * The clock of all downloads.
     *
     * @return as {@link System#nanoTime}
     */
    public long nanoTime() {
        return nanoTime.getAsLong();
    }

    /**
     * Counts what a download has brought since it was last counted.
     *
     * @param bytes since then
     * @return whether all of them together bring enough: a download that waits then may just be waiting for this
     *     machine, which more connections would only slow down
     */
    public synchronized boolean isEnoughWith(long bytes) {
        windowBytes += bytes;
        long nanos = nanoTime() - windowBegan;
        if (nanos >= PrefetchPolicy.SAMPLE_NANOS) {
            rate = windowBytes * 1e9 / nanos;
            windowBytes = 0;
            windowBegan += nanos;
        }
        return rate >= enough;
    }

    /**
     * Begins to read a range if memory and a connection are free at this moment.
     *
     * @param source of {@code length} bytes, closed by the range
     * @param length up to {@link #RANGE}
     * @return null when they are not; nothing was requested of the store then
     */
    @Nullable
    PrefetchedRange tryStart(PinnedRead source, long length) {
        if (!connections.tryAcquire()) {
            return null;
        }
        Deque<PartBuffer> slices = new ArrayDeque<>();
        boolean started = false;
        try {
            for (long reserved = 0; reserved < length; reserved += PrefetchedRange.SLICE) {
                PartBuffer slice = memory.tryReserve(PrefetchedRange.SLICE);
                if (slice == null) {
                    return null;
                }
                slices.add(slice);
            }
            PrefetchedRange range = PrefetchedRange.start(source, slices, connections::release);
            started = true;
            return range;
        } finally {
            if (!started) {
                slices.forEach(PartBuffer::close);
                connections.release();
            }
        }
    }

    /** How long a download that ends waits for the threads of its ranges. */
    Duration patience() {
        return patience;
    }

    /**
     * How many more ranges could be read now.
     *
     * @return 0 or more
     */
    public int freeConnections() {
        return connections.availablePermits();
    }

    /** Memory that nobody waits for, as {@link BufferBudget#tryReserve}. */
    @FunctionalInterface
    public interface Memory {
        /**
         * Reserves all of it or none.
         *
         * @param capacity the most bytes that the buffer can have
         * @return to be closed by the caller; null when there is no room
         */
        @Nullable
        PartBuffer tryReserve(long capacity);
    }
}
