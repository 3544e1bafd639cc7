package dev.banhmi.gateway.transfer.prefetch;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectContent;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.OpenRange;
import dev.banhmi.gateway.store.Tries;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some bytes of one version of an object, as one stream. When the store stops in the middle, the rest is requested
 * again, pinned to the same version, and the reader notices nothing but the time. Used by one thread, except for
 * {@link #cancel}.
 */
public final class PinnedRead extends InputStream {

    private static final Logger log = LoggerFactory.getLogger(PinnedRead.class);

    private final ObjectStore store;
    private final ObjectKey key;
    private final ObjectInfo info;
    private final Duration retryPause;
    private final LongAdder arrived;
    private long position;
    private long end;
    private long contentEnd;
    private @Nullable ObjectContent content;
    private volatile boolean cancelled;

    /**
     * Requests nothing of the store until bytes are read.
     *
     * @param store where the object is
     * @param key of the object
     * @param info of the version
     * @param first position of the first byte
     * @param end behind the last byte
     * @param retryPause before the rest is requested again; doubled each time
     * @param arrived counts the bytes
     */
    public PinnedRead(
            ObjectStore store,
            ObjectKey key,
            ObjectInfo info,
            long first,
            long end,
            Duration retryPause,
            LongAdder arrived) {
        this.store = store;
        this.key = key;
        this.info = info;
        this.position = first;
        this.end = end;
        this.retryPause = retryPause;
        this.arrived = arrived;
    }

    /**
     * The read of a whole object, or a range of one, that was just opened.
     *
     * @param opened closed with this
     * @param store where the object is
     * @param key of the object
     * @param retryPause before the rest is requested again; doubled each time
     * @param arrived counts the bytes
     * @return at the first byte
     */
    public static PinnedRead of(
            OpenRange opened, ObjectStore store, ObjectKey key, Duration retryPause, LongAdder arrived) {
        ObjectInfo info = opened.content().info();
        long end = opened.first() + opened.length();
        PinnedRead read = new PinnedRead(store, key, info, opened.first(), end, retryPause, arrived);
        read.content = opened.content();
        read.contentEnd = end;
        return read;
    }

    /** Asks the store for the first bytes, and throws what it throws. */
    public void start() {
        if (content == null && position < end) {
            ObjectContent opened = store.getRange(key, info.etag(), position, end - 1);
            if (opened.info().size() != info.size()) {
                opened.close();
                throw new GatewayException(
                        ErrorCode.STORE_FAULT,
                        "The store says that the same version of the object has " + info.size() + " bytes, and "
                                + opened.info().size() + ".");
            }
            content = opened;
            contentEnd = end;
        }
    }

    /**
     * Another read of the same object, with the same pauses and count.
     *
     * @param first position of the first byte
     * @param last position of the last byte
     * @return nothing is requested of the store yet
     */
    public PinnedRead forRange(long first, long last) {
        return new PinnedRead(store, key, info, first, last + 1, retryPause, arrived);
    }

    /**
     * Lets the stream end earlier than it was opened for.
     *
     * @param newEnd behind the last byte that is wanted
     */
    public void endAt(long newEnd) {
        end = Math.min(end, newEnd);
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Reads what has arrived, at least one byte.
     *
     * @throws GatewayException when the store has stopped sending and does not resume, when it sends more than it has
     *     announced, instead of the last bytes, and what it throws
     */
    @Override
    public int read(byte[] target, int offset, int wanted) {
        Objects.checkFromIndexSize(offset, wanted, target.length);
        if (position == end) {
            return -1;
        }
        int most = (int) Math.min(wanted, end - position);
        int count = tryRead(target, offset, most, 0);
        for (int failures = 1; count < 0; failures++) {
            pause(failures);
            count = tryRead(target, offset, most, failures);
        }
        position += count;
        arrived.add(count);
        if (position == contentEnd) {
            readToItsEnd();
        }
        return count;
    }

    /**
     * The store's client takes a connection back only once it has seen the end, which has been reached by now and
     * causes no wait. When bytes follow, nobody knows which of them are the object's.
     */
    private void readToItsEnd() {
        try {
            if (content != null && content.stream().read() >= 0) {
                close();
                throw new GatewayException(
                        ErrorCode.STORE_FAULT,
                        "The store sent more bytes than it had announced, behind byte " + contentEnd + ".");
            }
        } catch (IOException e) {
            log.debug("all bytes of {} arrived, but its connection cannot be reused", key, e);
        }
    }

    /** The next bytes, or -1 when the store stopped and can be retried. */
    private int tryRead(byte[] target, int offset, int wanted, int failuresBefore) {
        try {
            start();
            int count = content == null ? -1 : content.stream().read(target, offset, wanted);
            if (count >= 0) {
                return count;
            }
            throw new IOException("the stream ended at byte " + position + " of " + end);
        } catch (IOException e) {
            giveUpOrResume(failuresBefore, stopped(e));
        } catch (GatewayException e) {
            giveUpOrResume(mayPass(e.code()) ? failuresBefore : Tries.OF_A_READ, e);
        }
        return -1;
    }

    private static boolean mayPass(ErrorCode code) {
        return switch (code) {
            case STORE_UNAVAILABLE, STORE_UNREACHABLE, STORE_THROTTLED, STORE_TIMEOUT, BUSY -> true;
            default -> false;
        };
    }

    private void giveUpOrResume(int failuresBefore, GatewayException failure) {
        close();
        if (cancelled || failuresBefore + 1 >= Tries.OF_A_READ) {
            throw failure;
        }
        log.info("reading of {} resumes at byte {} after: {}", key, position, failure.getMessage());
    }

    private void pause(int failures) {
        try {
            Thread.sleep(retryPause.multipliedBy(1L << (failures - 1)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
    }

    private GatewayException stopped(IOException cause) {
        return new GatewayException(
                ErrorCode.STORE_UNAVAILABLE,
                "The store stopped sending after " + position + " of " + info.size() + " bytes.",
                cause);
    }

    /** Makes the next failure final: for another thread, which then interrupts the one that reads. */
    void cancel() {
        cancelled = true;
    }

    /** Drops what the store has not sent yet; a later read requests it again. */
    @Override
    public void close() {
        if (content != null) {
            content.close();
            content = null;
        }
    }
}
