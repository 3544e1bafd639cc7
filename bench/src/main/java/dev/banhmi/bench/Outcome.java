package dev.banhmi.bench;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What came of a scenario.
 *
 * @param scenario that was run
 * @param labels of the contestants, the reference first
 * @param rounds that are kept
 * @param skipped a sentence for each peer that could not take part
 */
record Outcome(Scenario scenario, List<String> labels, List<Round> rounds, List<String> skipped) {

    Outcome {
        labels = List.copyOf(labels);
        rounds = List.copyOf(rounds);
        skipped = List.copyOf(skipped);
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException(scenario.name() + " has no round");
        }
    }

    Samples samples(String label, Metric metric) {
        return collect(label, turn -> turn.figure(metric));
    }

    Samples clientCpu(String label) {
        return collect(label, Turn::clientCpu);
    }

    private Samples collect(String label, ToDoubleFunction<Turn> figure) {
        Samples samples = new Samples();
        rounds.forEach(round -> samples.add(figure.applyAsDouble(round.of(label))));
        return samples;
    }

    /** Rounds that were not quiet even when repeated. */
    List<Round> noisy() {
        return rounds.stream().filter(round -> !round.isQuiet()).toList();
    }

    String reference() {
        return labels.getFirst();
    }
}
