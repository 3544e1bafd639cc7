package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.banhmi.cdk.GeneratedFile;
import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SnapshotTest {
    private static final Path DIRECTORY = Path.of("src/test/snapshots");

    private static List<Assembly> assemblies() {
        return SynthesizedAssembly.environments().stream()
                .map(environment -> Assembly.read(SynthesizedAssembly.of(environment)))
                .toList();
    }

    static Stream<String> stacks() {
        return assemblies().stream()
                .flatMap(assembly -> assembly.stacks().stream())
                .map(StackTemplate::name);
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void everyStackIsAsCommitted(String stack) throws IOException {
        Snapshot snapshot = snapshot(stack);
        GeneratedFile file = new GeneratedFile(Snapshot.file(DIRECTORY, stack));
        Optional<JsonNode> committed = Snapshot.committed(DIRECTORY, stack);
        if (!GeneratedFile.updating() && committed.isPresent()) {
            // By property rather than by line: shorter, and it names the resource.
            List<Difference> differences = Difference.between(committed.orElseThrow(), snapshot.template());
            if (!differences.isEmpty()) {
                fail(file.renewal()
                        + differences.stream()
                                .map(difference -> "  " + difference.path() + ": " + difference.text())
                                .collect(Collectors.joining("\n")));
            }
        }
        file.agreesWith(snapshot.text());
    }

    @Test
    void noSnapshotOutlivesItsStack() throws IOException {
        List<String> expected = stacks().map(stack -> stack + ".json").toList();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("A snapshot without a stack is to be deleted")
                    .isSubsetOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void placeholdersAreAllThatASnapshotLosesOfATemplate(String stack) {
        Snapshot snapshot = snapshot(stack);
        String restored = snapshot.template().toString();
        for (Map.Entry<String, String> placeholder : snapshot.replaced().entrySet()) {
            restored = restored.replace(placeholder.getKey(), placeholder.getValue());
        }
        assertThat(restored).isEqualTo(template(stack).template().toString());
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void hidesHashesOfContentOnly(String stack) {
        Assembly assembly = assembly(stack);
        List<String> versions = template(stack)
                .resources("AWS::Lambda::Version")
                .map(Resource::id)
                .toList();
        assertThat(snapshot(stack).replaced().values())
                .allMatch(hash -> assembly.assets().containsKey(hash)
                        || (hash.matches("[0-9a-f]{32}") && versions.stream().anyMatch(id -> id.endsWith(hash))));
    }

    @ParameterizedTest
    @MethodSource("stacks")
    void showsAChangeOfAnyValue(String stack) {
        Assembly assembly = assembly(stack);
        List<String> unseen = new ArrayList<>();
        for (JsonNode part : parts(template(stack).template())) {
            JsonNode before = normalised(stack, part, assembly);
            forEachText(part, "", (path, changed) -> {
                if (normalised(stack, changed, assembly).equals(before)) {
                    unseen.add(path);
                }
            });
        }
        assertThat(unseen).isEmpty();
    }

    @Test
    void givesEqualTextForAnotherHashAndAnotherOrder() {
        String template = """
            {"Resources": {
              "FnCurrentVersion0A1B2C3D<version>": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Fn"}}},
              "Alias": {"Type": "AWS::Lambda::Alias",
                "Properties": {"FunctionVersion": {"Fn::GetAtt": ["FnCurrentVersion0A1B2C3D<version>", "Version"]}}},
              "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"S3Key": "<asset>.jar"}}}}}
            """;
        String other = """
            {"Resources": {
              "Fn": {"Properties": {"Code": {"S3Key": "<asset>.jar"}}, "Type": "AWS::Lambda::Function"},
              "Alias": {"Type": "AWS::Lambda::Alias",
                "Properties": {"FunctionVersion": {"Fn::GetAtt": ["FnCurrentVersion0A1B2C3D<version>", "Version"]}}},
              "FnCurrentVersion0A1B2C3D<version>": {"Properties": {"FunctionName": {"Ref": "Fn"}}, "Type": "AWS::Lambda::Version"}}}
            """;
        String first = snapshot(template, "a".repeat(64), "b".repeat(32));
        String second = snapshot(other, "c".repeat(64), "d".repeat(32));
        assertThat(second).isEqualTo(first).contains("{asset Drain/Code}.jar");
    }

    @Test
    void keepsADigestThatIsNoAssetOfTheBuild() {
        String template = """
            {"Resources": {"Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"Image": "r@sha256:<digest>"}}}}
            """.replace("<digest>", "e".repeat(64));
        assertThat(snapshot(template, "a".repeat(64), "")).contains("r@sha256:" + "e".repeat(64));
    }

    private static String snapshot(String template, String asset, String version) {
        String text = template.replace("<asset>", asset).replace("<version>", version);
        StackTemplate stack = new StackTemplate("s", "us-east-1", false, Templates.json(text));
        return Snapshot.of(stack, new Assembly(List.of(stack), Map.of(asset, "Drain/Code")))
                .text();
    }

    /** A template per resource, output and the like: together they take a hundredth of the time of the whole. */
    private static List<JsonNode> parts(JsonNode template) {
        List<JsonNode> parts = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (Map.Entry<String, JsonNode> section : template.properties()) {
            if (section.getValue().isObject()) {
                section.getValue()
                        .properties()
                        .forEach(entry -> parts.add(json.createObjectNode()
                                .set(section.getKey(), json.createObjectNode().set(entry.getKey(), entry.getValue()))));
            } else {
                parts.add(json.createObjectNode().set(section.getKey(), section.getValue()));
            }
        }
        return parts;
    }

    private static JsonNode normalised(String stack, JsonNode template, Assembly assembly) {
        return Snapshot.of(new StackTemplate(stack, "us-east-1", false, template), assembly)
                .template();
    }

    private static Assembly assembly(String stack) {
        return assemblies().stream()
                .filter(assembly ->
                        assembly.stacks().stream().anyMatch(one -> one.name().equals(stack)))
                .findFirst()
                .orElseThrow();
    }

    private static StackTemplate template(String stack) {
        return assembly(stack).stack(stack);
    }

    private static Snapshot snapshot(String stack) {
        return Snapshot.of(template(stack), assembly(stack));
    }

    /** Calls back with a copy of the whole tree for each value, in which that value alone is another one. */
    private static void forEachText(JsonNode root, String path, BiConsumer<String, JsonNode> with) {
        JsonNode node = root.at(path);
        if (node.isObject()) {
            node.fieldNames()
                    .forEachRemaining(name -> forEachText(
                            root, path + "/" + name.replace("~", "~0").replace("/", "~1"), with));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                forEachText(root, path + "/" + i, with);
            }
        } else {
            JsonNode copy = root.deepCopy();
            int slash = path.lastIndexOf('/');
            String name = path.substring(slash + 1).replace("~1", "/").replace("~0", "~");
            TextNode changed = new ObjectMapper().getNodeFactory().textNode(node.asText() + "!");
            if (copy.at(path.substring(0, slash)) instanceof ArrayNode array) {
                array.set(Integer.parseInt(name), changed);
            } else if (copy.at(path.substring(0, slash)) instanceof ObjectNode object) {
                object.set(name, changed);
            }
            with.accept(path, copy);
        }
    }
}
