package dev.banhmi.drain;

import java.time.Instant;

/**
 * What a sweep saw of an instance, and the step that is due by it.
 *
 * @param at before the first read of the sweep
 */
record Look(Observation seen, Instant at, DrainStep step) {

    String instanceId() {
        return seen.instanceId();
    }

    /**
     * What was read of it in the cluster.
     *
     * @throws IllegalStateException when it was not found there
     */
    Registration.Present present() {
        if (seen.registration() instanceof Registration.Present present) {
            return present;
        }
        throw new IllegalStateException(instanceId() + " is not in the cluster.");
    }
}
