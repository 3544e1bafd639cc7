package dev.banhmi.drain;

import java.util.List;
import java.util.Optional;

/** What was written somewhere, and when, by the clock of the world that it is written in. */
record Written(long at, String value) {

    /** What a read shows of the values that were written there, in their order. */
    static Optional<String> last(List<Written> values, long time) {
        return values.reversed().stream()
                .filter(one -> one.at <= time)
                .findFirst()
                .map(Written::value);
    }
}
