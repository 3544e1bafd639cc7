package dev.banhmi.cdk.constructs.budget;

import dev.banhmi.cdk.constructs.TokenNumber;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The rules of one budget while they are checked, each written out as arithmetic. Not thread-safe. */
final class BudgetRules {
    /*
     * Every rule is one line, whether it holds or not: the name and the number, what it is compared with, and the arithmetic behind that
     * number. So the same text proves a budget that fits and explains one that does not.
     */

    private final List<String> kept = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    /** A number and its derivation, such as {@code a 900 s + b 60 s = 960 s}. */
    record Sum(long value, String text) {
        static Sum of(String name, long value, String unit) {
            return new Sum(value, name + " " + value + unit);
        }
    }

    void atLeast(String name, long value, String unit, Sum least, String remedy) {
        String line = name + " " + value + unit + " ≥ " + least.text();
        if (value >= least.value()) {
            kept.add(line);
        } else {
            broken.add(line + " does not hold, " + (least.value() - value) + unit + " short. " + remedy);
        }
    }

    void atMost(Sum value, String unit, Sum most, String remedy) {
        String line = value.text() + " ≤ " + most.text();
        if (value.value() <= most.value()) {
            kept.add(line);
        } else {
            broken.add(line + " does not hold, " + (value.value() - most.value()) + unit + " too much. " + remedy);
        }
    }

    /** Adds a violation that does not depend on the other numbers. */
    void refuse(String sentence) {
        broken.add(sentence);
    }

    /** Adds a line that needs no rule. */
    void note(String line) {
        kept.add(line);
    }

    void inSeconds(String name, Duration value, long least, long most) {
        if (!value.equals(Duration.ofSeconds(value.toSeconds()))) {
            broken.add(name + " is " + value + ", allowed are whole seconds. AWS takes no fractions.");
        } else if (value.toSeconds() < least || value.toSeconds() > most) {
            broken.add(name + " is " + value.toSeconds() + " s, allowed is " + least + " to " + most + " s. Set " + name
                    + "(Duration.ofSeconds(…)) within these bounds.");
        }
    }

    void count(String name, long value, long least, long most, String remedy) {
        if (value < least || value > most) {
            broken.add(
                    name + " is " + TokenNumber.shown(value) + ", allowed is " + least + " to " + most + ". " + remedy);
        }
    }

    /**
     * Ends a stage of checks.
     *
     * @throws DrainBudgetException with everything that is broken so far
     */
    void throwBroken() {
        if (!broken.isEmpty()) {
            throw new DrainBudgetException(broken);
        }
    }

    String arithmetic() {
        return String.join("\n", kept);
    }
}
