package dev.banhmi.cdk.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;

/** The file of one environment. */
final class ConfigFile {
    private static final String SUFFIX = ".yaml";

    private ConfigFile() {}

    /**
     * Finds the file.
     *
     * @throws DeploymentException listing the existing environments
     */
    static Path of(Path directory, String environment) {
        Path file = directory.resolve(environment + SUFFIX);
        if (environment.isBlank() || !Files.isRegularFile(file)) {
            throw new DeploymentException("No environment \"" + environment + "\" in " + directory
                    + ", choose one with -c env=<name>: " + environmentsIn(directory));
        }
        return file;
    }

    /**
     * Reads its outermost mapping.
     *
     * @param problems collects what is wrong
     * @throws DeploymentException when it cannot be read or is not a YAML mapping
     */
    static ConfigSection read(Path file, List<ConfigProblem> problems) {
        try {
            // Nodes only: nothing in the file instantiates a class.
            if (new Yaml(new LoaderOptions()).compose(new StringReader(Files.readString(file)))
                    instanceof MappingNode mapping) {
                return new ConfigSection("", 1, mapping, problems);
            }
            throw new DeploymentException(file + " is not a YAML mapping");
        } catch (YAMLException | IOException e) {
            throw new DeploymentException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static String environmentsIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "none, the directory is missing; run it in the repository's root";
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(SUFFIX))
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new DeploymentException(directory + " cannot be read: " + e.getMessage(), e);
        }
    }
}
