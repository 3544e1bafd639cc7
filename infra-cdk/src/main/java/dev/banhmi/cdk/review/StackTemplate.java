package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A stack of the assembly: its entry in the manifest, and its template. */
record StackTemplate(String name, String region, boolean terminationProtection, JsonNode template) {

    /** All resources, in the template's order. */
    List<Resource> resources() {
        return template.path("Resources").properties().stream()
                .map(entry -> resource(entry.getKey(), entry.getValue()))
                .toList();
    }

    Stream<Resource> resources(String type) {
        return resources().stream().filter(resource -> resource.is(type));
    }

    Optional<Resource> resource(String id) {
        JsonNode body = template.path("Resources").path(id);
        return body.isMissingNode() ? Optional.empty() : Optional.of(resource(id, body));
    }

    JsonNode output(String outputName) {
        return template.path("Outputs").path(outputName).path("Value");
    }

    private Resource resource(String id, JsonNode body) {
        return new Resource(name, id, body.path("Type").asText(), body);
    }
}
