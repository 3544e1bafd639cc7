package dev.banhmi.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Checks, in a launcher, that settings describe the buckets of its store and no others. A setting lists a bucket, so
 * that the gateway would serve one that the store does not have.
 */
public final class LauncherBuckets implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private final Set<String> buckets;

    /**
     * For one start.
     *
     * @param buckets those of the launcher's store
     */
    public LauncherBuckets(Set<String> buckets) {
        this.buckets = new TreeSet<>(buckets);
    }

    /**
     * The settings that list the buckets, for the weakest of all sources: whatever a user says of a bucket holds.
     *
     * @return names and values
     */
    public Map<String, Object> defaults() {
        Map<String, Object> defaults = new TreeMap<>();
        for (String bucket : buckets) {
            // Spring Boot splits a name at dots unless it is in brackets, where digits alone would be an index.
            String key = bucket.contains(".") ? "[" + bucket + "]" : "." + bucket;
            defaults.put("banhmi.buckets" + key + ".key-layout", "hashed");
        }
        return defaults;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        List<String> problems = problemsIn(context.getEnvironment());
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
    }

    List<String> problemsIn(ConfigurableEnvironment environment) {
        Map<String, Object> described = Binder.get(environment)
                .bind("banhmi.buckets", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of());
        List<String> problems = new ArrayList<>();
        for (String bucket : new TreeSet<>(described.keySet())) {
            if (!buckets.contains(bucket)) {
                problems.add("banhmi.buckets." + bucket + ": the buckets here are " + String.join(", ", buckets)
                        + "; --bucket " + bucket + " adds this one");
            }
        }
        return problems;
    }
}
