package dev.banhmi.gateway.store;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the calls that the wire client leaves to the SDK's, for {@code banhmi_store_wire_fallbacks_total}. What the
 * store has done to be left is said in the log, too, once a minute at most. Thread-safe.
 */
final class WireFallbacks implements MeterBinder {

    /** Why a call is left to the SDK's client. */
    enum Reason {
        /** The store's response is none of HTTP, or can be read in two ways. */
        MALFORMED("malformed"),
        /** A key, an attribute or a credential does not arrive as it stands; the SDK has its own opinion on each of them. */
        VALUE("value"),
        /** The bucket wants another signature than SigV4 for S3, or is nowhere. */
        PLACE("place");

        private final String label;

        Reason(String label) {
            this.label = label;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(WireFallbacks.class);

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<Reason, LongAdder> counts;

    /** Guarded by this. */
    private @Nullable Long said;

    WireFallbacks(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        EnumMap<Reason, LongAdder> none = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            none.put(reason, new LongAdder());
        }
        // Nobody changes the map itself, so that any thread may read it.
        this.counts = Map.copyOf(none);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        counts.forEach((reason, count) -> FunctionCounter.builder("banhmi.store.wire.fallbacks", count, LongAdder::sum)
                .description("Calls that the wire client left to the AWS SDK")
                .tag("reason", reason.label)
                .register(registry));
    }

    /** One call of this operation, for this reason. */
    void count(String operation, Reason reason) {
        count(reason).increment();
        if (reason == Reason.MALFORMED && isTimeToSay()) {
            log.warn(
                    "the store's response to {} surprised the wire client, so the AWS SDK is asked; {} such calls so far",
                    operation,
                    count(reason));
        }
    }

    private LongAdder count(Reason reason) {
        LongAdder count = counts.get(reason);
        if (count == null) {
            throw new IllegalStateException("no count of " + reason);
        }
        return count;
    }

    private synchronized boolean isTimeToSay() {
        long now = nanoTime.getAsLong();
        boolean isTime = said == null || now - said >= MINUTE;
        if (isTime) {
            said = now;
        }
        return isTime;
    }
}
