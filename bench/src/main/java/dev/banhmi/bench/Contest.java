package dev.banhmi.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Interleaved rounds: in each of them every contestant has one turn, in an order that rotates by one each time. */
final class Contest {

    private final List<Contestant> contestants;

    /** The last one is the gateway, the first one the reference it is compared with. */
    Contest(List<Contestant> contestants) {
        this.contestants = List.copyOf(contestants);
    }

    /** For each label, in the order of the contestants, the CPU seconds per unit of work of each round. */
    Map<String, Samples> run(Pace pace) throws IOException {
        Map<String, Samples> results = new LinkedHashMap<>();
        for (Contestant one : contestants) {
            one.warmUp(one.compiledWhileRunning() ? pace.warmUp() : pace.window());
            results.put(one.label(), new Samples());
        }
        List<Contestant> order = new ArrayList<>(contestants);
        for (int round = 1; round <= pace.rounds(); round++) {
            for (Contestant one : order) {
                Objects.requireNonNull(results.get(one.label())).add(one.measure());
            }
            Collections.rotate(order, 1);
        }
        return results;
    }
}
