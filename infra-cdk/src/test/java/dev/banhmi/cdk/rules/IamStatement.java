package dev.banhmi.cdk.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * One statement of a policy.
 *
 * @param owner the stack and the logical id of the resource that holds it
 * @param resources as text; empty where the policy's owner is what it speaks of, as in a role's trust policy
 */
record IamStatement(
        String owner, boolean allows, List<String> actions, List<String> resources, Set<String> conditionKeys) {

    /** All statements of an environment's templates, in policies of whatever kind. */
    static List<IamStatement> of(Map<String, JsonNode> templates) {
        TemplateValues values = new TemplateValues(templates);
        List<IamStatement> statements = new ArrayList<>();
        templates.forEach((stack, template) -> template.path("Resources")
                .properties()
                .forEach(resource -> {
                    String owner = stack + "/" + resource.getKey();
                    for (JsonNode policy : resource.getValue().findParents("Statement")) {
                        for (JsonNode statement : policy.path("Statement")) {
                            statements.add(read(owner, stack, statement, values));
                        }
                    }
                }));
        return statements;
    }

    private static IamStatement read(String owner, String stack, JsonNode statement, TemplateValues values) {
        if (statement.has("NotAction") || statement.has("NotResource")) {
            throw new AssertionError(owner + " allows everything but something: " + statement);
        }
        Set<String> keys = new TreeSet<>();
        statement.path("Condition").forEach(operator -> operator.fieldNames().forEachRemaining(keys::add));
        // A key's policy speaks of the key alone, and says so with a star.
        boolean ofItself = statement.has("Principal")
                && texts(stack, statement.path("Resource"), values).equals(List.of("*"));
        return new IamStatement(
                owner,
                statement.path("Effect").asText().equals("Allow"),
                texts(stack, statement.path("Action"), values),
                ofItself ? List.of() : texts(stack, statement.path("Resource"), values),
                keys);
    }

    private static List<String> texts(String stack, JsonNode value, TemplateValues values) {
        if (value.isMissingNode()) {
            return List.of();
        }
        return value.isArray()
                ? StreamSupport.stream(value.spliterator(), false)
                        .map(one -> values.text(stack, one))
                        .toList()
                : List.of(values.text(stack, value));
    }
}
