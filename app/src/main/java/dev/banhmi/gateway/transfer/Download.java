package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectContent;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes of one version of an object on their way to one client. When the store stops in the middle, the rest is asked for again,
 * pinned to the same version, and the client notices nothing; an object that was replaced meanwhile ends the download, because
 * the rest of another version would be wrong bytes. A whole object whose CRC32C the store knows is compared with it before its
 * last bytes go out, so that other bytes than were stored never look like a whole object.
 *
 * <p>Not thread-safe; closing early gives up the rest at once.
 */
public final class Download implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Download.class);

    private static final int BUFFER = 64 * 1024;

    /** How often in a row the store may stop without having sent a byte. */
    private static final int TRIES = 4;

    private final ObjectStore store;
    private final ObjectKey key;
    private final ObjectInfo info;
    private final long end;
    private final Duration retryPause;
    private final CRC32C sum = new CRC32C();
    private final @Nullable String expectedSum;
    private long position;
    private @Nullable ObjectContent content;

    private Download(ObjectStore store, ObjectKey key, ObjectInfo info, long first, long length, Duration retryPause) {
        this.store = store;
        this.key = key;
        this.info = info;
        this.position = first;
        this.end = first + length;
        this.retryPause = retryPause;
        // Of a range there is no sum to compare with.
        this.expectedSum =
                first == 0 && length == info.size() ? info.checksums().get("crc32c") : null;
    }

    static Download whole(ObjectStore store, ObjectKey key, Duration retryPause) {
        ObjectContent content = store.get(key);
        ObjectInfo info = content.info();
        Download download = new Download(store, key, info, 0, info.size(), retryPause);
        download.content = content;
        return download;
    }

    static Download part(
            ObjectStore store, ObjectKey key, ObjectInfo info, long first, long length, Duration retryPause) {
        return new Download(store, key, info, first, length, retryPause);
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
     * Asks the store for the first bytes, so that its refusal can still be answered.
     *
     * @throws GatewayException {@link ErrorCode#PRECONDITION_FAILED} when the object was replaced since it was looked at, and
     *     what the store throws
     */
    public void start() {
        if (content == null && position < end) {
            content = store.getRange(key, info.etag(), position, end - 1);
        }
    }

    /**
     * Writes all bytes that were asked for. When this throws, fewer were written, and the caller has to make that visible to the
     * client.
     *
     * @param client takes the bytes; not closed
     * @throws IOException when the client is gone
     * @throws GatewayException when the store has stopped sending and does not go on, {@link ErrorCode#PRECONDITION_FAILED} when
     *     the object was replaced meanwhile
     */
    public void writeTo(OutputStream client) throws IOException {
        byte[] buffer = new byte[BUFFER];
        int failures = 0;
        while (position < end) {
            int count = read(buffer, failures);
            if (count < 0) {
                failures++;
                pause(failures);
            } else {
                failures = 0;
                verify(buffer, count);
                client.write(buffer, 0, count);
                position += count;
            }
        }
    }

    private void verify(byte[] buffer, int count) {
        if (expectedSum == null) {
            return;
        }
        sum.update(buffer, 0, count);
        if (position + count < end) {
            return;
        }
        String received =
                CombinedCrc32c.EMPTY.append((int) sum.getValue(), info.size()).base64();
        if (!received.equals(expectedSum)) {
            throw new GatewayException(
                    ErrorCode.STORE_FAULT,
                    "The store sent bytes with CRC32C " + received + " of an object with " + expectedSum + ".");
        }
    }

    /** The next bytes, or -1 when the store stopped and can be asked again. */
    private int read(byte[] buffer, int failuresBefore) {
        try {
            start();
            int count = content == null
                    ? -1
                    : content.stream().read(buffer, 0, (int) Math.min(buffer.length, end - position));
            if (count >= 0) {
                return count;
            }
            throw new IOException("the stream ended at byte " + position + " of " + end);
        } catch (IOException e) {
            giveUpOrGoOn(failuresBefore, stopped(e));
        } catch (GatewayException e) {
            boolean passing = e.code() == ErrorCode.STORE_UNAVAILABLE || e.code() == ErrorCode.STORE_TIMEOUT;
            giveUpOrGoOn(passing ? failuresBefore : TRIES, e);
        }
        return -1;
    }

    private void giveUpOrGoOn(int failuresBefore, GatewayException failure) {
        close();
        if (failuresBefore + 1 >= TRIES) {
            throw failure;
        }
        log.info("reading {} goes on at byte {} after: {}", key, position, failure.getMessage());
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

    @Override
    public void close() {
        if (content != null) {
            content.close();
            content = null;
        }
    }
}
