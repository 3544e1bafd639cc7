package dev.banhmi.gateway.transfer;

import static dev.banhmi.testkit.Patience.HANGS;

import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;

/** Uploads for the tests of other packages. */
public final class UploadsOf {

    private UploadsOf() {}

    /**
     * Writes whole objects.
     *
     * @param store where the objects are
     * @param budget for bodies, not closed
     * @param abandoned gets what is left, not closed
     * @param trials of the same store
     * @return to the store
     */
    public static Uploads store(
            ObjectStore store, BufferBudget budget, AbandonedUploads abandoned, ConditionalWrites trials) {
        return new Uploads(store, budget, HANGS, abandoned, trials);
    }
}
