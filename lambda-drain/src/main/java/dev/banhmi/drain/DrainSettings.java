package dev.banhmi.drain;

import dev.banhmi.drain.DrainPolicy.StandaloneTasks;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The settings that the operator passes through the environment.
 *
 * @param cluster {@code BANHMI_CLUSTER}
 * @param policy all else
 */
record DrainSettings(ClusterName cluster, DrainPolicy policy) {

    static final String CLUSTER = "BANHMI_CLUSTER";
    static final String GROUPS = "BANHMI_GROUPS";
    static final String HOOK = "BANHMI_HOOK";
    static final String BUDGET = "BANHMI_BUDGET";
    static final String STOP_STANDALONE_AFTER = "BANHMI_STOP_STANDALONE_AFTER";
    static final String AT_DEADLINE = "BANHMI_AT_DEADLINE";
    static final String MINIMUM_AGE = "BANHMI_MINIMUM_AGE";
    static final String SWEEP_INTERVAL = "BANHMI_SWEEP_INTERVAL";
    static final String STOPPING = "BANHMI_STOPPING";
    static final String LAUNCH_HOOK = "BANHMI_LAUNCH_HOOK";

    private static final String PREFIX = "BANHMI_";
    private static final Set<String> KNOWN = Set.of(
            CLUSTER,
            GROUPS,
            HOOK,
            BUDGET,
            STOP_STANDALONE_AFTER,
            AT_DEADLINE,
            MINIMUM_AGE,
            SWEEP_INTERVAL,
            STOPPING,
            LAUNCH_HOOK);

    /**
     * Reads the variables whose names begin with {@code BANHMI_}. What is not set is as in {@link DrainPolicy#standard()}.
     *
     * @throws IllegalArgumentException that lists everything that is wrong; an unknown name is an error too
     */
    static DrainSettings from(Map<String, String> environment) {
        Reader reader = new Reader(environment);
        for (String name : new TreeSet<>(environment.keySet())) {
            if (name.startsWith(PREFIX) && !KNOWN.contains(name)) {
                reader.errors.add(name + " is unknown; known are "
                        + KNOWN.stream().sorted().collect(Collectors.joining(", ")) + ".");
            }
        }
        Optional<String> cluster = reader.text(CLUSTER);
        if (cluster.isEmpty()) {
            reader.errors.add(CLUSTER + " is missing: the name or the ARN of the ECS cluster.");
        }
        DrainPolicy standard = DrainPolicy.standard();
        Set<String> groups = reader.names(GROUPS);
        Optional<String> hook = reader.text(HOOK);
        Optional<Duration> budget = reader.duration(BUDGET);
        Optional<Duration> stopAfter = reader.duration(STOP_STANDALONE_AFTER);
        LifecycleResult atDeadline = reader.result(AT_DEADLINE).orElse(standard.atDeadline());
        Duration minimumAge = reader.duration(MINIMUM_AGE).orElse(standard.minimumAge());
        Duration sweepInterval = reader.duration(SWEEP_INTERVAL).orElse(standard.sweepInterval());
        Optional<Duration> stopping = reader.duration(STOPPING);
        Optional<String> launchHook = reader.text(LAUNCH_HOOK);
        reader.throwErrors();
        StandaloneTasks standalone =
                stopAfter.<StandaloneTasks>map(StandaloneTasks.StopAfter::new).orElseGet(StandaloneTasks.AwaitEnd::new);
        return new DrainSettings(
                new ClusterName(cluster.orElseThrow()),
                new DrainPolicy(
                        groups,
                        hook,
                        budget,
                        standalone,
                        atDeadline,
                        minimumAge,
                        sweepInterval,
                        stopping,
                        launchHook));
    }

    /** Collects what is wrong. */
    private static final class Reader {

        private final Map<String, String> environment;
        private final List<String> errors = new ArrayList<>();

        Reader(Map<String, String> environment) {
            this.environment = environment;
        }

        Optional<String> text(String name) {
            return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
        }

        Set<String> names(String name) {
            return text(name).stream()
                    .flatMap(value -> Arrays.stream(value.split(",", -1)))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .collect(Collectors.toSet());
        }

        Optional<Duration> duration(String name) {
            return text(name).flatMap(value -> {
                try {
                    Duration duration = Duration.parse(value);
                    if (duration.isPositive()) {
                        return Optional.of(duration);
                    }
                    errors.add(name + " is '" + value + "', which is not positive.");
                } catch (DateTimeException e) {
                    errors.add(name + " is '" + value + "', which is not an ISO-8601 duration such as PT45M.");
                }
                return Optional.empty();
            });
        }

        Optional<LifecycleResult> result(String name) {
            return text(name).flatMap(value -> {
                for (LifecycleResult result : LifecycleResult.values()) {
                    if (result.name().equals(value)) {
                        return Optional.of(result);
                    }
                }
                errors.add(name + " is '" + value + "', which is neither CONTINUE nor ABANDON.");
                return Optional.empty();
            });
        }

        void throwErrors() {
            if (!errors.isEmpty()) {
                throw new IllegalArgumentException("The environment is wrong: " + String.join(" ", errors));
            }
        }
    }
}
