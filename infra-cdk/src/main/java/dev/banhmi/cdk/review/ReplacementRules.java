package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Which properties CloudFormation can only change by replacing the resource: {@code createOnlyProperties} (always) and
 * {@code conditionalCreateOnlyProperties} (sometimes) of its public registry schemas. {@code bin/replacement-properties} writes the file
 * that is read here.
 */
record ReplacementRules(JsonNode types) {
    private static final Pattern SLASH = Pattern.compile("/");

    /** The effect of a changed property on its resource. */
    enum Effect {
        UPDATE,
        MAY_REPLACE,
        REPLACE
    }

    static ReplacementRules shipped() {
        try (InputStream file = ReplacementRules.class.getResourceAsStream("replacement-properties.json")) {
            return new ReplacementRules(
                    new ObjectMapper().readTree(Objects.requireNonNull(file)).path("types"));
        } catch (IOException e) {
            throw new ReviewException("replacement-properties.json cannot be read from the class path", e);
        }
    }

    boolean know(String type) {
        return types.has(type);
    }

    /**
     * The effect of a change. For a type that the schemas do not know, above all a custom resource, its own code decides: it may be
     * replaced.
     *
     * @param path the changed place below {@code Properties}, as in {@link Difference#path()}
     */
    Effect effect(String type, String path) {
        if (!know(type)) {
            return Effect.MAY_REPLACE;
        }
        if (properties(type, "always").stream().anyMatch(property -> touches(property, path))) {
            return Effect.REPLACE;
        }
        return properties(type, "sometimes").stream().anyMatch(property -> touches(property, path))
                ? Effect.MAY_REPLACE
                : Effect.UPDATE;
    }

    private List<String> properties(String type, String key) {
        return StreamSupport.stream(types.path(type).path(key).spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** Whether the changed place is inside the property or contains it; {@code *} in a property's path matches every element. */
    private static boolean touches(String property, String path) {
        List<String> rule = SLASH.splitAsStream(property).toList();
        List<String> changed = SLASH.splitAsStream(path).toList();
        for (int i = 0; i < Math.min(rule.size(), changed.size()); i++) {
            if (!rule.get(i).equals("*") && !rule.get(i).equals(changed.get(i))) {
                return false;
            }
        }
        return true;
    }
}
