package dev.banhmi.gateway.transfer.memory;

import java.util.concurrent.locks.Condition;

/** One who waits for a chunk; used under the lock of the budget only. */
final class Waiter {

    private final Claim claim;
    private final Condition served;
    private boolean isServed;

    /** The condition is of the budget's lock, and of nobody else. */
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

    /** It has been given its chunk, and goes on. */
    void serve() {
        isServed = true;
        served.signal();
    }

    /** What to wait on. */
    Condition served() {
        return served;
    }
}
