package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import software.amazon.awscdk.Stack;

/** What the roles of a template may do, inline or by a policy of their own. */
public final class RoleStatements {
    /** No resource type and no condition key in AWS's service authorization reference. */
    private static final Set<String> WITHOUT_RESOURCE_OR_CONDITION = Set.of(
            "ecs:DiscoverPollEndpoint",
            "ecr:GetAuthorizationToken",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel");

    private RoleStatements() {}

    /**
     * Builds roles in an app without flags.
     *
     * @param roles adds them to a stack
     * @return its template
     */
    public static JsonNode build(Consumer<Stack> roles) {
        Sandbox sandbox = Sandbox.plain();
        roles.accept(sandbox.stack());
        return sandbox.template();
    }

    /**
     * Requires that every statement names a resource, or has a condition, or holds only actions for which IAM knows neither.
     *
     * @param template with the roles
     */
    public static void requireResourceOrConditionWhereIamKnowsOne(JsonNode template) {
        for (JsonNode statement : statements(template)) {
            if (statement.path("Resource").asText().equals("*") && !statement.has("Condition")) {
                assertThat(WITHOUT_RESOURCE_OR_CONDITION).containsAll(strings(statement.path("Action")));
            }
        }
        assertThat(actions(template)).noneMatch(action -> action.contains("*"));
    }

    /**
     * The statement by which the only role is taken on.
     *
     * @param template with the role
     * @return the first statement
     */
    public static JsonNode assume(JsonNode template) {
        return Sandbox.only(template, "AWS::IAM::Role")
                .path("AssumeRolePolicyDocument")
                .path("Statement")
                .path(0);
    }

    /**
     * Every action that is allowed.
     *
     * @param template with the roles
     * @return sorted
     */
    public static Set<String> actions(JsonNode template) {
        Set<String> actions = new TreeSet<>();
        statements(template).forEach(statement -> actions.addAll(strings(statement.path("Action"))));
        return actions;
    }

    /**
     * The statement that allows an action.
     *
     * @param template with the roles
     * @param action such as {@code ecs:Poll}
     * @return the first
     */
    public static JsonNode statement(JsonNode template, String action) {
        return statements(template).stream()
                .filter(statement -> strings(statement.path("Action")).contains(action))
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> statements(JsonNode template) {
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode role : Sandbox.resources(template, "AWS::IAM::Role")) {
            for (JsonNode policy : role.path("Properties").path("Policies")) {
                policy.path("PolicyDocument").path("Statement").forEach(found::add);
            }
        }
        for (JsonNode policy : Sandbox.resources(template, "AWS::IAM::Policy")) {
            policy.path("Properties").path("PolicyDocument").path("Statement").forEach(found::add);
        }
        return found;
    }

    private static List<String> strings(JsonNode oneOrMany) {
        List<String> strings = new ArrayList<>();
        if (oneOrMany.isTextual()) {
            strings.add(oneOrMany.asText());
        }
        oneOrMany.forEach(each -> strings.add(each.asText()));
        return strings;
    }
}
