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

    private final BufferBudget budget;
    private final int rangesPerDownload;
    private final Semaphore connections;
    private final LongSupplier nanoTime;

    /**
     * @param budget where the memory comes from
     * @param rangesPerDownload how many a download may hold at once; 0 for none
     * @param connections how many may be read at once by all downloads
     * @param nanoTime a clock as {@link System#nanoTime}
     */
    ReadAhead(BufferBudget budget, int rangesPerDownload, int connections, LongSupplier nanoTime) {
        this.budget = budget;
        this.rangesPerDownload = rangesPerDownload;
        this.connections = new Semaphore(connections);
        this.nanoTime = nanoTime;
    }

    int rangesPerDownload() {
        return rangesPerDownload;
    }

    long nanoTime() {
        return nanoTime.getAsLong();
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
