package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.transfer.memory.ClientSpeed.Grade;
import java.util.function.Supplier;

/** What one part may come to hold, and what it holds, in chunks. Changes only under the lock of the budget. */
final class Claim {

    private final int size;
    private final boolean first;
    private final Supplier<Grade> grade;
    private int held;
    private boolean full;

    /** For the first part of a transfer, or for a later one. */
    Claim(int size, boolean first, Supplier<Grade> grade) {
        this.size = size;
        this.first = first;
        this.grade = grade;
    }

    int size() {
        return size;
    }

    int held() {
        return held;
    }

    /** How many more chunks it can ask for; none once it is full. */
    int need() {
        return full ? 0 : size - held;
    }

    /**
     * Whether it no longer waits for its client; a full part waits for the store only, and then releases everything.
     */
    boolean isFull() {
        return full;
    }

    Grade grade() {
        return grade.get();
    }

    /** Whether it was admitted but has made no progress since. */
    boolean isAtTheDoor() {
        return first && held == 1 && !full;
    }

    void take(int count) {
        held += count;
    }

    void fill() {
        full = true;
    }
}
