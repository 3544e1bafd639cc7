package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/** All ways to drain meet the same traces. */
final class DrainSim {

    private static final int BATCH = 50;

    private DrainSim() {}

    static List<SimDrainer.Kind> kinds() {
        List<SimDrainer.Kind> kinds = new ArrayList<>();
        for (SimMutant mutant : SimMutant.values()) {
            kinds.add(SimOurs.kind(mutant));
        }
        kinds.addAll(List.of(SimOther.values()));
        return kinds;
    }

    static Map<String, SimTally> run(long seed, int runs) {
        Map<String, SimTally> tallies = new LinkedHashMap<>();
        List<SimDrainer.Kind> kinds = kinds();
        kinds.forEach(kind -> tallies.put(kind.id(), new SimTally(kind.gigabytes())));
        for (int begin = 0; begin < runs; begin += BATCH) {
            List<SimTrace> traces = IntStream.range(begin, Math.min(begin + BATCH, runs))
                    .mapToObj(run -> SimTrace.of(seed, run))
                    .toList();
            kinds.parallelStream().forEach(kind -> {
                SimTally tally = Objects.requireNonNull(tallies.get(kind.id()));
                traces.forEach(trace -> SimRun.run(kind, trace, tally));
            });
        }
        return tallies;
    }
}
