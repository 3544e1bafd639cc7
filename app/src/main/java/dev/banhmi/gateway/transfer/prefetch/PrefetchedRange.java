package dev.banhmi.gateway.transfer.prefetch;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.RequestId;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One range of a download that a thread of its own reads into memory. {@link #take} and {@link #cancel} are for one
 * other thread.
 */
final class PrefetchedRange {
    /*
     * A range is held in slices: a slice can be sent, and its memory released, while the rest of the range is still in
     * flight, so that a client of a very slow store does not go without a byte for as long as a range takes.
     *
     * Who closes a slice: the range's own thread as long as it may write into it, and after that the thread that has
     * taken it. A slice that was closed while the thread still wrote would go on to another transfer with bytes of this
     * one.
     */

    /** Bytes of a slice. */
    static final long SLICE = 256 * 1024;

    private final PinnedRead source;
    private final Runnable whenRead;
    private final Deque<PartBuffer> empty;
    private final Deque<PartBuffer> filled = new ArrayDeque<>();
    private final Thread thread;
    private boolean ended;
    private boolean cancelled;
    private @Nullable GatewayException failure;

    private PrefetchedRange(PinnedRead source, Deque<PartBuffer> slices, Runnable whenRead) {
        this.source = source;
        this.empty = slices;
        this.whenRead = whenRead;
        this.thread = Thread.ofVirtual().name("prefetch").unstarted(RequestId.carried(this::fill));
    }

    /**
     * Begins to read.
     *
     * @param source read to its end and closed
     * @param slices the memory for all of it, {@link #SLICE} each; given back by the range
     * @param whenRead called once, when reading has ended
     */
    static PrefetchedRange start(PinnedRead source, Deque<PartBuffer> slices, Runnable whenRead) {
        PrefetchedRange range = new PrefetchedRange(source, slices, whenRead);
        range.thread.start();
        return range;
    }

    private void fill() {
        GatewayException failed = null;
        try {
            boolean wanted = true;
            while (wanted && !empty.isEmpty()) {
                empty.getFirst().fill(source, SLICE);
                wanted = handOver(empty.removeFirst());
            }
        } catch (GatewayException e) {
            failed = e;
        } catch (IOException | RuntimeException | Error e) {
            failed = new GatewayException(ErrorCode.INTERNAL, "Reading the object failed inside the gateway.", e);
        } finally {
            release(failed);
        }
    }

    /** Whatever cannot be closed, the connection is given back, and nobody waits for this range any longer. */
    private void release(@Nullable GatewayException failed) {
        try {
            source.close();
        } finally {
            try {
                empty.forEach(PartBuffer::close);
            } finally {
                try {
                    whenRead.run();
                } finally {
                    end(failed);
                }
            }
        }
    }

    private synchronized boolean handOver(PartBuffer slice) {
        if (cancelled) {
            slice.close();
            return false;
        }
        filled.add(slice);
        notifyAll();
        return true;
    }

    private synchronized void end(@Nullable GatewayException failed) {
        failure = failed;
        ended = true;
        notifyAll();
    }

    /**
     * Waits for the next bytes in order.
     *
     * @return to be closed by the caller; null after the last ones
     * @throws GatewayException what reading threw, once all that had arrived before has been taken
     */
    synchronized @Nullable PartBuffer take() throws InterruptedException {
        while (filled.isEmpty() && !ended) {
            wait();
        }
        PartBuffer next = filled.poll();
        if (next == null && failure != null) {
            throw failure;
        }
        return next;
    }

    /** Ends the reading; the thread releases what it still holds. */
    void cancel() {
        synchronized (this) {
            cancelled = true;
            filled.forEach(PartBuffer::close);
            filled.clear();
        }
        source.cancel();
        thread.interrupt();
    }

    /** Waits for the thread after {@link #cancel}; false when it has not ended by then. */
    boolean join(Duration limit) throws InterruptedException {
        return thread.join(limit);
    }
}
