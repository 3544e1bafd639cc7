package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A synthesized cloud assembly.
 *
 * @param stacks in the manifest's order, which is the order of deployment
 * @param assets what is uploaded beside the templates: the name that CDK displays, by the hash of the content
 */
record Assembly(List<StackTemplate> stacks, Map<String, String> assets) {
    private static final ObjectMapper JSON = new ObjectMapper();

    Assembly {
        stacks = List.copyOf(stacks);
        assets = Map.copyOf(assets);
    }

    /**
     * Reads the directory that {@code cdk synth} wrote.
     *
     * @throws ReviewException if the manifest or a file that it names is missing or is not JSON
     */
    static Assembly read(Path directory) {
        List<StackTemplate> stacks = new ArrayList<>();
        Map<String, String> assets = new TreeMap<>();
        for (JsonNode artifact : json(directory.resolve("manifest.json")).path("artifacts")) {
            JsonNode properties = artifact.path("properties");
            switch (artifact.path("type").asText()) {
                case "aws:cloudformation:stack" -> stacks.add(stack(directory, artifact));
                case "cdk:asset-manifest" ->
                    addAssets(json(directory.resolve(properties.path("file").asText())), assets);
                default -> {
                    // The construct tree and similar artifacts say nothing about what is deployed.
                }
            }
        }
        return new Assembly(stacks, assets);
    }

    StackTemplate stack(String name) {
        return stacks.stream()
                .filter(stack -> stack.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No stack " + name + " in the assembly"));
    }

    Stream<Resource> resources() {
        return stacks.stream().flatMap(stack -> stack.resources().stream());
    }

    Stream<Resource> resources(String type) {
        return resources().filter(resource -> resource.is(type));
    }

    /** The resource that a value refers to by {@code Ref} or {@code Fn::GetAtt}, across weak references between stacks. */
    Optional<Resource> target(String stack, JsonNode value) {
        if (value.has("Ref")) {
            return stack(stack).resource(value.path("Ref").asText());
        }
        JsonNode attribute = value.path("Fn::GetAtt");
        if (!attribute.isMissingNode()) {
            return stack(stack)
                    .resource(
                            attribute.isArray()
                                    ? attribute.path(0).asText()
                                    : attribute.asText().replaceFirst("\\..*", ""));
        }
        JsonNode output = value.path("Fn::GetStackOutput");
        String producer = output.path("StackName").asText();
        if (output.isMissingNode()
                || stacks.stream().noneMatch(other -> other.name().equals(producer))) {
            return Optional.empty();
        }
        return target(producer, stack(producer).output(output.path("OutputName").asText()));
    }

    private static StackTemplate stack(Path directory, JsonNode artifact) {
        JsonNode properties = artifact.path("properties");
        String environment = artifact.path("environment").asText();
        return new StackTemplate(
                properties.path("stackName").asText(artifact.path("displayName").asText()),
                environment.substring(environment.lastIndexOf('/') + 1),
                properties.path("terminationProtection").asBoolean(),
                json(directory.resolve(properties.path("templateFile").asText())));
    }

    private static void addAssets(JsonNode manifest, Map<String, String> assets) {
        for (String kind : List.of("files", "dockerImages")) {
            manifest.path(kind)
                    .properties()
                    .forEach(asset -> assets.put(
                            asset.getKey(),
                            asset.getValue()
                                    .path("displayName")
                                    .asText(asset.getValue()
                                            .path("source")
                                            .path("path")
                                            .asText("asset"))));
        }
    }

    private static JsonNode json(Path file) {
        try {
            return JSON.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new ReviewException(file + " cannot be read; `make synth` writes it", e);
        }
    }
}
