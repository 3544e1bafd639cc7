package dev.banhmi.gateway.lifecycle;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;

/**
 * Whether this gateway takes new work: from the moment its port is open until shutdown begins. It never calls the
 * store, because an outage there would otherwise take every gateway out of the load balancer at once. Thread-safe.
 */
@Component
public final class Readiness {

    private final AtomicBoolean shuttingDown = new AtomicBoolean();

    /** Ready. */
    public Readiness() {}

    /**
     * Whether probes respond with 200.
     *
     * @return false once {@link #shutDown} was called
     */
    public boolean isReady() {
        return !shuttingDown.get();
    }

    /** Makes every readiness probe fail from now on; irreversible. */
    public void shutDown() {
        shuttingDown.set(true);
    }
}
