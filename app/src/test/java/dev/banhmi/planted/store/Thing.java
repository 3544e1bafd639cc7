package dev.banhmi.planted.store;

import dev.banhmi.planted.access.Caller;

/** Half of a cycle. */
public interface Thing {

    /**
     * The other half.
     *
     * @return nobody calls it
     */
    Caller caller();
}
