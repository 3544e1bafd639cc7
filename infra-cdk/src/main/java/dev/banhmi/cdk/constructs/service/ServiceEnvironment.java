package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.Refusal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.constructs.IConstruct;

/** The environment of a container: the numbers of the budget, and what the caller adds. */
final class ServiceEnvironment {
    /*
     * The load balancer, ECS and the container must use the same numbers, and a variable overrides the image's setting. So the budget's
     * variables go in first, and the caller may repeat one but not change it. Frameworks such as Spring bind several spellings to one
     * setting (MAX_IDLE, MAXIDLE, max.idle), and no contract says which one wins: names are compared without case, underscores, dots and
     * dashes.
     */

    private ServiceEnvironment() {}

    /**
     * Merges both, sorted by name: the order of other maps differs from one JVM to the next, and each difference would be a new task
     * definition revision and a deployment.
     *
     * @throws IllegalArgumentException when the caller contradicts the budget
     */
    static SortedMap<String, String> merge(IConstruct where, Map<String, String> budget, Map<String, String> added) {
        SortedMap<String, String> merged = new TreeMap<>(budget);
        added.forEach((name, value) -> {
            Optional<String> fixed = budget.keySet().stream()
                    .filter(one -> setting(one).equals(setting(name)))
                    .findFirst();
            if (fixed.isEmpty()) {
                merged.put(name, value);
            } else if (!value.equals(budget.get(fixed.get()))) {
                throw Refusal.of(
                        where,
                        "environment variable " + name,
                        value,
                        budget.get(fixed.get()) + ", as " + fixed.get() + " of the budget",
                        "The load balancer and the drain are computed from that number: change it in the DrainBudget");
            }
        });
        return merged;
    }

    private static String setting(String name) {
        return name.replaceAll("[_.-]", "").toUpperCase(Locale.ROOT);
    }
}
