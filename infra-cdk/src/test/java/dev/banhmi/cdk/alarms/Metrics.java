package dev.banhmi.cdk.alarms;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** What was measured, minute by minute: no value, one, or several in each minute. */
final class Metrics {
    /*
     * What Lambda counts for an alias is counted for its function, too: "By Function Name: aggregate metrics for all versions and aliases of a
     * function", "By Resource: metrics for a version or alias" (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html,
     * checked 2026-11-30). So a name with :alias behind it also has its samples under the name alone.
     */

    private final Map<String, Map<Integer, List<Double>>> samples = new HashMap<>();

    /**
     * Records a sample.
     *
     * @param name namespace and name, as {@code AWS/Lambda Errors}, and the alias where it is of one, {@code AWS/Lambda Errors:live}
     */
    void put(String name, int minute, double value) {
        samples.computeIfAbsent(name, key -> new HashMap<>())
                .computeIfAbsent(minute, key -> new ArrayList<>())
                .add(value);
    }

    boolean knows(String name) {
        return samples.keySet().stream().anyMatch(one -> isPartOf(name, one));
    }

    /** Forgets what a metric had from a minute on, as if its source had stopped. */
    void silence(String name, int from, int until) {
        samples.getOrDefault(name, Map.of()).keySet().removeIf(minute -> minute >= from && minute < until);
    }

    /** One data point, of the minutes from the first on; empty where nothing was measured in them. */
    OptionalDouble point(String name, String statistic, int first, int minutes) {
        List<Double> values = new ArrayList<>();
        samples.forEach((one, all) -> {
            if (isPartOf(name, one)) {
                for (int minute = first; minute < first + minutes; minute++) {
                    values.addAll(all.getOrDefault(minute, List.of()));
                }
            }
        });
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

    private static boolean isPartOf(String name, String one) {
        return one.equals(name) || one.startsWith(name + ":");
    }

    private static double percentile(List<Double> sorted, String statistic) {
        if (!statistic.startsWith("p")) {
            throw new IllegalArgumentException("Not a statistic that is simulated: " + statistic);
        }
        double share = Double.parseDouble(statistic.substring(1)) / 100;
        return sorted.get(Math.min(sorted.size() - 1, (int) Math.floor(share * sorted.size())));
    }
}
