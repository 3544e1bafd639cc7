package dev.banhmi.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What one contestant did in one round.
 *
 * @param figures by metric, in the order of the table's columns
 * @param clientCpu CPU seconds of the load client, which count for nobody
 * @param outside CPUs that were busy with something else meanwhile, on average
 */
record Turn(Map<Metric, Double> figures, double clientCpu, double outside) {

    Turn {
        figures = new LinkedHashMap<>(figures);
    }

    double figure(Metric metric) {
        return Objects.requireNonNull(figures.get(metric), () -> "no figure for " + metric);
    }
}
