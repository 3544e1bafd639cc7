package dev.banhmi.drain;

import java.time.Duration;

/** Checks that the values of this package share. */
final class Arguments {

    private Arguments() {}

    static String requireText(String value, String name) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " is blank.");
        }
        return value;
    }

    static Duration requirePositive(Duration value, String name) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", and not positive.");
        }
        return value;
    }

    static int requireCount(int value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " is " + value + ", and negative.");
        }
        return value;
    }
}
