package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Renders values of a template for a reader: {@code <Bucket.Arn>/*} for a join of an attribute and a text. */
final class Wording {
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{([^!}]+)}");
    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::Partition",
            "aws",
            "AWS::AccountId",
            "<account>",
            "AWS::Region",
            "<region>",
            "AWS::URLSuffix",
            "amazonaws.com",
            "AWS::StackName",
            "<stack>",
            "AWS::StackId",
            "<stack id>",
            "AWS::NoValue",
            "");

    private final Assembly assembly;
    private final String stack;

    Wording(Assembly assembly, String stack) {
        this.assembly = assembly;
        this.stack = stack;
    }

    String of(JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        if (value.isArray()) {
            return joined(value, ", ");
        }
        if (value.size() == 1) {
            String function = value.fieldNames().next();
            return function(function, value.path(function)).orElseGet(value::toString);
        }
        return value.toString();
    }

    private Optional<String> function(String name, JsonNode argument) {
        return switch (name) {
            case "Ref" -> Optional.of(reference(argument.asText()));
            case "Fn::GetAtt" ->
                Optional.of("<" + Resource.name(argument.path(0).asText()) + "."
                        + argument.path(1).asText() + ">");
            case "Fn::Join" ->
                Optional.of(joined(argument.path(1), argument.path(0).asText()));
            case "Fn::Sub" -> Optional.of(substituted(argument.isArray() ? argument.path(0) : argument));
            case "Fn::Base64" -> Optional.of(of(argument));
            case "Fn::GetStackOutput" -> stackOutput(argument);
            case "Fn::Select" ->
                argument.path(1).has("Fn::GetAZs")
                        ? Optional.of("zone " + (argument.path(0).asInt() + 1))
                        : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<String> stackOutput(JsonNode argument) {
        String producer = argument.path("StackName").asText();
        return assembly.stacks().stream()
                .filter(other -> other.name().equals(producer))
                .map(other -> other.output(argument.path("OutputName").asText()))
                .filter(value -> !value.isMissingNode())
                .map(value -> new Wording(assembly, producer).of(value))
                .findFirst();
    }

    private String joined(JsonNode parts, String separator) {
        return StreamSupport.stream(parts.spliterator(), false).map(this::of).collect(Collectors.joining(separator));
    }

    private String substituted(JsonNode text) {
        return SUBSTITUTION
                .matcher(text.asText())
                .replaceAll(match -> Matcher.quoteReplacement(reference(match.group(1))));
    }

    private String reference(String name) {
        String pseudo = PSEUDO.get(name);
        if (pseudo != null) {
            return name.equals("AWS::Region") ? assembly.stack(stack).region() : pseudo;
        }
        JsonNode parameter =
                assembly.stack(stack).template().path("Parameters").path(name).path("Default");
        return parameter.isMissingNode() ? "<" + Resource.name(name) + ">" : parameter.asText();
    }
}
