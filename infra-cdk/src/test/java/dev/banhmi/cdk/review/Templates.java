package dev.banhmi.cdk.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
}
