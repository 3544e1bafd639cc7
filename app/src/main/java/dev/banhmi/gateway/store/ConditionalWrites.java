package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows of each bucket whether its store lets only one of several writers over the same version win
 * ({@code If-Match}), which is what the gateway promises its callers. Thread-safe.
 *
 * <p>S3 does; some stores compare first and write later, and then acknowledge writes that are lost. Nothing but a race
 * tells them apart, so one is run at the bucket's first conditional write: {@value #WRITERS} writers, {@value #ROUNDS}
 * rounds, on an object of its own under {@value #PLACE} that is removed afterwards. The verdict holds until the process
 * ends. A race that is disturbed (the store fails, or denies it) is no verdict: its failure is that of the write that
 * wanted to know, and the next one races again.
 */
public final class ConditionalWrites {
    /*
     * Writers that begin together make a careless store show itself, over connections that are open already: so each
     * round begins with a look by all. Bodies are short, because a store that refuses one before it has read it may
     * close the connection, and its refusal be lost.
     *
     * Tried on 2026-11-30, with 24 buckets each: s3proxy 4.1.0 showed itself in all, S3Mock 5.2.0 in about half.
     */

    /** Reserved in every bucket. */
    static final String PLACE = ".banhmi/races/";

    static final int WRITERS = 8;
    static final int ROUNDS = 3;

    private static final Logger log = LoggerFactory.getLogger(ConditionalWrites.class);

    private static final int BODY = 1024;

    private static final ObjectAttributes ATTRIBUTES = ObjectAttributes.ofType("application/octet-stream");

    private final ObjectStore store;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    /**
     * Asks the store nothing yet.
     *
     * @param store where the buckets are
     */
    public ConditionalWrites(ObjectStore store) {
        this.store = store;
    }

    /**
     * Returns if a write over one version of an object excludes all others; the first caller for a bucket has it tried,
     * and others wait for that.
     *
     * @param bucket the S3 bucket
     * @throws GatewayException {@link ErrorCode#CONDITION_UNSUPPORTED} when it does not, and what the store throws when
     *     it cannot be tried
     */
    public void requireExclusion(String bucket) {
        if (!verdicts.computeIfAbsent(bucket, Verdict::new).excludes()) {
            throw new GatewayException(
                    ErrorCode.CONDITION_UNSUPPORTED,
                    "The store of bucket " + bucket + " lets several writers over the same version win, so If-Match and"
                            + " If-Unmodified-Since cannot be kept; nothing was changed.");
        }
    }

    /** Of one bucket. */
    private final class Verdict {

        private final String bucket;
        private @Nullable Boolean known;

        Verdict(String bucket) {
            this.bucket = bucket;
        }

        synchronized boolean excludes() {
            if (known == null) {
                known = race(new ObjectKey(bucket, PLACE + UUID.randomUUID()));
                if (known) {
                    log.info("bucket {}: of {} writers over one version one wins", bucket, WRITERS);
                } else {
                    log.warn(
                            "bucket {}: the store lets several writers over the same version win, so writes and deletes with"
                                    + " If-Match or If-Unmodified-Since are refused with {}; use a store that compares"
                                    + " and writes in one step, as S3 does",
                            bucket,
                            ErrorCode.CONDITION_UNSUPPORTED);
                }
            }
            return known;
        }
    }

    private boolean race(ObjectKey key) {
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            String etag = store.put(key, new Entry(0, 0), ATTRIBUTES, new WriteCondition.Always())
                    .etag();
            for (int round = 1; round <= ROUNDS; round++) {
                List<String> winners = winners(writers, key, etag, round);
                if (winners.size() > 1) {
                    return false;
                }
                // None wins where the store tells all of them to send again, or the winner's response was lost.
                etag = winners.isEmpty() ? store.head(key).etag() : winners.getFirst();
            }
            return true;
        } finally {
            remove(key);
        }
    }

    private List<String> winners(ExecutorService writers, ObjectKey key, String etag, int round) {
        CyclicBarrier start = new CyclicBarrier(WRITERS);
        List<Future<@Nullable String>> outcomes = new ArrayList<>();
        for (int writer = 1; writer <= WRITERS; writer++) {
            Entry entry = new Entry(round, writer);
            outcomes.add(writers.submit(() -> write(start, key, etag, entry)));
        }
        List<String> winners = new ArrayList<>();
        try {
            for (Future<@Nullable String> outcome : outcomes) {
                String version = outcome.get();
                if (version != null) {
                    winners.add(version);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GatewayException failure) {
                throw failure;
            }
            throw new GatewayException(
                    ErrorCode.INTERNAL,
                    "Trying the store's conditional writes failed inside the gateway.",
                    e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
        } finally {
            outcomes.forEach(outcome -> outcome.cancel(true));
        }
        return winners;
    }

    /** The version that was written; null when another writer was first. */
    private @Nullable String write(CyclicBarrier start, ObjectKey key, String etag, Entry entry)
            throws InterruptedException, BrokenBarrierException {
        RuntimeException failure = null;
        try {
            store.head(key);
        } catch (GatewayException e) {
            failure = e;
        }
        // Whoever fails still lets the others begin.
        start.await();
        if (failure != null) {
            throw failure;
        }
        try {
            return store.put(key, entry, ATTRIBUTES, new WriteCondition.IfMatch(etag))
                    .etag();
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED || e.code() == ErrorCode.WRITE_CONFLICT) {
                return null;
            }
            throw e;
        }
    }

    private void remove(ObjectKey key) {
        try {
            store.delete(key, new WriteCondition.Always());
        } catch (GatewayException e) {
            log.warn("{} was left by a trial of the store's conditional writes and can be removed", key, e);
        }
    }

    /** What one writer writes in one round; no two are the same, so no version comes twice. */
    private record Entry(int round, int writer) implements Payload {

        private byte[] bytes() {
            return ByteBuffer.allocate(BODY).putInt(round).putInt(writer).array();
        }

        @Override
        public long length() {
            return BODY;
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
