package dev.banhmi.cdk.constructs.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The launch templates of a stack as CloudFormation makes, changes and takes them back, and the one that its only group names. */
final class DeployedTemplates {
    /*
     * Another name is another resource, and so is another logical id; the old one is deleted when the update has succeeded. Any other change is
     * a version. A rollback writes the former content into yet another version, and deletes none
     * (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1912,
     * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html, checked 2026-11-30).
     */

    /** What an instance has that was launched: it matches in a refresh that skips what has the same template and version. */
    record Version(String templateId, int number) {}

    private static final class Made {
        private final String id;
        private final String name;
        private final List<String> versions = new ArrayList<>();

        private Made(String id, String name, String content) {
            this.id = id;
            this.name = name;
            versions.add(content);
        }

        private void become(String content) {
            if (!versions.get(versions.size() - 1).equals(content)) {
                versions.add(content);
            }
        }
    }

    private Map<String, Made> current = new HashMap<>();
    private Map<String, Made> former = Map.of();
    private @Nullable JsonNode template;
    private @Nullable JsonNode formerTemplate;
    private Map<String, String> parameters = Map.of();
    private Map<String, String> formerParameters = Map.of();
    private int made;

    /** Creates or updates the stack, up to where its group is updated. */
    Version update(JsonNode next, Map<String, String> values) {
        former = current;
        formerTemplate = template;
        formerParameters = parameters;
        current = new HashMap<>();
        template = next;
        parameters = values;
        templates(next).forEach((logicalId, properties) -> {
            String name = resolved(properties.path("LaunchTemplateName"), values);
            String content = resolved(properties.path("LaunchTemplateData"), values);
            Made before = former.get(logicalId);
            if (before == null || !before.name.equals(name)) {
                refuseTakenName(name);
                current.put(logicalId, new Made("lt-" + ++made, name, content));
            } else {
                before.become(content);
                current.put(logicalId, before);
            }
        });
        return named();
    }

    /** Takes the last update back. */
    Version rollBack() {
        JsonNode old = Objects.requireNonNull(formerTemplate, "a first creation has nothing to go back to");
        templates(old)
                .forEach((logicalId, properties) -> Objects.requireNonNull(former.get(logicalId))
                        .become(resolved(properties.path("LaunchTemplateData"), formerParameters)));
        current = former;
        template = old;
        parameters = formerParameters;
        return named();
    }

    private void refuseTakenName(String name) {
        if (!name.isEmpty() && former.values().stream().anyMatch(one -> one.name.equals(name))) {
            throw new AssertionError(name + " exists already: the new template is made before the old one is deleted");
        }
    }

    private Version named() {
        List<String> ids = Objects.requireNonNull(template).findValues("LaunchTemplateId").stream()
                .map(id -> id.path("Ref").asText())
                .distinct()
                .toList();
        if (ids.size() != 1) {
            throw new AssertionError("The group names " + ids);
        }
        Made one = Objects.requireNonNull(current.get(ids.get(0)), ids.get(0));
        return new Version(one.id, one.versions.size());
    }

    private static Map<String, JsonNode> templates(JsonNode template) {
        Map<String, JsonNode> found = new HashMap<>();
        template.path("Resources").properties().forEach(resource -> {
            if (resource.getValue().path("Type").asText().equals("AWS::EC2::LaunchTemplate")) {
                found.put(resource.getKey(), resource.getValue().path("Properties"));
            }
        });
        return found;
    }

    private static String resolved(JsonNode property, Map<String, String> values) {
        String text = property.isMissingNode() ? "" : property.toString();
        for (Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("{\"Ref\":\"" + value.getKey() + "\"}", '"' + value.getValue() + '"');
        }
        return text;
    }
}
