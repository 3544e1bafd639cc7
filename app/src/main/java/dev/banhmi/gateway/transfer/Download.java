package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Crc32c;
import dev.banhmi.gateway.store.ObjectContent;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.OpenRange;
import dev.banhmi.gateway.transfer.prefetch.PinnedRead;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import dev.banhmi.gateway.transfer.prefetch.PrefetchPolicy;
import dev.banhmi.gateway.transfer.prefetch.PrefetchQueue;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes of one version of an object on their way to one client. When the store stops in the middle, the rest is
 * requested again, pinned to the same version, and the client notices nothing; an object that was replaced meanwhile
 * ends the download, because the rest of another version would be wrong bytes. So does a whole object whose bytes do
 * not have the CRC32C that the store reports.
 *
 * <p>Not thread-safe; closing early drops the rest at once.
 */
public final class Download implements AutoCloseable {
    /*
     * A download begins as one stream from the store to the client, and stays one while the client is no faster. When
     * the client waits for the store, the stream is cut at a boundary a little ahead, and the ranges beyond it are read
     * into memory at the same time; at the boundary the connection of the stream is dropped and the ranges follow in
     * order. When no more ranges are wanted, or there is no memory for them, those already begun are sent, and one
     * stream continues after them.
     */

    private static final Logger log = LoggerFactory.getLogger(Download.class);

    private static final int BUFFER = 64 * 1024;

    private final ObjectInfo info;
    private final PrefetchAllowance allowance;
    private final LongAdder arrived;
    private final PrefetchPolicy policy;
    private final long end;
    private final @Nullable String expectedCrc32c;
    private final CRC32C crc = new CRC32C();
    private PinnedRead stream;
    private @Nullable PrefetchQueue ranges;
    private long position;
    private long sampleBegan;
    private long waited;

    private Download(
            ObjectInfo info,
            PinnedRead stream,
            LongAdder arrived,
            long first,
            long length,
            PrefetchAllowance allowance) {
        this.info = info;
        this.stream = stream;
        this.arrived = arrived;
        this.allowance = allowance;
        this.policy = new PrefetchPolicy(allowance.rangesPerDownload());
        this.position = first;
        this.end = first + length;
        this.expectedCrc32c = first == 0 && length == info.size() ? info.reportedCrc32c() : null;
    }

    static Download whole(ObjectStore store, ObjectKey key, Duration retryPause, PrefetchAllowance allowance) {
        ObjectContent content = store.get(key);
        OpenRange all = new OpenRange(content, 0, content.info().size());
        return opened(all, store, key, retryPause, allowance);
    }

    static Download opened(
            OpenRange range, ObjectStore store, ObjectKey key, Duration retryPause, PrefetchAllowance allowance) {
        LongAdder arrived = new LongAdder();
        PinnedRead stream = PinnedRead.of(range, store, key, retryPause, arrived);
        return new Download(range.content().info(), stream, arrived, range.first(), range.length(), allowance);
    }

    static Download part(
            ObjectStore store,
            ObjectKey key,
            ObjectInfo info,
            long first,
            long length,
            Duration retryPause,
            PrefetchAllowance allowance) {
        LongAdder arrived = new LongAdder();
        PinnedRead stream = new PinnedRead(store, key, info, first, first + length, retryPause, arrived);
        return new Download(info, stream, arrived, first, length, allowance);
    }

    /**
     * What is being read.
     *
     * @return the object's facts
     */
    public ObjectInfo info() {
        return info;
    }

    /**
     * How far into the object the next byte is.
     *
     * @return at first the position of the first byte that was requested
     */
    public long position() {
        return position;
    }

    /**
     * How many bytes are still to be written.
     *
     * @return at first as many as were requested
     */
    public long remaining() {
        return end - position;
    }

    /**
     * Asks the store for the first bytes, so that its refusal can still be reported.
     *
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the object was replaced since it was looked
     *     at, and what the store throws
     */
    public void start() {
        stream.start();
    }

    /**
     * Writes all bytes that were requested. When this throws, fewer were written, and the caller must make that visible
     * to the client.
     *
     * @param client takes the bytes; not closed
     * @throws IOException when the client is gone
     * @throws GatewayException when the store has stopped sending and does not resume, {@link ErrorCode#STORE_FAULT}
     *     when the bytes of a whole object do not have the CRC32C that the store reports,
     *     {@link ErrorCode#PRECONDITION_FAILED} when the object was replaced meanwhile
     */
    public void writeTo(OutputStream client) throws IOException {
        byte[] buffer = new byte[BUFFER];
        sampleBegan = allowance.nanoTime();
        long now = sampleBegan;
        while (position < end) {
            int count = read(buffer);
            waited += allowance.nanoTime() - now;
            verifyEnd(buffer, count);
            client.write(buffer, 0, count);
            position += count;
            now = allowance.nanoTime();
            if (now - sampleBegan >= PrefetchPolicy.SAMPLE_NANOS) {
                adjust(now - sampleBegan);
                sampleBegan = now;
                waited = 0;
            }
        }
    }

    private int read(byte[] buffer) throws IOException {
        int count = stream.read(buffer, 0, buffer.length);
        if (count < 0 && ranges != null) {
            stream.close();
            fillUp(ranges);
            count = ranges.read(buffer);
            if (count < 0) {
                log.debug("{} continues as one stream at byte {} of {}", info.etag(), position, end);
                ranges.close();
                ranges = null;
                policy.refusedBeyond(0);
                stream = stream.forRange(position, end - 1);
                count = stream.read(buffer, 0, buffer.length);
            }
        }
        return count;
    }

    /** Opens as many ranges as the policy wants after what was measured. */
    private void adjust(long nanos) {
        long bytes = arrived.sumThenReset();
        boolean enough = allowance.isEnoughWith(bytes);
        int wanted = policy.after(nanos, waited, bytes);
        if (ranges == null && enough) {
            policy.refusedBeyond(0);
            return;
        }
        if (wanted == 0) {
            return;
        }
        PrefetchQueue queue = ranges;
        if (queue == null) {
            long boundary = Math.ceilDiv(position + PrefetchAllowance.RANGE / 2, PrefetchAllowance.RANGE)
                    * PrefetchAllowance.RANGE;
            if (end - boundary < PrefetchAllowance.RANGE) {
                policy.refusedBeyond(0);
                return;
            }
            queue = new PrefetchQueue(allowance, stream, boundary, end);
            // Before the first range begins: whatever happens then, close() ends it.
            ranges = queue;
            if (queue.fillUp(wanted) == 0) {
                // No second try in this queue, which nobody reads or closes any longer.
                ranges = null;
                policy.refusedBeyond(0);
                return;
            }
            log.debug("{} is read in ranges from byte {} of {}", info.etag(), boundary, end);
            stream.endAt(boundary);
        }
        fillUp(queue);
    }

    private void fillUp(PrefetchQueue queue) {
        int wanted = policy.ranges();
        int open = queue.fillUp(wanted);
        if (open < wanted && queue.hasRangesLeft()) {
            policy.refusedBeyond(open);
        }
    }

    /** The last bytes of a whole object go out only if all of them have the sum that the store reports. */
    private void verifyEnd(byte[] buffer, int count) {
        if (expectedCrc32c == null) {
            return;
        }
        crc.update(buffer, 0, count);
        if (position + count == end) {
            Crc32c computed = Crc32c.of(crc);
            if (!computed.isReportedAs(expectedCrc32c)) {
                close();
                throw new GatewayException(
                        ErrorCode.STORE_FAULT,
                        "The store sent bytes with the CRC32C " + computed.base64() + " and reports " + expectedCrc32c
                                + ".");
            }
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } finally {
            if (ranges != null) {
                ranges.close();
            }
        }
    }
}
