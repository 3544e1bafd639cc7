package dev.banhmi.gateway.transfer.memory;

import java.util.concurrent.locks.Condition;

/** A thread that waits for a chunk; used only under the lock of the budget. */
final class Waiter {

    private final Claim claim;
    private final Condition served;
    private boolean isServed;

    /** The condition belongs to the budget's lock and to this waiter alone. */
    Waiter(Claim claim, Condition served) {
        this.claim = claim;
        this.served = served;
    }

    Claim claim() {
        return claim;
    }

    /** Whether it has its chunk. */
    boolean isServed() {
        return isServed;
    }

    /** Wakes it with its chunk. */
    void serve() {
        isServed = true;
        served.signal();
    }

    /** What to wait on. */
    Condition served() {
        return served;
    }
}
