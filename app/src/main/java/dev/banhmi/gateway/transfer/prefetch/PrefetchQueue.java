package dev.banhmi.gateway.transfer.prefetch;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ranges of one download that are in memory or in flight, and their bytes in order. Not thread-safe. */
public final class PrefetchQueue implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(PrefetchQueue.class);

    private final PrefetchAllowance allowance;
    private final PinnedRead object;
    private final long end;
    private final Deque<PrefetchedRange> ranges = new ArrayDeque<>();
    private long next;
    private @Nullable PartBuffer slice;
    private InputStream sliceBytes = InputStream.nullInputStream();

    /**
     * Empty.
     *
     * @param allowance memory and connections
     * @param object whose ranges they are
     * @param first where the first range begins
     * @param end just past the last byte wanted
     */
    public PrefetchQueue(PrefetchAllowance allowance, PinnedRead object, long first, long end) {
        this.allowance = allowance;
        this.object = object;
        this.next = first;
        this.end = end;
    }

    /**
     * Begins further ranges until there are as many as wanted or none are left.
     *
     * @param wanted how many ranges
     * @return how many there are; fewer than wanted when there was no room or nothing left to read
     */
    public int fillUp(int wanted) {
        while (ranges.size() < wanted && next < end) {
            long last = Math.min(end, next + PrefetchAllowance.RANGE) - 1;
            PrefetchedRange range = allowance.tryStart(object.forRange(next, last), last + 1 - next);
            if (range == null) {
                return ranges.size();
            }
            ranges.add(range);
            next = last + 1;
        }
        return ranges.size();
    }

    /**
     * Whether further ranges could be begun.
     *
     * @return false when the last one has been
     */
    public boolean hasRangesLeft() {
        return next < end;
    }

    /**
     * Waits for the next bytes in order.
     *
     * @param target where they go
     * @return how many, or -1 when all ranges that were begun have been read
     * @throws GatewayException what reading the next range threw
     * @throws IOException never: the bytes are in memory
     */
    public int read(byte[] target) throws IOException {
        while (true) {
            int count = sliceBytes.read(target, 0, target.length);
            if (count >= 0) {
                return count;
            }
            closeSlice();
            PrefetchedRange first = ranges.peek();
            if (first == null) {
                return -1;
            }
            slice = take(first);
            if (slice == null) {
                ranges.remove();
            } else {
                sliceBytes = slice.newStream();
            }
        }
    }

    private static @Nullable PartBuffer take(PrefetchedRange range) {
        try {
            return range.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
    }

    private void closeSlice() {
        sliceBytes = InputStream.nullInputStream();
        if (slice != null) {
            slice.close();
            slice = null;
        }
    }

    /**
     * Cancels all ranges; when this returns, nothing is being read, also where this thread was interrupted before,
     * except by a thread that has hung inside the store's client for as long as the allowance says.
     */
    @Override
    public void close() {
        closeSlice();
        ranges.forEach(PrefetchedRange::cancel);
        // An interrupted thread would not wait.
        boolean interrupted = Thread.interrupted();
        long deadline = System.nanoTime() + allowance.patience().toNanos();
        try {
            for (PrefetchedRange range : ranges) {
                if (!range.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                    log.warn("a range is still being read {} after it was cancelled", allowance.patience());
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
            log.debug("not waiting for ranges that were cancelled", e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        ranges.clear();
    }
}
