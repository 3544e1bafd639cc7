package dev.banhmi.bench;

import java.time.Duration;

/**
 * How much time a whole run may spend on repeated rounds, so that a machine that is never quiet does not keep it from ending. Not thread-safe.
 */
final class RepeatTime {

    private Duration left;

    RepeatTime(Duration left) {
        this.left = left;
    }

    boolean isLeft() {
        return left.isPositive();
    }

    void spend(Duration time) {
        left = left.minus(time);
    }
}
