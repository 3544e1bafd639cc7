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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writers that begin together over one version of one object. A round results in the version that is there after it, or
 * in nothing when more than one of them has won. For one race.
 *
 * @param store that is tried
 * @param key of the object
 * @param threads in which the writers run; each of them belongs to the request that wanted to know
 * @param patience how long writers wait for each other
 */
record WriteRace(ObjectStore store, ObjectKey key, ExecutorService threads, Duration patience) {

    private static final Logger log = LoggerFactory.getLogger(WriteRace.class);

    private static final ObjectAttributes ATTRIBUTES = ObjectAttributes.ofType("application/octet-stream");

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
            OwnUpload upload = new OwnUpload();
            try {
                return attempt(start, () -> upload.send(entry), part -> upload.complete(part, entry, etag));
            } finally {
                upload.abort();
            }
        });
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
        } finally {
            outcomes.forEach(outcome -> outcome.cancel(true));
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

    /** The upload of one writer. */
    private final class OwnUpload {

        private @Nullable MultipartUpload open;

        UploadedPart send(Entry entry) {
            open = store.beginUpload(key, ATTRIBUTES);
            return store.uploadPart(open, 1, entry);
        }

        StoredVersion complete(UploadedPart part, Entry entry, String etag) {
            MultipartUpload upload = Objects.requireNonNull(open);
            StoredVersion version =
                    store.completeUpload(upload, List.of(part), entry.crc32c(), new WriteCondition.IfMatch(etag));
            open = null;
            return version;
        }

        void abort() {
            if (open != null) {
                try {
                    store.abortUpload(open);
                } catch (GatewayException e) {
                    log.warn(
                            "upload {} of {} was left by a trial of the store's conditional writes; left to the bucket's"
                                    + " lifecycle rule",
                            open.id(),
                            key,
                            e);
                }
            }
        }
    }

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
