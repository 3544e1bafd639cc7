package dev.banhmi.drain;

import java.util.List;

/** What several things that were tried independently of each other threw. */
final class Failures {

    private Failures() {}

    /** Throws the first, with the others suppressed; returns when there is none. */
    static void throwFirst(List<RuntimeException> failures) {
        if (!failures.isEmpty()) {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).filter(other -> !other.equals(first)).forEach(first::addSuppressed);
            throw first;
        }
    }
}
