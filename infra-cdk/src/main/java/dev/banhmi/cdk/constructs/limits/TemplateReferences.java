package dev.banhmi.cdk.constructs.limits;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a template refers to and does not have. */
final class TemplateReferences {
    /*
     * CDK makes an export of what another stack has, but not of what stands in an update policy, which it resolves only while it renders:
     * there the name of another stack's resource stays as a Ref to nothing, and CloudFormation takes no such template.
     */

    private static final Pattern IN_TEXT = Pattern.compile("\\$\\{([^!.}]+)(\\.[^}]*)?}");

    private final Set<String> resources = new HashSet<>();
    private final Set<String> parameters = new HashSet<>();
    private final List<String> missing = new ArrayList<>();

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
        TemplateReferences references = new TemplateReferences(template);
        template.path("Resources").properties().forEach(resource -> {
            references.collect(resource.getKey(), resource.getValue());
            references.dependencies(resource.getKey(), resource.getValue().path("DependsOn"));
        });
        for (String section : List.of("Outputs", "Conditions", "Rules")) {
            references.collect(section, template.path(section));
        }
        return List.copyOf(references.missing);
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
        }
    }
}
