package dev.banhmi.cdk.constructs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.constructs.limits.CompleteTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Template;

/**
 * A stack to try a construct in, without an account, and the template that came out.
 *
 * @param app with the stack
 * @param stack empty at first
 */
public record Sandbox(App app, Stack stack) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** {@return a stack as written by hand: {@code new App()}, no feature flag at all} */
    public static Sandbox plain() {
        return in(new App());
    }

    /** {@return a stack as written by {@code cdk init}: every feature flag that CDK recommends, so that a violation of its rules fails} */
    public static Sandbox recommended() {
        return in(DefaultRules.appliedTo(
                new App(AppProps.builder().context(recommendedFlags()).build())));
    }

    private static Sandbox in(App app) {
        Stack stack = new Stack(
                app,
                "sandbox",
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
        return new Sandbox(app, stack);
    }

    /** {@return the template as it is now, which refers to nothing that is not in it} */
    public JsonNode template() {
        return CompleteTemplate.of(JSON.valueToTree(Template.fromStack(stack).toJSON()));
    }

    /**
     * Finds resources.
     *
     * @param template to look in
     * @param type such as {@code AWS::IAM::Role}
     * @return all of the type
     */
    public static List<JsonNode> resources(JsonNode template, String type) {
        return StreamSupport.stream(template.path("Resources").spliterator(), false)
                .filter(resource -> resource.path("Type").asText().equals(type))
                .toList();
    }

    /**
     * The properties of the only resource of a type.
     *
     * @param template to look in
     * @param type such as {@code AWS::IAM::Role}
     * @return its properties
     */
    public static JsonNode only(JsonNode template, String type) {
        List<JsonNode> found = resources(template, type);
        if (found.size() != 1) {
            throw new AssertionError("Expected one " + type + ", found " + found.size());
        }
        return found.get(0).path("Properties");
    }

    /**
     * Finds the hooks on termination, which a group may have beside hooks on launches.
     *
     * @param template to look in
     * @return all of the template
     */
    public static List<JsonNode> terminationHooks(JsonNode template) {
        return resources(template, "AWS::AutoScaling::LifecycleHook").stream()
                .filter(hook -> hook.at("/Properties/LifecycleTransition")
                        .asText()
                        .equals("autoscaling:EC2_INSTANCE_TERMINATING"))
                .toList();
    }

    /**
     * The properties of the only hook on termination.
     *
     * @param template to look in
     * @return its properties
     */
    public static JsonNode onlyTerminationHook(JsonNode template) {
        List<JsonNode> hooks = terminationHooks(template);
        if (hooks.size() != 1) {
            throw new AssertionError("Expected one hook on termination, found " + hooks.size());
        }
        return hooks.get(0).path("Properties");
    }

    private static Map<String, Object> recommendedFlags() {
        // Written by CDK itself; the file of the version in use, from its own package.
        try (InputStream flags = Sandbox.class.getResourceAsStream("/recommended-feature-flags.json")) {
            JsonNode read = JSON.readTree(Objects.requireNonNull(flags));
            return JSON.convertValue(
                    read, JSON.getTypeFactory().constructMapType(Map.class, String.class, Object.class));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
