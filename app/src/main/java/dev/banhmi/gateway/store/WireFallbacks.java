package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.WireException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the calls that surprised the wire client, so that the SDK's went on with them, and says so once a minute at
 * most. Thread-safe.
 */
final class WireFallbacks implements WireTries.Fallbacks {

    private static final Logger log = LoggerFactory.getLogger(WireFallbacks.class);

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final LongSupplier nanoTime;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Guarded by this. */
    private @Nullable Long said;

    WireFallbacks(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    @Override
    public void count(String operation, WireException.Reason reason) {
        counts.computeIfAbsent(operation + " " + reason, _ -> new LongAdder()).increment();
        if (isTimeToSay()) {
            log.warn(
                    "the store's response to {} surprised the wire client ({}), so the AWS SDK is asked; so far {}",
                    operation,
                    reason,
                    counts);
        }
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
