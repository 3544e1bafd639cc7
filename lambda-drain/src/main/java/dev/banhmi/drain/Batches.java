package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Cuts what is asked for into pieces that one call takes. */
final class Batches {

    private Batches() {}

    /** In the same order, each value once, in lists of at most this size; none when there is nothing. */
    static List<List<String>> of(Collection<String> values, int size) {
        List<String> distinct = List.copyOf(new LinkedHashSet<>(values));
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < distinct.size(); from += size) {
            batches.add(distinct.subList(from, Math.min(from + size, distinct.size())));
        }
        return batches;
    }
}
