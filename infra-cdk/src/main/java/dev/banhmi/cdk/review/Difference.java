package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A place where two JSON trees differ.
 *
 * @param path names and indexes joined by slashes, empty for the whole
 * @param before missing node where there was nothing
 * @param after missing node where there is nothing
 */
record Difference(String path, JsonNode before, JsonNode after) {

    /** All differences, each as deep in the tree as possible; lists of different lengths differ as a whole. */
    static List<Difference> between(JsonNode before, JsonNode after) {
        List<Difference> found = new ArrayList<>();
        collect("", before, after, found);
        return found;
    }

    private static void collect(String path, JsonNode before, JsonNode after, List<Difference> found) {
        if (before.equals(after)) {
            return;
        }
        String inner = path.isEmpty() ? "" : path + "/";
        if (before.isObject() && after.isObject()) {
            Set<String> names = new LinkedHashSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                collect(inner + name, before.path(name), after.path(name), found);
            }
        } else if (before.isArray() && after.isArray() && before.size() == after.size()) {
            for (int i = 0; i < before.size(); i++) {
                collect(inner + i, before.path(i), after.path(i), found);
            }
        } else {
            found.add(new Difference(path, before, after));
        }
    }

    /** The old and the new value, each truncated so that both fit on a line; for lists, what was removed and what was added. */
    String text() {
        if (before.isArray() && after.isArray()) {
            List<String> changed = new ArrayList<>();
            without(before, after).forEach(gone -> changed.add("- " + cut(gone)));
            without(after, before).forEach(come -> changed.add("+ " + cut(come)));
            return changed.isEmpty() ? "another order or number" : String.join(" ", changed);
        }
        return cut(before) + " -> " + cut(after);
    }

    private static List<JsonNode> without(JsonNode list, JsonNode others) {
        List<JsonNode> left = new ArrayList<>();
        list.forEach(left::add);
        others.forEach(other -> left.removeIf(other::equals));
        return left;
    }

    private static String cut(JsonNode value) {
        if (value.isMissingNode()) {
            return "(none)";
        }
        String text = value.isTextual() ? value.asText() : value.toString();
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }
}
