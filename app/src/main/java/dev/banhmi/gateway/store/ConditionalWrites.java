package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows of each bucket whether its store lets only one of several writers over the same version win
 * ({@code If-Match}), which is what the gateway promises its callers. Thread-safe.
 *
 * <p>S3 does; some stores compare first and write later, or compare in one call and ignore the condition of another,
 * and then acknowledge writes that are lost. Nothing but a race tells them apart, so one is run at the bucket's first
 * conditional write, on an object of its own under {@value #PLACE} that is removed afterwards: {@value #ROUNDS} rounds
 * of {@value #WRITERS} PutObject, one of {@value #COMPLETIONS} CompleteMultipartUpload, and a DeleteObject of another
 * version, which must be refused. A PUT needs both kinds of write, because its size decides late which of them it is; a
 * DELETE needs all three. The verdict holds until the process ends. A race that is disturbed (the store fails, or
 * denies it) is no verdict: the write that wanted to know fails, of which nothing was sent, and the next one races again.
 */
public final class ConditionalWrites {
    /*
     * Writers that begin together make a careless store show itself, over connections that are open already: so each
     * round begins with a look by all. Bodies are short, because a store that refuses one before it has read it may
     * close the connection, and its refusal be lost.
     *
     * Tried on 2026-11-30, with 24 buckets each: s3proxy 4.1.0 showed itself in all (and once not, in a run of all tests),
     * S3Mock 5.2.0 in about half.
     */

    /** Reserved in every bucket. */
    static final String PLACE = ".banhmi/races/";

    static final int WRITERS = 8;
    static final int ROUNDS = 3;
    static final int COMPLETIONS = 2;

    private static final Logger log = LoggerFactory.getLogger(ConditionalWrites.class);

    /** Of no version that a store has. */
    private static final String OTHER_VERSION = "\"banhmi-no-version\"";

    private final ObjectStore store;
    private final Duration patience;
    private final Duration maxWait;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    /** Objects that a race has placed and not removed; also the lock of what follows. */
    private final Set<ObjectKey> placed = new HashSet<>();

    private boolean ended;

    /** What a store keeps apart; each is more than the one before. */
    private enum Exclusion {
        NONE,
        WRITES,
        WRITES_AND_DELETIONS
    }

    /**
     * Asks the store nothing yet.
     *
     * @param store where the buckets are
     * @param patience how long writers wait for each other to begin: as long as a call to the store may take
     * @param maxWait how long a request waits for a trial that another one runs
     */
    public ConditionalWrites(ObjectStore store, Duration patience, Duration maxWait) {
        this.store = store;
        this.patience = patience;
        this.maxWait = maxWait;
    }

    /**
     * Returns if a write over one version of an object excludes all others; the first caller for a bucket has it tried,
     * and others wait for that: its failure is theirs, too.
     *
     * @param bucket the S3 bucket
     * @throws GatewayException {@link ErrorCode#CONDITION_UNSUPPORTED} when it does not, {@link
     *     ErrorCode#SHUTTING_DOWN} after {@link #end}, {@link ErrorCode#BUSY} when another caller's trial takes too long,
     *     and what the store throws when it cannot be tried
     */
    public void requireExclusion(String bucket) {
        require(Exclusion.WRITES, bucket, "lets several writers over the same version win");
    }

    /**
     * Returns if a deletion of one version of an object excludes all writes as well.
     *
     * @param bucket the S3 bucket
     * @throws GatewayException as {@link #requireExclusion}
     */
    public void requireExclusionOfDeletions(String bucket) {
        require(Exclusion.WRITES_AND_DELETIONS, bucket, "does not keep deletions of one version apart from writes");
    }

    /** From now on nothing is tried; what a race that still runs may leave is named in the log. */
    public void end() {
        synchronized (placed) {
            ended = true;
            placed.forEach(key -> log.error(
                    "shutting down during a trial of the store's conditional writes; {} may be left and can be removed",
                    key));
        }
    }

    private void require(Exclusion required, String bucket, String fault) {
        Exclusion kept = verdicts.computeIfAbsent(bucket, Verdict::new).exclusion();
        if (kept.compareTo(required) < 0) {
            throw new GatewayException(
                    ErrorCode.CONDITION_UNSUPPORTED,
                    "The store of bucket " + bucket + " " + fault
                            + ", so If-Match and If-Unmodified-Since cannot be kept;" + " nothing was changed.");
        }
    }

    /** Of one bucket. */
    private final class Verdict {

        private final String bucket;
        /** That runs, or has ended with a verdict; one that failed is dropped. */
        private @Nullable CompletableFuture<Exclusion> trial;

        Verdict(String bucket) {
            this.bucket = bucket;
        }

        Exclusion exclusion() {
            CompletableFuture<Exclusion> own = new CompletableFuture<>();
            CompletableFuture<Exclusion> others = othersOrBegin(own);
            return others == null ? run(own) : await(others);
        }

        /** The trial that there is; null when there was none, so that it is the caller's own now. */
        private synchronized @Nullable CompletableFuture<Exclusion> othersOrBegin(CompletableFuture<Exclusion> own) {
            CompletableFuture<Exclusion> others = trial;
            if (others == null) {
                trial = own;
            }
            return others;
        }

        private synchronized void drop() {
            trial = null;
        }

        private Exclusion run(CompletableFuture<Exclusion> own) {
            try {
                Exclusion kept = race(new ObjectKey(bucket, PLACE + UUID.randomUUID()));
                log(kept);
                own.complete(kept);
                return kept;
            } catch (Throwable e) {
                // Before anybody hears of it, so that whoever comes later tries again.
                drop();
                own.completeExceptionally(e);
                throw e;
            }
        }

        private Exclusion await(CompletableFuture<Exclusion> running) {
            try {
                return running.get(maxWait.toNanos(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof GatewayException failure
                        ? new GatewayException(failure.code(), failure.getMessage(), failure)
                        : notTried(ErrorCode.INTERNAL, bucket, e.getCause());
            } catch (TimeoutException e) {
                throw new GatewayException(
                        ErrorCode.BUSY,
                        "The store's conditional writes were still being tried in bucket " + bucket + " after "
                                + maxWait.toSeconds() + " s; nothing was changed, send the request again.",
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.", e);
            }
        }

        private void log(Exclusion kept) {
            switch (kept) {
                case NONE ->
                    log.warn(
                            "bucket {}: the store keeps no writers over the same version apart, so writes and"
                                    + " deletes with If-Match or If-Unmodified-Since are refused with {}; use a store"
                                    + " that compares and writes in one step, as S3 does",
                            bucket,
                            ErrorCode.CONDITION_UNSUPPORTED);
                case WRITES ->
                    log.warn(
                            "bucket {}: the store does not keep to the version named in a deletion, so deletes with If-Match"
                                    + " or If-Unmodified-Since are refused with {}",
                            bucket,
                            ErrorCode.CONDITION_UNSUPPORTED);
                case WRITES_AND_DELETIONS ->
                    log.info("bucket {}: of several writers over one version one wins", bucket);
            }
        }
    }

    private Exclusion race(ObjectKey key) {
        begin(key);
        try (WriteRace race = new WriteRace(store, key, patience)) {
            String etag = race.first();
            for (int round = 1; round <= ROUNDS; round++) {
                requireNotEnded();
                Optional<String> next = race.afterPuts(WRITERS, etag, round);
                if (next.isEmpty()) {
                    return Exclusion.NONE;
                }
                etag = next.get();
            }
            requireNotEnded();
            if (race.afterCompletions(COMPLETIONS, etag, ROUNDS + 1).isEmpty()) {
                return Exclusion.NONE;
            }
            return refusesToDeleteAnotherVersion(key) ? Exclusion.WRITES_AND_DELETIONS : Exclusion.WRITES;
        } catch (GatewayException e) {
            if (StoreFailures.isNotImplemented(e)) {
                return Exclusion.NONE;
            }
            throw notTried(key.bucket(), e);
        } finally {
            end(key);
        }
    }

    /** Nothing of the caller's own write has been sent, so its outcome is known. */
    private static GatewayException notTried(String bucket, GatewayException failure) {
        return switch (failure.code()) {
            case SHUTTING_DOWN -> failure;
            case OUTCOME_UNKNOWN -> notTried(ErrorCode.STORE_TIMEOUT, bucket, failure);
            default -> notTried(failure.code(), bucket, failure);
        };
    }

    private static GatewayException notTried(ErrorCode code, String bucket, @Nullable Throwable failure) {
        return new GatewayException(
                code,
                "The store's conditional writes could not be tried under " + PLACE + " in bucket " + bucket
                        + "; nothing was changed.",
                failure);
    }

    private boolean refusesToDeleteAnotherVersion(ObjectKey key) {
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

    private void begin(ObjectKey key) {
        synchronized (placed) {
            requireNotEnded();
            placed.add(key);
        }
    }

    private void requireNotEnded() {
        synchronized (placed) {
            if (ended) {
                throw new GatewayException(ErrorCode.SHUTTING_DOWN, "The gateway is shutting down.");
            }
        }
    }

    private void end(ObjectKey key) {
        synchronized (placed) {
            placed.remove(key);
        }
    }
}
