package dev.banhmi.gateway.store.wire;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The signing key that was used last. One is enough: all buckets of a gateway are in one region, and a day and a session
 * last hours. Thread-safe.
 */
final class SigningKeys {

    private final AtomicReference<@Nullable SigningKey> last = new AtomicReference<>();

    /** The key; two threads may derive the same one. */
    SigningKey of(String secret, String day, String region, String service) {
        SigningKey kept = last.get();
        if (kept != null && kept.isOf(secret, day, region, service)) {
            return kept;
        }
        SigningKey derived = new SigningKey(secret, day, region, service);
        last.set(derived);
        return derived;
    }
}
