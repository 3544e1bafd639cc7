package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The object on which conditional writes are tried, and the uploads that are to become it. A write results in its
 * version, or in nothing when the store refuses it under its condition. Thread-safe, until {@link #close} removes all.
 */
final class TrialObject implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TrialObject.class);

    private static final ObjectAttributes ATTRIBUTES = ObjectAttributes.ofType("application/octet-stream");

    /** Of no version that a store has. */
    private static final String OTHER_VERSION = "\"banhmi-no-version\"";

    private final ObjectStore store;
    private final ObjectKey key;

    /** Begun and not completed. A writer may be interrupted at any time, so none of them aborts its own. */
    private final Set<MultipartUpload> open = ConcurrentHashMap.newKeySet();

    /**
     * Asks the store nothing yet.
     *
     * @param store that is tried
     * @param key where no object is
     */
    TrialObject(ObjectStore store, ObjectKey key) {
        this.store = store;
        this.key = key;
    }

    /** The version that is there now. */
    String etag() {
        return store.head(key).etag();
    }

    /** By a single call, PutObject, under no condition. */
    String place(Entry entry) {
        return store.put(key, entry, ATTRIBUTES, new WriteCondition.Always()).etag();
    }

    /** By a single call, PutObject. */
    Optional<String> put(Entry entry, WriteCondition condition) {
        try {
            return Optional.of(store.put(key, entry, ATTRIBUTES, condition).etag());
        } catch (GatewayException e) {
            return lost(e);
        }
    }

    /** All but the last call of an upload in parts. */
    Sent send(Entry entry) {
        MultipartUpload upload = store.beginUpload(key, ATTRIBUTES);
        open.add(upload);
        return new Sent(upload, store.uploadPart(upload, 1, entry), entry.crc32c());
    }

    /** The last call of an upload in parts, CompleteMultipartUpload. */
    Optional<String> complete(Sent sent, WriteCondition condition) {
        try {
            StoredVersion version = store.completeUpload(sent.upload(), List.of(sent.part()), sent.crc32c(), condition);
            open.remove(sent.upload());
            return Optional.of(version.etag());
        } catch (GatewayException e) {
            return lost(e);
        }
    }

    boolean refusesToDeleteAnotherVersion() {
        try {
            store.delete(key, new WriteCondition.IfMatch(OTHER_VERSION));
            return false;
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED) {
                return true;
            }
            // LocalStack has no conditions on DeleteObject, and says so.
            if (StoreFailures.isNotImplemented(e)) {
                return false;
            }
            throw e;
        }
    }

    private static Optional<String> lost(GatewayException refusal) {
        if (refusal.code() == ErrorCode.PRECONDITION_FAILED || refusal.code() == ErrorCode.WRITE_CONFLICT) {
            return Optional.empty();
        }
        throw refusal;
    }

    @Override
    public void close() {
        // In an interrupted thread every call to the store fails at once. However one fails, the others are made.
        boolean interrupted = Thread.interrupted();
        try {
            open.forEach(this::abort);
            remove();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void abort(MultipartUpload upload) {
        try {
            store.abortUpload(upload);
        } catch (RuntimeException e) {
            log.warn(
                    "upload {} of {} was left by a trial of the store's conditional writes; left to the bucket's"
                            + " lifecycle rule",
                    upload.id(),
                    key,
                    e);
        }
    }

    private void remove() {
        try {
            store.delete(key, new WriteCondition.Always());
        } catch (RuntimeException e) {
            log.warn("{} was left by a trial of the store's conditional writes and can be removed", key, e);
        }
    }

    /** What {@link #complete} needs. */
    record Sent(MultipartUpload upload, UploadedPart part, Crc32c crc32c) {}

    /** What one writer writes in one round; no two are the same, so no version comes twice. */
    record Entry(int round, int writer) implements Payload {

        private static final int LENGTH = 1024;

        private byte[] bytes() {
            return ByteBuffer.allocate(LENGTH).putInt(round).putInt(writer).array();
        }

        @Override
        public long length() {
            return LENGTH;
        }

        @Override
        public Crc32c crc32c() {
            CRC32C sum = new CRC32C();
            sum.update(bytes());
            return Crc32c.of(sum);
        }

        @Override
        public InputStream newStream() {
            return new ByteArrayInputStream(bytes());
        }
    }
}
