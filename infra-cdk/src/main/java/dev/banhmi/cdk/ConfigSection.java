package dev.banhmi.cdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A mapping of the YAML file, read key by key. What cannot be read is noted as a problem and answered with a value that is never
 * valid, so that one pass finds everything; keys that nobody asked for are problems in the end.
 */
final class ConfigSection {
    private final String prefix;
    private final Map<?, ?> values;
    private final Map<String, String> problems;
    private final Set<String> asked = new LinkedHashSet<>();
    private final List<ConfigSection> inner = new ArrayList<>();

    private ConfigSection(String prefix, Map<?, ?> values, Map<String, String> problems) {
        this.prefix = prefix;
        this.values = values;
        this.problems = problems;
    }

    static Path fileOf(Path directory, String environment) {
        Path file = directory.resolve(environment + ".yaml");
        if (environment.isBlank() || !Files.isRegularFile(file)) {
            throw new DeploymentException("No environment \"" + environment + "\" in " + directory
                    + ", choose one with -c env=<name>: " + environmentsIn(directory));
        }
        return file;
    }

    static ConfigSection parse(Path file, Map<String, String> problems) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            Object root = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
            if (root instanceof Map<?, ?> mapping) {
                return new ConfigSection("", mapping, problems);
            }
            throw new DeploymentException(file + " is not a YAML mapping");
        } catch (YAMLException | IOException e) {
            throw new DeploymentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    String text(String key) {
        Object value = value(key);
        if (value instanceof String text) {
            return text;
        }
        if (value != null) {
            problem(key, "is " + value + ", expected a text");
        }
        return "";
    }

    int number(String key) {
        Object value = value(key);
        if (value instanceof Integer number) {
            return number;
        }
        if (value != null) {
            problem(key, "is " + value + ", expected a whole number");
        }
        return -1;
    }

    ConfigSection section(String key) {
        Object value = value(key);
        Map<?, ?> mapping = Map.of();
        if (value instanceof Map<?, ?> found) {
            mapping = found;
        } else if (value != null) {
            problem(key, "is " + value + ", expected a mapping");
        }
        ConfigSection section = new ConfigSection(prefix + key + ".", mapping, problems);
        inner.add(section);
        return section;
    }

    void reportUnknownKeys() {
        for (Object key : values.keySet()) {
            if (!asked.contains(String.valueOf(key))) {
                problem(String.valueOf(key), "is not a known key, expected one of " + String.join(", ", asked));
            }
        }
        inner.forEach(ConfigSection::reportUnknownKeys);
    }

    private @Nullable Object value(String key) {
        asked.add(key);
        Object value = values.get(key);
        if (value == null) {
            problem(key, "is missing");
        }
        return value;
    }

    private void problem(String key, String what) {
        problems.putIfAbsent(prefix + key, what);
    }

    private static String environmentsIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "none, the directory is missing; start in the repository's root";
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml"))
                    .map(name -> name.substring(0, name.length() - ".yaml".length()))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new DeploymentException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }
}
