package dev.banhmi.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.DefaultRules;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.AppProps;

/** A cloud assembly on disk, written by the code that {@code cdk synth} runs. */
record Synthesis(Path directory, String environment) {
    /** The day of every synthesis in tests: a machine image ages. */
    static final Clock TODAY = Clock.fixed(Instant.parse("2026-11-30T12:00:00Z"), ZoneOffset.UTC);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** From the shipped configuration. */
    static Synthesis of(String environment, Path image, Path directory) throws IOException {
        return of(Path.of("config"), environment, image, directory);
    }

    static Synthesis of(Path config, String environment, Path image, Path directory) throws IOException {
        return of(config, context(environment), image, directory);
    }

    /** As shipped, prod leaves open what only an operator knows. */
    static Map<String, String> context(String environment) {
        return Map.of("env", environment, "example", Boolean.toString(environment.equals("prod")));
    }

    static Synthesis of(Path config, Map<String, String> context, Path image, Path directory) throws IOException {
        String environment = context.getOrDefault("env", "");
        BanhmiApp.synthesize(DefaultRules.appliedTo(BanhmiApp.compose(
                AppProps.builder().outdir(directory.toString()).context(context),
                config,
                image,
                StandInDrain.in(Files.createDirectories(directory.resolveSibling("drain"))),
                TODAY)));
        return new Synthesis(directory, environment);
    }

    JsonNode foundation() throws IOException {
        return json("banhmi-" + environment + "-foundation.template.json");
    }

    JsonNode service() throws IOException {
        return json("banhmi-" + environment + "-service.template.json");
    }

    JsonNode json(String file) throws IOException {
        return JSON.readTree(Files.readString(directory.resolve(file)));
    }

    Map<String, String> files() throws IOException {
        return files(directory);
    }

    /** Every file of an assembly, those of its assets among them; bytes as characters, since some are no text. */
    static Map<String, String> files(Path assembly) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(assembly)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(assembly.relativize(file).toString(), Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    static List<JsonNode> resources(JsonNode template, String type) {
        return all(template)
                .filter(resource -> resource.path("Type").asText().equals(type))
                .toList();
    }

    static Stream<JsonNode> all(JsonNode template) {
        return stream(template.path("Resources"));
    }

    static Stream<JsonNode> stream(JsonNode node) {
        return StreamSupport.stream(node.spliterator(), false);
    }

    /** The properties of the only resource of a type. */
    static JsonNode only(JsonNode template, String type) {
        List<JsonNode> found = resources(template, type);
        if (found.size() != 1) {
            throw new AssertionError("Expected one " + type + ", found " + found.size());
        }
        return found.get(0).path("Properties");
    }

    static String attribute(JsonNode attributes, String key) {
        return stream(attributes)
                .filter(attribute -> attribute.path("Key").asText().equals(key))
                .map(attribute -> attribute.path("Value").asText())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No attribute " + key + " in " + attributes));
    }
}
