package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
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
 * denies it) is no verdict: its failure is that of the write that wanted to know, and the next one races again.
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
     */
    public ConditionalWrites(ObjectStore store, Duration patience) {
        this.store = store;
        this.patience = patience;
    }

    /**
     * Returns if a write over one version of an object excludes all others; the first caller for a bucket has it tried,
     * and others wait for that.
     *
     * @param bucket the S3 bucket
     * @throws GatewayException {@link ErrorCode#CONDITION_UNSUPPORTED} when it does not, {@link
     *     ErrorCode#SHUTTING_DOWN} after {@link #end}, and what the store throws when it cannot be tried
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
        private @Nullable Exclusion known;

        Verdict(String bucket) {
            this.bucket = bucket;
        }

        synchronized Exclusion exclusion() {
            if (known == null) {
                known = race(new ObjectKey(bucket, PLACE + UUID.randomUUID()));
                switch (known) {
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
            return known;
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
            throw e;
        } finally {
            end(key);
        }
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
