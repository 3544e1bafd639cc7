package dev.banhmi.cdk.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template as it is committed: keys sorted, two spaces, and a name in place of each hash of a file's content, so that a new jar or image
 * is no change.
 *
 * @param template with the placeholders
 * @param replaced the hash behind each placeholder
 */
record Snapshot(JsonNode template, SortedMap<String, String> replaced) {
    /*
     * What is replaced: the hashes that the assembly's own asset manifests list, wherever they occur in the template (image tags, S3 keys),
     * and the 32 digits that CDK appends to the logical id of a Lambda version, a hash of the function's code and settings. The settings
     * are in the template too, so nothing but the content of files is hidden. Nothing is guessed from the form of a string: a digest that
     * an operator wrote into the configuration stays.
     */

    private static final Pattern VERSION_ID = Pattern.compile("(.+)([0-9a-f]{32})");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter WRITER = JSON.writer(new DefaultPrettyPrinter()
                    .withSeparators(Separators.createDefaultInstance()
                            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                            .withArrayEmptySeparator("")
                            .withObjectEmptySeparator(""))
                    .withObjectIndenter(new DefaultIndenter("  ", "\n"))
                    .withArrayIndenter(new DefaultIndenter("  ", "\n")))
            .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    Snapshot {
        replaced = Collections.unmodifiableSortedMap(new TreeMap<>(replaced));
    }

    static Snapshot of(StackTemplate stack, Assembly assembly) {
        SortedMap<String, String> hashes = new TreeMap<>();
        assembly.assets().forEach((hash, name) -> hashes.put(hash, "{asset " + name + "}"));
        stack.resources("AWS::Lambda::Version").forEach(version -> {
            Matcher id = VERSION_ID.matcher(version.id());
            if (id.matches()) {
                hashes.put(id.group(2), "{code of " + id.group(1) + "}");
            }
        });
        SortedMap<String, String> replaced = new TreeMap<>();
        return new Snapshot(normalised(stack.template(), hashes, replaced), replaced);
    }

    static Path file(Path directory, String stack) {
        return directory.resolve(stack + ".json");
    }

    /** The committed snapshot of a stack, empty if there is none yet. */
    static Optional<JsonNode> committed(Path directory, String stack) {
        Path file = file(directory, stack);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(Files.readString(file)));
        } catch (IOException e) {
            throw new ReviewException(file + " cannot be read", e);
        }
    }

    /** The committed text: the same for the same template on every machine. */
    String text() {
        try {
            return WRITER.writeValueAsString(JSON.treeToValue(template, Object.class)) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of JSON is always JSON", e);
        }
    }

    private static JsonNode normalised(JsonNode node, Map<String, String> hashes, Map<String, String> replaced) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(normalised(node.asText(), hashes, replaced));
        }
        if (node.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> array.add(normalised(element, hashes, replaced)));
            return array;
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(entry -> object.set(
                            normalised(entry.getKey(), hashes, replaced),
                            normalised(entry.getValue(), hashes, replaced)));
            return object;
        }
        return node;
    }

    private static String normalised(String text, Map<String, String> hashes, Map<String, String> replaced) {
        String result = text;
        for (Map.Entry<String, String> hash : hashes.entrySet()) {
            if (result.contains(hash.getKey())) {
                result = result.replace(hash.getKey(), hash.getValue());
                replaced.put(hash.getValue(), hash.getKey());
            }
        }
        return result;
    }
}
