package dev.banhmi.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.AppProps;

/** A cloud assembly on disk, written by the code that {@code cdk synth} runs, from the shipped configuration. */
record Synthesis(Path directory, String environment) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Synthesis of(String environment, Path image, Path directory) {
        BanhmiApp.synthesize(
                AppProps.builder().outdir(directory.toString()).context(Map.of("env", environment)),
                Path.of("config"),
                image);
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

    static List<JsonNode> resources(JsonNode template, String type) {
        return StreamSupport.stream(template.path("Resources").spliterator(), false)
                .filter(resource -> resource.path("Type").asText().equals(type))
                .toList();
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
        return StreamSupport.stream(attributes.spliterator(), false)
                .filter(attribute -> attribute.path("Key").asText().equals(key))
                .map(attribute -> attribute.path("Value").asText())
                .findFirst()
                .orElseThrow(() -> new AssertionError("No attribute " + key + " in " + attributes));
    }
}
