package dev.banhmi.local;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/** Settings of the user's that have no effect, because the launcher decides them itself: it says so. */
final class OverriddenSettings {

    private OverriddenSettings() {}

    /**
     * A line for each that has another value elsewhere, without that value, which may be a secret.
     *
     * @param environment of the gateway
     * @param decided what the launcher decides
     */
    static List<String> in(ConfigurableEnvironment environment, Map<String, Object> decided) {
        TreeSet<String> lines = new TreeSet<>();
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (isTheUsers(source)) {
                decided.forEach((name, value) -> {
                    ConfigurationProperty given = source.getConfigurationProperty(ConfigurationPropertyName.of(name));
                    if (given != null && !String.valueOf(given.getValue()).equals(value.toString())) {
                        lines.add("Not used: " + name + " of " + given.getOrigin()
                                + ". The launcher decides it; --help lists what it can be told.");
                    }
                });
            }
        }
        return List.copyOf(lines);
    }

    /** The launcher's own are the arguments of the gateway; the defaults of both are in the jar. */
    private static boolean isTheUsers(ConfigurationPropertySource source) {
        return source.getUnderlyingSource() instanceof PropertySource<?> underlying
                && !(underlying instanceof CommandLinePropertySource<?>)
                && !underlying.getName().contains("class path resource");
    }
}
