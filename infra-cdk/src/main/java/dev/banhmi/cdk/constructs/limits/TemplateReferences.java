package dev.banhmi.cdk.constructs.limits;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a template refers to and does not have, and what refers to itself in a circle. */
final class TemplateReferences {
    /*
     * CDK makes an export of what another stack has, but not of what stands in an update policy, which it resolves only while it renders:
     * there the name of another stack's resource stays as a Ref to nothing, and CloudFormation takes no such template.
     *
     * Nor does it take one whose resources need each other in a circle. CDK looks for circles between stacks, not for those inside one, nor for
     * one that goes through a nested stack, whose parameters and outputs are references of its parent.
     */

    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([^!.}]+)(\\.[^}]*)?}");

    private final Set<String> resources = new HashSet<>();
    private final Set<String> parameters = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final Map<String, Set<String>> needs = new LinkedHashMap<>();

    private TemplateReferences(JsonNode template) {
        template.path("Resources").fieldNames().forEachRemaining(resources::add);
        template.path("Parameters").fieldNames().forEachRemaining(parameters::add);
    }

    /**
     * Looks for references to nothing: {@code Ref}, {@code Fn::GetAtt}, {@code Fn::Sub} and {@code DependsOn}.
     *
     * @return for each where it is and what it names, such as {@code Fleet refers to Alarm}
     */
    static List<String> missing(JsonNode template) {
        return List.copyOf(of(template).missing);
    }

    /**
     * Looks for a circle.
     *
     * @return the logical ids along it, the first one also as the last; empty when there is none
     */
    static List<String> circle(JsonNode template) {
        TemplateReferences references = of(template);
        Set<String> done = new HashSet<>();
        for (String id : references.needs.keySet()) {
            List<String> circle = references.from(id, new ArrayList<>(), done);
            if (!circle.isEmpty()) {
                return circle;
            }
        }
        return List.of();
    }

    private List<String> from(String id, List<String> path, Set<String> done) {
        if (path.contains(id)) {
            List<String> circle = new ArrayList<>(path.subList(path.indexOf(id), path.size()));
            circle.add(id);
            return circle;
        }
        if (!done.add(id)) {
            return List.of();
        }
        path.add(id);
        for (String next : needs.getOrDefault(id, Set.of())) {
            List<String> circle = from(next, path, done);
            if (!circle.isEmpty()) {
                return circle;
            }
        }
        path.remove(path.size() - 1);
        return List.of();
    }

    private static TemplateReferences of(JsonNode template) {
        TemplateReferences references = new TemplateReferences(template);
        template.path("Resources").properties().forEach(resource -> {
            references.collect(resource.getKey(), resource.getValue());
            references.dependencies(resource.getKey(), resource.getValue().path("DependsOn"));
        });
        for (String section : List.of("Outputs", "Conditions", "Rules")) {
            references.collect(section, template.path(section));
        }
        return references;
    }

    private void dependencies(String where, JsonNode dependencies) {
        if (dependencies.isTextual()) {
            resource(where, dependencies.asText());
        }
        dependencies.forEach(dependency -> resource(where, dependency.asText()));
    }

    private void collect(String where, JsonNode node) {
        if (node.isObject() && node.size() == 1) {
            Map.Entry<String, JsonNode> entry = node.properties().iterator().next();
            JsonNode argument = entry.getValue();
            switch (entry.getKey()) {
                case "Ref" -> either(where, argument.asText());
                case "Fn::GetAtt" -> resource(where, ofAttribute(argument));
                case "Fn::Sub" -> text(where, argument);
                default -> {
                    // What is inside it is looked at below.
                }
            }
        }
        node.forEach(child -> collect(where, child));
    }

    private static String ofAttribute(JsonNode argument) {
        return argument.isArray()
                ? argument.path(0).asText()
                : argument.asText().split("\\.", 2)[0];
    }

    private void text(String where, JsonNode argument) {
        JsonNode own = argument.path(1);
        Matcher matcher = IN_TEXT.matcher(argument.isArray() ? argument.path(0).asText() : argument.asText());
        while (matcher.find()) {
            String name = matcher.group(1);
            if (matcher.group(2) != null) {
                resource(where, name);
            } else if (!own.has(name)) {
                either(where, name);
            }
        }
    }

    private void either(String where, String name) {
        if (!name.startsWith("AWS::") && !parameters.contains(name)) {
            resource(where, name);
        }
    }

    private void resource(String where, String name) {
        if (!resources.contains(name)) {
            missing.add(where + " refers to " + name);
        } else if (resources.contains(where)) {
            needs.computeIfAbsent(where, id -> new LinkedHashSet<>()).add(name);
        }
    }
}
