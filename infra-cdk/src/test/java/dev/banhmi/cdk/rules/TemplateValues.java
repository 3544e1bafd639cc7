package dev.banhmi.cdk.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The values of an environment's templates as CloudFormation would make them of made-up names: enough to tell one kind of ARN from another.
 */
final class TemplateValues {
    private static final Map<String, String> PSEUDO = Map.of(
            "AWS::Partition", "aws",
            "AWS::Region", "us-east-1",
            "AWS::AccountId", "111122223333",
            "AWS::URLSuffix", "amazonaws.com",
            "AWS::StackName", "stack",
            "AWS::StackId", "arn:aws:cloudformation:us-east-1:111122223333:stack/stack/1");
    private static final String HERE = "us-east-1:111122223333:";

    /** What {@code Arn} of a resource is, before its name; the name may be followed by more. */
    private static final Map<String, String> ARNS = new TreeMap<>(Map.ofEntries(
            Map.entry("AWS::ECR::Repository", "arn:aws:ecr:" + HERE + "repository/%s"),
            Map.entry("AWS::ECS::Cluster", "arn:aws:ecs:" + HERE + "cluster/%s"),
            Map.entry("AWS::Events::Rule", "arn:aws:events:" + HERE + "rule/%s"),
            Map.entry("AWS::IAM::Role", "arn:aws:iam::111122223333:role/%s"),
            Map.entry("AWS::KMS::Key", "arn:aws:kms:" + HERE + "key/%s"),
            Map.entry("AWS::Lambda::Function", "arn:aws:lambda:" + HERE + "function:%s"),
            Map.entry("AWS::Logs::LogGroup", "arn:aws:logs:" + HERE + "log-group:%s:*"),
            Map.entry("AWS::S3::Bucket", "arn:aws:s3:::%s"),
            Map.entry("AWS::SNS::Topic", "arn:aws:sns:" + HERE + "%s"),
            Map.entry("AWS::SQS::Queue", "arn:aws:sqs:" + HERE + "%s")));

    /** Resources whose {@code Ref} is their ARN. */
    private static final Map<String, String> REFERENCES = Map.of(
            "AWS::ECS::Service", "arn:aws:ecs:" + HERE + "service/%s",
            "AWS::ECS::TaskDefinition", "arn:aws:ecs:" + HERE + "task-definition/%s:1",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
                    "arn:aws:elasticloadbalancing:" + HERE + "loadbalancer/app/%s/1",
            "AWS::ElasticLoadBalancingV2::TargetGroup", "arn:aws:elasticloadbalancing:" + HERE + "targetgroup/%s/1",
            "AWS::Lambda::Alias", "arn:aws:lambda:" + HERE + "function:%s:live",
            "AWS::Lambda::Version", "arn:aws:lambda:" + HERE + "function:%s:1",
            "AWS::SNS::Topic", "arn:aws:sns:" + HERE + "%s");

    private static final Pattern SUBSTITUTE = Pattern.compile("\\$\\{([^}]+)}");

    private final Map<String, JsonNode> templates;

    /** @param templates by stack name: values of one stack may occur in another */
    TemplateValues(Map<String, JsonNode> templates) {
        this.templates = templates;
    }

    String text(String stack, JsonNode value) {
        if (value.isValueNode()) {
            return value.asText();
        }
        if (value.size() != 1) {
            throw unknown(value);
        }
        Map.Entry<String, JsonNode> call = value.properties().iterator().next();
        JsonNode argument = call.getValue();
        return switch (call.getKey()) {
            case "Ref" -> reference(stack, argument.asText());
            case "Fn::GetAtt" ->
                attribute(stack, argument.path(0).asText(), argument.path(1).asText());
            case "Fn::Join" ->
                StreamSupport.stream(argument.path(1).spliterator(), false)
                        .map(part -> text(stack, part))
                        .collect(Collectors.joining(argument.path(0).asText()));
            case "Fn::Sub" -> substitute(stack, argument);
            case "Fn::Select" -> select(stack, argument);
            case "Fn::GetStackOutput" -> output(argument);
            default -> throw unknown(value);
        };
    }

    private String reference(String stack, String name) {
        if (PSEUDO.containsKey(name)) {
            return PSEUDO.get(name);
        }
        JsonNode resource = template(stack).path("Resources").path(name);
        String format = REFERENCES.get(resource.path("Type").asText());
        return format == null ? name : format.formatted(name);
    }

    private String attribute(String stack, String name, String attribute) {
        String type = template(stack).path("Resources").path(name).path("Type").asText();
        if (attribute.endsWith("Arn")) {
            String format = ARNS.getOrDefault(type, REFERENCES.get(type));
            if (format == null) {
                throw new AssertionError("TemplateValues has to learn what the ARN of " + type + " looks like");
            }
            return format.formatted(name);
        }
        return name + "-" + attribute;
    }

    private String substitute(String stack, JsonNode argument) {
        Matcher variable =
                SUBSTITUTE.matcher(argument.isArray() ? argument.path(0).asText() : argument.asText());
        JsonNode given = argument.path(1);
        return variable.replaceAll(found -> {
            String name = found.group(1);
            int dot = name.indexOf('.');
            String value = given.has(name)
                    ? text(stack, given.path(name))
                    : dot < 0
                            ? reference(stack, name)
                            : attribute(stack, name.substring(0, dot), name.substring(dot + 1));
            return Matcher.quoteReplacement(value);
        });
    }

    private String select(String stack, JsonNode argument) {
        JsonNode split = argument.path(1).path("Fn::Split");
        if (split.isMissingNode()) {
            throw unknown(argument);
        }
        String[] parts =
                text(stack, split.path(1)).split(Pattern.quote(split.path(0).asText()), -1);
        return parts[argument.path(0).asInt()];
    }

    private String output(JsonNode argument) {
        String stack = argument.path("StackName").asText();
        return text(
                stack,
                template(stack)
                        .path("Outputs")
                        .path(argument.path("OutputName").asText())
                        .path("Value"));
    }

    private JsonNode template(String stack) {
        JsonNode template = templates.get(stack);
        if (template == null) {
            throw new AssertionError("No stack " + stack + " among " + templates.keySet());
        }
        return template;
    }

    private static AssertionError unknown(JsonNode value) {
        return new AssertionError("TemplateValues cannot read " + value);
    }
}
