package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import java.time.Duration;

/** Downloads for the tests of other packages. */
public final class DownloadsOf {

    private DownloadsOf() {}

    /**
     * Reads without a pause before a retry, and never ahead.
     *
     * @param store where the objects are
     * @param budget not used, and not closed
     * @return of its objects
     */
    public static Downloads store(ObjectStore store, BufferBudget budget) {
        return new Downloads(store, Duration.ZERO, new PrefetchAllowance(budget, 0, 0, 1, System::nanoTime));
    }
}
