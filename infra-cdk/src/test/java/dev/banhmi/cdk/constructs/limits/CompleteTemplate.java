package dev.banhmi.cdk.constructs.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

/** A template that CloudFormation would read to its end. */
public final class CompleteTemplate {
    private CompleteTemplate() {}

    /**
     * Requires that everything that a template refers to is in it.
     *
     * @param template of one stack
     * @return the same
     */
    public static JsonNode of(JsonNode template) {
        assertThat(TemplateReferences.missing(template))
                .as("references to nothing")
                .isEmpty();
        return template;
    }
}
