package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.transfer.WatchedStreams.Request;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Downloads with a clock of their own: time passes only where a test lets it, in reads of the store or in writes to the client. */
final class AheadFixture implements AutoCloseable {

    static final long MEBIBYTE = 1 << 20;

    /** The size of most objects here: seven ranges and a bit. */
    static final long SIZE = 60 * MEBIBYTE + 12_345;

    /** 2 MB/s. */
    static final long SLOW_NANOS_PER_BYTE = 500;

    /** Bytes a second, of all downloads. */
    static final long ENOUGH = 256 * MEBIBYTE;

    private static final int CONNECTIONS = 16;

    final MemoryObjectStore store = MemoryObjectStore.keepingSums();
    final UploadFixture uploads = new UploadFixture(store);
    final AtomicLong nanoTime = new AtomicLong();
    final WatchedStreams streams = new WatchedStreams();
    final BufferBudget budget = new BufferBudget(256 * MEBIBYTE, 1);
    final PrefetchAllowance allowance = allowance(budget::tryReserve);
    final Downloads downloads = new Downloads(store, Duration.ZERO, allowance);

    /** Opens some bytes of the object. */
    interface Source {
        InputStream open(long first, long length);
    }

    /** Something that may be interrupted. */
    interface Action {
        void run() throws IOException;
    }

    /** Its downloads wait for their ranges when they end, however busy the machine is. */
    PrefetchAllowance allowance(PrefetchAllowance.Memory memory) {
        return new PrefetchAllowance(memory, 8, CONNECTIONS, ENOUGH, nanoTime::get, HANGS);
    }

    void put(long size) {
        uploads.upload("it", OptionalLong.of(size), Generated.ofLength(size));
    }

    void serve(Source source) {
        store.hooks().serveFrom((first, length) -> streams.watch(first, length, source.open(first, length)));
    }

    void download(ComparingClient to) throws IOException {
        try (Download download = downloads.open(key("it"))) {
            download.writeTo(to);
        }
    }

    static Request range(long first) {
        return new Request(first, PrefetchAllowance.RANGE);
    }

    InputStream slow(long first, long length) {
        return passingTime(SLOW_NANOS_PER_BYTE, Generated.from(first, length));
    }

    InputStream passingTime(long nanosPerByte, InputStream stream) {
        return new FilterInputStream(stream) {
            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                int count = super.read(target, offset, wanted);
                nanoTime.addAndGet(Math.max(0, count) * nanosPerByte);
                return count;
            }
        };
    }

    /** Slow bytes; something happens once, when so many have been read. */
    InputStream after(long bytes, long first, long length, Action action) {
        return new FilterInputStream(slow(first, length)) {
            private long count;
            private boolean done;

            @Override
            public int read(byte[] target, int offset, int wanted) throws IOException {
                if (!done && count >= bytes) {
                    done = true;
                    action.run();
                }
                int read = super.read(target, offset, wanted);
                count += read;
                return read;
            }
        };
    }

    static InputStream failingWhenClosed(InputStream stream, RuntimeException failure) {
        return new FilterInputStream(stream) {
            @Override
            public void close() throws IOException {
                super.close();
                throw failure;
            }
        };
    }

    static void await(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(HANGS.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("nothing happened for " + HANGS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    boolean isAtRest() {
        return streams.open() == 0
                && budget.available() == budget.total()
                && allowance.freeConnections() == CONNECTIONS;
    }

    /** What is true as soon as a download is closed. */
    void assertAtRest() {
        assertThat(streams.open()).as("open streams").isZero();
        assertThat(budget.available()).as("free memory").isEqualTo(budget.total());
        assertThat(allowance.freeConnections()).as("free connections").isEqualTo(CONNECTIONS);
    }

    @Override
    public void close() {
        uploads.close();
        budget.close();
    }
}
