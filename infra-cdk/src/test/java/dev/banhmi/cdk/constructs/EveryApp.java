package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What comes out of a construct in any app, whatever its feature flags. */
public final class EveryApp {
    private EveryApp() {}

    /**
     * Builds the same in an app without flags and in one with all of them, and requires the same resources. The order of the actions
     * in a statement is CDK's and means nothing, so it does not count.
     *
     * @param build adds what is tried to the sandbox's stack
     * @return the resources
     */
    public static JsonNode resources(Consumer<Sandbox> build) {
        List<JsonNode> both = Stream.of(Sandbox.plain(), Sandbox.recommended())
                .map(sandbox -> {
                    build.accept(sandbox);
                    JsonNode resources = sandbox.template().path("Resources");
                    sortActions(resources);
                    return resources;
                })
                .toList();
        both.get(0)
                .properties()
                .forEach(resource -> assertThat(both.get(1).path(resource.getKey()))
                        .as(resource.getKey())
                        .isEqualTo(resource.getValue()));
        assertThat(names(both.get(1))).isEqualTo(names(both.get(0)));
        return both.get(0);
    }

    /**
     * The logical ids of all resources.
     *
     * @param resources by logical id
     * @return sorted
     */
    public static List<String> names(JsonNode resources) {
        return resources.properties().stream()
                .map(resource -> resource.getKey())
                .sorted()
                .toList();
    }

    /**
     * Sorts the actions of every statement.
     *
     * @param node what holds the statements; changed
     */
    public static void sortActions(JsonNode node) {
        if (node instanceof ObjectNode object && object.path("Action") instanceof ArrayNode actions) {
            List<JsonNode> sorted = new ArrayList<>();
            actions.forEach(sorted::add);
            sorted.sort(Comparator.comparing(JsonNode::asText));
            object.putArray("Action").addAll(sorted);
        }
        node.forEach(EveryApp::sortActions);
    }
}
