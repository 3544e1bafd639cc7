package dev.banhmi.planted.access;

import dev.banhmi.planted.store.Thing;

/** Half of a cycle. */
public interface Caller {

    /**
     * The other half.
     *
     * @return nobody calls it
     */
    Thing thing();
}
