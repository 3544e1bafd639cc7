package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writers that begin together over one version of one object. A round results in the version that is there after it, or
 * in nothing when more than one of them has won. For one race; used in one thread, whose request each writer belongs to.
 *
 * <p>{@link #close} waits for all writers and removes what they have left, the object included.
 */
final class WriteRace implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WriteRace.class);

    private static final ObjectAttributes ATTRIBUTES = ObjectAttributes.ofType("application/octet-stream");

    private final ObjectStore store;
    private final ObjectKey key;
    private final Duration patience;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Begun and not completed. A writer may be interrupted at any time, so none of them aborts its own. */
    private final Set<MultipartUpload> open = ConcurrentHashMap.newKeySet();

    /**
     * Asks the store nothing yet.
     *
     * @param store that is tried
     * @param key of the object
     * @param patience how long writers wait for each other
     */
    WriteRace(ObjectStore store, ObjectKey key, Duration patience) {
        this.store = store;
        this.key = key;
        this.patience = patience;
    }

    /** Writes the version over which the first round goes. */
    String first() {
        return store.put(key, new Entry(0, 0), ATTRIBUTES, new WriteCondition.Always())
                .etag();
    }

    /** A round of PutObject, each after a look that opens a connection. */
    Optional<String> afterPuts(int writers, String etag, int round) {
        return after(writers, (start, writer) -> {
            Entry entry = new Entry(round, writer);
            return attempt(
                    start,
                    () -> store.head(key),
                    _ -> store.put(key, entry, ATTRIBUTES, new WriteCondition.IfMatch(etag)));
        });
    }

    /** A round of CompleteMultipartUpload. */
    Optional<String> afterCompletions(int writers, String etag, int round) {
        return after(writers, (start, writer) -> {
            Entry entry = new Entry(round, writer);
            return attempt(start, () -> send(entry), sent -> complete(sent, entry, etag));
        });
    }

    private Sent send(Entry entry) {
        MultipartUpload upload = store.beginUpload(key, ATTRIBUTES);
        open.add(upload);
        return new Sent(upload, store.uploadPart(upload, 1, entry));
    }

    private StoredVersion complete(Sent sent, Entry entry, String etag) {
        StoredVersion version = store.completeUpload(
                sent.upload(), List.of(sent.part()), entry.crc32c(), new WriteCondition.IfMatch(etag));
        open.remove(sent.upload());
        return version;
    }

    @Override
    public void close() {
        threads.close();
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

    private Optional<String> after(int count, Writer writer) {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Future<Optional<String>>> outcomes = new ArrayList<>();
        Map<String, String> context = MDC.getCopyOfContextMap();
        for (int number = 1; number <= count; number++) {
            int own = number;
            outcomes.add(threads.submit(() -> {
                // Threads of their own, so nothing has to be put back.
                MDC.setContextMap(context == null ? Map.of() : context);
                return writer.write(start, own);
            }));
        }
        List<String> winners = new ArrayList<>();
        try {
            for (Future<Optional<String>> outcome : outcomes) {
                outcome.get().ifPresent(winners::add);
            }
        } catch (ExecutionException e) {
            throw failureOf(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        }
        if (winners.size() > 1) {
            return Optional.empty();
        }
        // None wins where the store tells all of them to send again.
        return Optional.of(winners.isEmpty() ? store.head(key).etag() : winners.getFirst());
    }

    private static GatewayException failureOf(ExecutionException failed) {
        if (failed.getCause() instanceof GatewayException failure) {
            return failure;
        }
        if (failed.getCause() instanceof TimeoutException) {
            return new GatewayException(
                    ErrorCode.STORE_TIMEOUT,
                    "The store did not respond to a trial of conditional writes in time.",
                    failed);
        }
        return new GatewayException(
                ErrorCode.INTERNAL,
                "Trying the store's conditional writes failed inside the gateway.",
                failed.getCause());
    }

    /** The version that was written; empty when another writer was first. */
    private <P> Optional<String> attempt(CyclicBarrier start, Callable<P> preparation, Function<P, StoredVersion> write)
            throws Exception {
        P prepared;
        try {
            prepared = preparation.call();
        } finally {
            // Whoever fails, in whatever way, still lets the others begin.
            start.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        }
        try {
            return Optional.of(write.apply(prepared).etag());
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED || e.code() == ErrorCode.WRITE_CONFLICT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** What one writer does in a round. */
    private interface Writer {
        Optional<String> write(CyclicBarrier start, int number) throws Exception;
    }

    private record Sent(MultipartUpload upload, UploadedPart part) {}

    /** What one writer writes in one round; no two are the same, so no version comes twice. */
    private record Entry(int round, int writer) implements Payload {

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
