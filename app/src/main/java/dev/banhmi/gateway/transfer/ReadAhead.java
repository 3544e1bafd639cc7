package dev.banhmi.gateway.transfer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What all downloads of the process together may read ahead of their clients. Thread-safe. */
final class ReadAhead {

    /**
     * Bytes of a range, and of its memory. S3 recommends ranges of 8 to 16 MB, aligned to the parts that the object came in:
     * <https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html>.
     */
    static final long RANGE = 8L << 20;

    /** Bytes a second, for each CPU, from which a process is not one that waits for its store. */
    static final long ENOUGH_PER_CPU = 128L << 20;

    private final BufferBudget budget;
    private final int rangesPerDownload;
    private final Semaphore connections;
    private final LongSupplier nanoTime;
    private final long enough;
    private long windowBegan;
    private long windowBytes;
    private double rate;

    /**
     * @param budget where the memory comes from
     * @param rangesPerDownload how many a download may hold at once; 0 for none
     * @param connections how many may be read at once by all downloads
     * @param enough bytes a second of all downloads together from which no download begins to read ahead
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    ReadAhead(BufferBudget budget, int rangesPerDownload, int connections, long enough, LongSupplier nanoTime) {
        this.budget = budget;
        this.rangesPerDownload = rangesPerDownload;
        this.connections = new Semaphore(connections);
        this.enough = enough;
        this.nanoTime = nanoTime;
        this.windowBegan = nanoTime.getAsLong();
    }

    int rangesPerDownload() {
        return rangesPerDownload;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
    }

    /**
     * Counts what a download has brought since it was last counted.
     *
     * @return whether all of them together bring enough: then a download that waits may as well wait for this machine, which
     *     more connections would only make slower
     */
    synchronized boolean isEnoughWith(long bytes) {
        windowBytes += bytes;
        long nanos = nanoTime() - windowBegan;
        if (nanos >= RangePolicy.SAMPLE_NANOS) {
            rate = windowBytes * 1e9 / nanos;
            windowBytes = 0;
            windowBegan += nanos;
        }
        return rate >= enough;
    }

    /**
     * Begins to read a range if there is memory and a connection for it at this moment.
     *
     * @param source of {@code length} bytes, closed by the range
     * @param length up to {@link #RANGE}
     * @return null when there is not; nothing was asked of the store then
     */
    @Nullable
    RangeAhead tryStart(PinnedRead source, long length) {
        if (!connections.tryAcquire()) {
            return null;
        }
        Deque<PartBuffer> slices = new ArrayDeque<>();
        boolean started = false;
        try {
            for (long reserved = 0; reserved < length; reserved += RangeAhead.SLICE) {
                PartBuffer slice = budget.tryReserve(RangeAhead.SLICE);
                if (slice == null) {
                    return null;
                }
                slices.add(slice);
            }
            RangeAhead range = RangeAhead.start(source, slices, connections::release);
            started = true;
            return range;
        } finally {
            if (!started) {
                slices.forEach(PartBuffer::close);
                connections.release();
            }
        }
    }

    /** How many ranges could be read besides those that are. */
    int freeConnections() {
        return connections.availablePermits();
    }
}
