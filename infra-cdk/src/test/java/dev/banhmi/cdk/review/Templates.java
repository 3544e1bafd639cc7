package dev.banhmi.cdk.review;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Small templates, written by hand. */
final class Templates {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Templates() {}

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    /** One stack, {@code banhmi-x-service}, with these resources. */
    static Assembly assembly(String resources) {
        return stacks(Map.of("banhmi-x-service", "{\"Resources\":" + resources + "}"));
    }

    /** Whole templates by the name of their stack, in the order of the names. */
    static Assembly stacks(Map<String, String> templates) {
        List<StackTemplate> stacks = new ArrayList<>();
        new TreeMap<>(templates)
                .forEach((name, template) -> stacks.add(new StackTemplate(name, "us-east-1", false, json(template))));
        return new Assembly(stacks, Map.of());
    }

    /** One stack with something of all that the page and the diagram know. */
    static Assembly everything() {
        try (InputStream file = Templates.class.getResourceAsStream("everything.json")) {
            return stacks(
                    Map.of("banhmi-x", new String(Objects.requireNonNull(file).readAllBytes(), UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
