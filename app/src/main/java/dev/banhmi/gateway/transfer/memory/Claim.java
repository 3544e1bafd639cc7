package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.transfer.memory.ClientSpeed.Grade;
import java.util.function.Supplier;

/*
 * What one part may come to hold, and what it holds, in chunks. It changes under the lock of the budget only.
 */
final class Claim {

    private final int size;
    private final boolean first;
    private final Supplier<Grade> grade;
    private int held;
    private boolean full;

    /** Of the first part of a transfer, or of a later one. */
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

    /** Whether it waits for its client no more; a full part waits for the store only, and then gives everything back. */
    boolean isFull() {
        return full;
    }

    Grade grade() {
        return grade.get();
    }

    /** Whether it was let in but has not gone on from there. */
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
