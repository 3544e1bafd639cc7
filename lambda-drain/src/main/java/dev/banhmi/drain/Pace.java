package dev.banhmi.drain;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Spaces calls so that AWS rarely throttles them: one token bucket for each bucket of AWS, a little smaller and slower. Lives as long as the
 * process, so that one invocation knows what the last one has used. Thread-safe.
 *
 * <p>Two processes know nothing of each other: together they may be throttled.
 */
final class Pace {

    /*
     * ECS has one bucket for reads of cluster resources (100 calls, 20 a second) and one for their changes (100 calls, 40 a second), each
     * for the whole account in the region: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html, read in a
     * stored copy on 2026-11-30. Of the changes this takes half: deployments and other fleets need them at the same time. Auto Scaling
     * publishes none; each of its actions is assumed to have one like the reads of ECS.
     *
     * The SDK's own retries come on top: where one attempt in ten is refused, 18 calls a second are 20 attempts.
     */

    /** 90: what may be called at once after a pause. */
    static final int BURST = 90;

    /** 18 calls a second. */
    static final double PER_SECOND = 18;

    /** 1 min: for how long a process that was throttled after an event counts as one of a crowd. A sweep comes in that time. */
    static final Duration CROWDED = Duration.ofMinutes(1);

    private final LongSupplier millis;
    private final LongConsumer sleep;
    private final AtomicLong crowdedUntil = new AtomicLong(Long.MIN_VALUE);
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();

    /**
     * Begins with full buckets.
     *
     * @param millis a clock that only moves forward
     * @param sleep lets so many milliseconds pass
     */
    Pace(LongSupplier millis, LongConsumer sleep) {
        this.millis = millis;
        this.sleep = sleep;
    }

    /** Returns when the call may be made. Calls of one bucket are let through in the order in which they came. */
    void await(String call) {
        long wait = buckets.computeIfAbsent(bucket(call), name -> new Bucket(millis.getAsLong()))
                .take(millis.getAsLong());
        if (wait > 0) {
            sleep.accept(wait);
        }
    }

    /** A call after an event was throttled: others take all that there is. */
    void throttled() {
        crowdedUntil.set(millis.getAsLong() + CROWDED.toMillis());
    }

    /** Whether that was a moment ago. */
    boolean isCrowded() {
        return millis.getAsLong() < crowdedUntil.get();
    }

    private static String bucket(String call) {
        if (!call.startsWith("ecs:")) {
            return call;
        }
        return call.startsWith("ecs:List") || call.startsWith("ecs:Describe") ? "ecs reads" : "ecs changes";
    }

    private static final class Bucket {

        private static final double PER_MILLISECOND = PER_SECOND / 1_000;
        private double tokens = BURST;
        private long filledAt;

        Bucket(long now) {
            this.filledAt = now;
        }

        /** Takes a token, which may be one that is still to come; returns in how many milliseconds it is there. */
        synchronized long take(long now) {
            tokens = Math.min(BURST, tokens + Math.max(0, now - filledAt) * PER_MILLISECOND);
            filledAt = Math.max(filledAt, now);
            tokens--;
            return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / PER_MILLISECOND);
        }
    }
}
