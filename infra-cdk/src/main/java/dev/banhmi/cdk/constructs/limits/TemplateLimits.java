package dev.banhmi.cdk.constructs.limits;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.StackTemplate;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.cxapi.CloudAssembly;

/**
 * Counts what AWS bounds and CDK does not: sizes of policies, patterns and environments, lengths, numbers of resources, rules and tags; and
 * finds references to what a template does not have, and those in a circle. Such a template synthesizes, and fails when it is deployed.
 */
public final class TemplateLimits {
    /*
     * The templates are read as they will be submitted, because a policy or a pattern grows until the end of the synthesis: with each group
     * that is attached to a drain, each client of a service, each bucket that logs into another. A value that is known only at deployment
     * counts with its greatest length (ResolvedSize), so what passes here fits.
     *
     * Of a template itself: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html (checked 2026-11-30).
     */

    private static final int BYTES = 1_048_576;
    private static final int RESOURCES = 500;
    private static final int OUTPUTS = 200;
    private static final int PARAMETERS = 200;
    private static final int DESCRIPTION = 1024;

    private final String stack;
    private final JsonNode template;
    private final ResolvedSize sizes;
    private final List<String> exceeded = new ArrayList<>();

    private TemplateLimits(String stack, JsonNode template) {
        this.stack = stack;
        this.template = template;
        this.sizes = new ResolvedSize(template, stack);
    }

    /**
     * Checks the templates of every stack of an app, nested ones among them. Call it after {@code app.synth()}.
     *
     * @param assembly what the synthesis has written
     * @throws IllegalArgumentException that lists everything that AWS would refuse
     */
    public static void check(CloudAssembly assembly) {
        List<String> all = new ArrayList<>();
        for (StackTemplate one : StackTemplate.all(assembly)) {
            all.addAll(exceeded(one.stack(), one.content(), one.bytes()));
        }
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(
                    "AWS would refuse, at the beginning or in the middle of the deployment:\n  "
                            + String.join("\n  ", all));
        }
    }

    static List<String> exceeded(String stack, JsonNode template, long bytes) {
        TemplateLimits limits = new TemplateLimits(stack, template);
        limits.countTemplate(bytes);
        template.path("Resources")
                .properties()
                .forEach(entry -> limits.countResource(entry.getKey(), entry.getValue()));
        TemplateReferences.missing(template)
                .forEach(reference -> limits.exceeded.add(stack + "/" + reference + ", which is not in the template"));
        List<String> circle = TemplateReferences.circle(template);
        if (!circle.isEmpty()) {
            limits.exceeded.add(stack + ": a circle, each needs the next first: " + String.join(" → ", circle));
        }
        return limits.exceeded;
    }

    private void countTemplate(long bytes) {
        atMost("", "the template's bytes", bytes, BYTES);
        atMost("", "Resources", template.path("Resources").size(), RESOURCES);
        atMost("", "Outputs", template.path("Outputs").size(), OUTPUTS);
        atMost("", "Parameters", template.path("Parameters").size(), PARAMETERS);
        atMost("", "Description", template.path("Description").asText().length(), DESCRIPTION);
    }

    private void countResource(String id, JsonNode resource) {
        String type = resource.path("Type").asText();
        for (Limit limit : Limit.OF_PROPERTIES) {
            if (!limit.type().equals("*") && !limit.type().equals(type)) {
                continue;
            }
            List<JsonNode> values = values(resource.path("Properties"), limit.path());
            String what = limit.path().replace("/*", "");
            switch (limit.count()) {
                case CHARACTERS -> values.forEach(value -> atMost(id, what, sizes.of(value), limit.most()));
                case ELEMENTS -> values.forEach(value -> atMost(id, what, value.size(), limit.most()));
                case CHARACTERS_IN_ALL ->
                    atMost(id, what, values.stream().mapToInt(sizes::of).sum(), limit.most());
            }
        }
    }

    private static List<JsonNode> values(JsonNode properties, String path) {
        List<JsonNode> found = List.of(properties);
        for (String step : path.split("/", -1)) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : found) {
                if (step.equals("*")) {
                    node.forEach(next::add);
                } else if (node.has(step)) {
                    next.add(node.path(step));
                }
            }
            found = next;
        }
        return found;
    }

    private void atMost(String id, String what, long value, long most) {
        if (value > most) {
            exceeded.add(stack + (id.isEmpty() ? "" : "/" + id) + ": " + what + ": " + value + ", allowed is " + most);
        }
    }
}
