package dev.banhmi.cdk.alarms;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured, minute by minute: no value, one, or several in each minute. */
final class Metrics {
    private final Map<String, Map<Integer, List<Double>>> samples = new HashMap<>();

    /**
     * Records a sample.
     *
     * @param name namespace and name, as {@code AWS/Lambda Errors}
     */
    void put(String name, int minute, double value) {
        samples.computeIfAbsent(name, key -> new HashMap<>())
                .computeIfAbsent(minute, key -> new ArrayList<>())
                .add(value);
    }

    boolean knows(String name) {
        return samples.containsKey(name);
    }

    /** Forgets what a metric had from a minute on, as if its source had stopped. */
    void silence(String name, int from, int until) {
        samples.getOrDefault(name, Map.of()).keySet().removeIf(minute -> minute >= from && minute < until);
    }

    /** One data point, of the minutes from the first on; empty where nothing was measured in them. */
    OptionalDouble point(String name, String statistic, int first, int minutes) {
        List<Double> values = new ArrayList<>();
        Map<Integer, List<Double>> all = samples.getOrDefault(name, Map.of());
        for (int minute = first; minute < first + minutes; minute++) {
            values.addAll(all.getOrDefault(minute, List.of()));
        }
        if (values.isEmpty()) {
            return OptionalDouble.empty();
        }
        Collections.sort(values);
        double sum = values.stream().mapToDouble(Double::doubleValue).sum();
        return OptionalDouble.of(
                switch (statistic) {
                    case "Sum" -> sum;
                    case "Average" -> sum / values.size();
                    case "Minimum" -> values.get(0);
                    case "Maximum" -> values.get(values.size() - 1);
                    default -> percentile(values, statistic);
                });
    }

    private static double percentile(List<Double> sorted, String statistic) {
        if (!statistic.startsWith("p")) {
            throw new IllegalArgumentException("Not a statistic that is simulated: " + statistic);
        }
        double share = Double.parseDouble(statistic.substring(1)) / 100;
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(share * sorted.size())));
    }
}
