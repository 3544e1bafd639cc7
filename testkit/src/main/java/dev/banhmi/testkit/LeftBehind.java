package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What tests that share a world must not leave in it. Whatever was there when a test began is somebody else's: a leftover reddens the
 * test that made it and no later one. Thread-safe, for tests that run one after the other.
 */
public final class LeftBehind {

    private final Supplier<List<String>> present;
    private Set<String> before = Set.of();

    /**
     * Looks when it is asked.
     *
     * @param present what is there now and should not be, each with a name that is never used again
     */
    public LeftBehind(Supplier<List<String>> present) {
        this.present = present;
    }

    /** A test begins. */
    public synchronized void begin() {
        before = Set.copyOf(present.get());
    }

    /**
     * Waits until nothing is there that was not there when the test began.
     *
     * @throws AssertionError if it stays
     */
    public synchronized void assertNothingNew() {
        Patience.await()
                .untilAsserted(() -> assertThat(present.get())
                        .as("left behind by this test")
                        .filteredOn(name -> !before.contains(name))
                        .isEmpty());
    }
}
