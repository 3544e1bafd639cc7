package dev.banhmi.cdk.constructs.limits;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** How long a value of a template is once CloudFormation has resolved it, at most. */
final class ResolvedSize {
    /*
     * A generated name is stack, logical id and 12 random characters with dashes between
     * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html#resources-section-physical-id, checked
     * 2026-11-30), an ARN has a prefix before it. What comes from elsewhere (a parameter, another stack) is taken to be as long as the longest
     * name of our own.
     */

    private static final int RANDOM = 14;
    private static final int ARN_PREFIX = 64;
    private static final int FOREIGN = 128;
    private static final Map<String, Integer> PSEUDO = Map.of(
            "AWS::AccountId", 12,
            "AWS::Partition", 10,
            "AWS::Region", 14,
            "AWS::StackName", 128,
            "AWS::StackId", 220,
            "AWS::URLSuffix", 16,
            "AWS::NoValue", 0);

    private final JsonNode template;
    private final String stackName;

    ResolvedSize(JsonNode template, String stackName) {
        this.template = template;
        this.stackName = stackName;
    }

    /** Characters of a text, or of a document as JSON without white space. */
    int of(JsonNode value) {
        return value.isTextual() ? value.asText().length() : document(value);
    }

    private int document(JsonNode value) {
        if (value.isObject()) {
            if (value.size() == 1) {
                Map.Entry<String, JsonNode> entry =
                        value.properties().iterator().next();
                if (entry.getKey().equals("Ref") || entry.getKey().startsWith("Fn::")) {
                    return function(entry.getKey(), entry.getValue());
                }
            }
            // Braces, and for each entry quotes, colon and comma.
            return 2
                    + value.properties().stream()
                            .mapToInt(entry -> entry.getKey().length() + 4 + quoted(entry.getValue()))
                            .sum();
        }
        if (value.isArray()) {
            int sum = 2;
            for (JsonNode element : value) {
                sum += 1 + quoted(element);
            }
            return sum;
        }
        return value.asText().length();
    }

    private int quoted(JsonNode value) {
        boolean text = value.isTextual() || (value.isObject() && value.size() == 1 && isFunction(value));
        return document(value) + (text ? 2 : 0);
    }

    private static boolean isFunction(JsonNode value) {
        String key = value.fieldNames().next();
        return key.equals("Ref") || key.startsWith("Fn::");
    }

    private int function(String name, JsonNode argument) {
        return switch (name) {
            case "Ref" -> reference(argument.asText(), 0);
            case "Fn::GetAtt" ->
                reference(argument.path(0).asText(), argument.path(1).asText().endsWith("Arn") ? ARN_PREFIX : 0);
            case "Fn::Join" -> {
                int sum = 0;
                for (JsonNode part : argument.path(1)) {
                    sum += of(part) + argument.path(0).asText().length();
                }
                yield sum;
            }
            // The longest of what it chooses from, or what it is made of.
            case "Fn::Select", "Fn::Split" -> of(argument.path(1));
            case "Fn::Base64" -> of(argument);
            case "Fn::Sub" -> argument.isTextual() ? argument.asText().length() + FOREIGN : FOREIGN;
            default -> FOREIGN;
        };
    }

    private int reference(String id, int more) {
        if (PSEUDO.containsKey(id)) {
            return PSEUDO.get(id);
        }
        return template.path("Resources").has(id) ? more + stackName.length() + id.length() + RANDOM : FOREIGN;
    }
}
