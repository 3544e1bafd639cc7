package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.TrialObject.Entry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows of each bucket what its store keeps of the promises that the gateway gives to writers under a condition.
 * Thread-safe.
 *
 * <p>Of several writers over the same version ({@code If-Match}) one wins. S3 does that; some stores compare first and
 * write later, or compare in one call and ignore the condition of another, and then acknowledge writes that are lost.
 * Nothing but a race tells them apart, so one is run at the bucket's first such write, on an object of its own under
 * {@value #PLACE} that is removed afterwards: {@value #ROUNDS} rounds of {@value #WRITERS} PutObject, one of {@value
 * #COMPLETIONS} CompleteMultipartUpload, and a DeleteObject of another version, which must be refused. A PUT needs both
 * kinds of write, because its size decides late which of them it is; a DELETE needs all three.
 *
 * <p>A writer that only creates ({@code If-None-Match: *}) replaces nothing. At the bucket's first such write it is tried
 * whether the store refuses both kinds of write over an object that is there. That takes no race, and its verdict does not
 * depend on chance; it does not show a store that looks first and writes later.
 *
 * <p>A verdict holds until the process ends. A trial that is disturbed (the store fails, or denies it) is none: the write
 * that wanted to know fails, of which nothing was sent, and the next one tries again.
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

    private final ObjectStore store;
    private final Duration patience;
    private final Duration maxWait;
    private final Map<String, Verdict<Exclusion>> exclusions = new ConcurrentHashMap<>();
    private final Map<String, Verdict<Boolean>> creations = new ConcurrentHashMap<>();

    /** Buckets of which {@link #warnOfCreation} has said what there is to say. */
    private final Set<String> warned = ConcurrentHashMap.newKeySet();

    /** Objects that a trial has placed and not removed; also the lock of what follows. */
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

    /**
     * Returns if a write that only creates an object does not replace one.
     *
     * @param bucket the S3 bucket
     * @throws GatewayException as {@link #requireExclusion}
     */
    public void requireCreation(String bucket) {
        Verdict<Boolean> verdict =
                creations.computeIfAbsent(bucket, any -> new Verdict<>(any, () -> tryCreation(any), maxWait));
        if (!verdict.get()) {
            throw unsupported(
                    bucket,
                    "replaces what was only to be created",
                    "If-None-Match, and If-Unmodified-Since where there is no object,");
        }
    }

    /**
     * For creators that go on whatever the store does: says once in the log what they may do, if another request has had
     * it tried. Asks the store nothing.
     *
     * @param bucket the S3 bucket
     */
    public void warnOfCreation(String bucket) {
        Verdict<Boolean> verdict = creations.get(bucket);
        if (verdict != null && verdict.known().filter(kept -> !kept).isPresent() && warned.add(bucket)) {
            log.warn(
                    "bucket {}: the store does not keep to If-None-Match: *, so of two uploads of the 2018 API to one key"
                            + " at the same time one may replace the other, and both be told 200",
                    bucket);
        }
    }

    /** From now on nothing is tried; what a trial that still runs may leave is named in the log. */
    public void end() {
        synchronized (placed) {
            ended = true;
            placed.forEach(key -> log.error(
                    "shutting down during a trial of the store's conditional writes; {} may be left and can be removed",
                    key));
        }
    }

    private void require(Exclusion required, String bucket, String fault) {
        Verdict<Exclusion> verdict =
                exclusions.computeIfAbsent(bucket, any -> new Verdict<>(any, () -> tryExclusion(any), maxWait));
        if (verdict.get().compareTo(required) < 0) {
            throw unsupported(bucket, fault, "If-Match and If-Unmodified-Since");
        }
    }

    private static GatewayException unsupported(String bucket, String fault, String conditions) {
        return new GatewayException(
                ErrorCode.CONDITION_UNSUPPORTED,
                "The store of bucket " + bucket + " " + fault + ", so " + conditions
                        + " cannot be kept; nothing was changed.");
    }

    private Exclusion tryExclusion(String bucket) {
        Exclusion kept = onObjectOf(bucket, this::race, Exclusion.NONE);
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
            case WRITES_AND_DELETIONS -> log.info("bucket {}: of several writers over one version one wins", bucket);
        }
        return kept;
    }

    private Exclusion race(TrialObject object) {
        try (WriteRace race = new WriteRace(object, patience)) {
            String etag = object.place(new Entry(0, 0));
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
            return object.refusesToDeleteAnotherVersion() ? Exclusion.WRITES_AND_DELETIONS : Exclusion.WRITES;
        }
    }

    private boolean tryCreation(String bucket) {
        boolean kept = onObjectOf(bucket, this::refusesCreators, false);
        if (kept) {
            log.info("bucket {}: a writer that only creates replaces nothing", bucket);
        } else {
            log.warn(
                    "bucket {}: the store does not keep to If-None-Match: * in PutObject, or not in"
                            + " CompleteMultipartUpload, so writes with it are refused with {}; use a store that keeps to"
                            + " it in both, as S3 does",
                    bucket,
                    ErrorCode.CONDITION_UNSUPPORTED);
        }
        return kept;
    }

    private boolean refusesCreators(TrialObject object) {
        WriteCondition condition = new WriteCondition.IfAbsent();
        object.place(new Entry(0, 0));
        if (object.put(new Entry(1, 1), condition).isPresent()) {
            return false;
        }
        requireNotEnded();
        return object.complete(object.send(new Entry(2, 1)), condition).isEmpty();
    }

    /** What a trial shows; {@code none} where the store says that it has no such condition. */
    private <V> V onObjectOf(String bucket, Function<TrialObject, V> trial, V none) {
        ObjectKey key = new ObjectKey(bucket, PLACE + UUID.randomUUID());
        begin(key);
        try (TrialObject object = new TrialObject(store, key)) {
            return trial.apply(object);
        } catch (GatewayException e) {
            if (StoreFailures.isNotImplemented(e)) {
                return none;
            }
            throw notTried(bucket, e);
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

    static GatewayException notTried(ErrorCode code, String bucket, @Nullable Throwable failure) {
        return new GatewayException(
                code,
                "The store's conditional writes could not be tried under " + PLACE + " in bucket " + bucket
                        + "; nothing was changed.",
                failure);
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
