package dev.banhmi.cdk;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the resources of a template refer to: CloudFormation creates that first, and refuses a circle. */
public final class References {
    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([A-Za-z0-9]+)[.}]");

    private References() {}

    /**
     * The resources that one refers to, wherever in it: properties, update policy and explicit dependencies.
     *
     * @param template with both
     * @param id the beginning of the logical id of one resource
     * @return logical ids
     */
    public static Set<String> of(JsonNode template, String id) {
        List<String> found = new ArrayList<>();
        template.path("Resources").fieldNames().forEachRemaining(name -> {
            if (name.startsWith(id)) {
                found.add(name);
            }
        });
        if (found.size() != 1) {
            throw new AssertionError("Expected one resource " + id + ", found " + found);
        }
        return from(template.path("Resources"), found.get(0));
    }

    /**
     * What CloudFormation has made or changed before it comes to a resource.
     *
     * @param template with all of them
     * @param id the beginning of the logical id of one resource
     * @return logical ids: what it refers to, what those refer to, and so on
     */
    public static Set<String> before(JsonNode template, String id) {
        Set<String> all = new TreeSet<>();
        Deque<String> open = new ArrayDeque<>(of(template, id));
        while (!open.isEmpty()) {
            String next = open.pop();
            if (all.add(next)) {
                open.addAll(from(template.path("Resources"), next));
            }
        }
        return all;
    }

    /**
     * Looks for a circle.
     *
     * @param template of one stack
     * @return the logical ids along it; empty when there is none
     */
    public static List<String> cycle(JsonNode template) {
        JsonNode resources = template.path("Resources");
        Set<String> done = new HashSet<>();
        List<String> names = new ArrayList<>();
        resources.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            List<String> cycle = visit(resources, name, new ArrayDeque<>(), done);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        return List.of();
    }

    private static List<String> visit(JsonNode resources, String name, Deque<String> path, Set<String> done) {
        if (path.contains(name)) {
            List<String> cycle = new ArrayList<>(path);
            cycle.add(name);
            return cycle;
        }
        if (!done.add(name)) {
            return List.of();
        }
        path.addLast(name);
        for (String next : from(resources, name)) {
            List<String> cycle = visit(resources, next, path, done);
            if (!cycle.isEmpty()) {
                return cycle;
            }
        }
        path.removeLast();
        return List.of();
    }

    private static Set<String> from(JsonNode resources, String name) {
        Set<String> found = new TreeSet<>();
        collect(resources.path(name), found);
        found.removeIf(id -> !resources.has(id));
        return found;
    }

    private static void collect(JsonNode node, Set<String> found) {
        if (node.has("Ref")) {
            found.add(node.path("Ref").asText());
        }
        JsonNode attribute = node.path("Fn::GetAtt");
        if (!attribute.isMissingNode()) {
            found.add(
                    attribute.isArray()
                            ? attribute.path(0).asText()
                            : attribute.asText().split("\\.", 2)[0]);
        }
        JsonNode text = node.path("Fn::Sub");
        if (!text.isMissingNode()) {
            Matcher matcher = IN_TEXT.matcher(text.isArray() ? text.path(0).asText() : text.asText());
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        JsonNode dependencies = node.path("DependsOn");
        if (dependencies.isTextual()) {
            found.add(dependencies.asText());
        }
        dependencies.forEach(dependency -> found.add(dependency.asText()));
        node.forEach(child -> collect(child, found));
    }
}
