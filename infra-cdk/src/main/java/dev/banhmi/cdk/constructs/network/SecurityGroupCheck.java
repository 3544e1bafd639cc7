package dev.banhmi.cdk.constructs.network;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.StackTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.cxapi.CloudAssembly;

/**
 * Refuses templates in which something joins a VPC's default security group: a resource of a type that this library knows and that names no
 * group, or anything that names that one. A type that AWS adds later is not known.
 */
public final class SecurityGroupCheck {
    /*
     * Whatever names no group joins that one, without a word: it then shares whatever rules somebody has given it with everything else that was
     * forgotten, or, where it is closed, reaches nothing. The templates are read as they will be submitted, because any construct of an app can
     * name a group until the end of the synthesis.
     */

    private static final String DEFAULT_GROUP = "DefaultSecurityGroup";

    /** In a text that CloudFormation fills in; {@code ${!…}} stays as it is. */
    private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{\\s*[A-Za-z0-9]+\\." + DEFAULT_GROUP + "\\s*}");

    private SecurityGroupCheck() {}

    /**
     * Reads the templates of every stack of an app, nested ones among them. Call it after {@code app.synth()}.
     *
     * @param assembly what the synthesis has written
     * @throws IllegalArgumentException that lists every resource that would join a default group
     */
    public static void check(CloudAssembly assembly) {
        List<String> all = new ArrayList<>();
        for (StackTemplate one : StackTemplate.all(assembly)) {
            all.addAll(members(one.stack(), one.content()));
        }
        if (!all.isEmpty()) {
            throw new IllegalArgumentException(
                    "The VPC's default security group is nobody's; name a group with the rules that are needed:\n  "
                            + String.join("\n  ", all));
        }
    }

    static List<String> members(String stack, JsonNode template) {
        List<String> found = new ArrayList<>();
        template.path("Resources").properties().forEach(entry -> {
            JsonNode resource = entry.getValue();
            String type = resource.path("Type").asText();
            JsonNode properties = resource.path("Properties");
            String what = stack + "/" + entry.getKey() + " (" + type + ")";
            if (GroupMember.ALL.stream()
                    .anyMatch(member -> member.type().equals(type) && member.isForgotten(properties))) {
                found.add(what + " names no security group");
            }
            // What closes it, with its permission, names it.
            if (!type.startsWith("Custom::") && !type.equals("AWS::IAM::Role") && namesDefault(properties)) {
                found.add(what + " names the default one");
            }
        });
        template.path("Outputs").properties().forEach(output -> {
            if (namesDefault(output.getValue())) {
                found.add(stack + "/" + output.getKey() + " (an output) names the default one");
            }
        });
        return found;
    }

    private static boolean namesDefault(JsonNode node) {
        return isDefault(node.path("Fn::GetAtt"))
                || isSubstituted(node.path("Fn::Sub"))
                || StreamSupport.stream(node.spliterator(), false).anyMatch(SecurityGroupCheck::namesDefault);
    }

    private static boolean isDefault(JsonNode reference) {
        String attribute = reference.isArray()
                ? reference.path(1).asText()
                : reference.asText().replaceFirst("^[^.]*\\.", "");
        return attribute.equals(DEFAULT_GROUP);
    }

    /** A text, or a list of it and of values for some of its variables, which are looked at by themselves. */
    private static boolean isSubstituted(JsonNode text) {
        return SUBSTITUTED
                .matcher((text.isArray() ? text.path(0) : text).asText())
                .find();
    }
}
