package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.Refusal;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.ecs.CfnCluster;
import software.amazon.awscdk.services.ecs.ICluster;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** What a template states of the name of a group or a cluster: when that changes, so does the name. */
final class StatedName {
    /*
     * A published version of the function keeps the environment that it was published with, and CDK publishes another when the text of the
     * function's properties changes (aws-cdk-lib 2.263: Function.currentVersion). The environment names a group by a reference, whose text
     * is the same after the group was replaced under another name: the version would go on with the old name and ignore every instance of
     * the new one. Both resources are replaced when their name property changes
     * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-autoscaling-autoscalinggroup.html and
     * …/aws-resource-ecs-cluster.html, checked 2026-11-30), so that property belongs to what makes a version. A group is also replaced
     * with another launch template, other subnets or another mixed instances policy where its update policy wants that
     * (review/replacement-properties.json, "sometimes"), under a name that no template states: DrainCheck refuses such a policy.
     */

    private static final String GENERATED = "generated";

    private StatedName() {}

    /**
     * The name of a group, as its template states it.
     *
     * @throws IllegalArgumentException if it is known only when the stack is deployed
     */
    static String of(AutoScalingGroup group) {
        Object name = group.getNode().getDefaultChild() instanceof CfnAutoScalingGroup resource
                ? resource.getAutoScalingGroupName()
                : group.getAutoScalingGroupName();
        return text(group, "autoScalingGroupName", name);
    }

    /**
     * The name of a cluster, as its template states it, or as it was imported.
     *
     * @throws IllegalArgumentException if it is known only when the stack is deployed
     */
    static String of(ICluster cluster) {
        Object name = cluster instanceof Construct construct
                        && construct.getNode().getDefaultChild() instanceof CfnCluster resource
                ? resource.getClusterName()
                : cluster.getClusterArn();
        return text(cluster, "clusterName", name);
    }

    private static String text(IConstruct resource, String property, @Nullable Object name) {
        Object stated = name == null ? null : Stack.of(resource).resolve(name);
        if (stated == null) {
            return GENERATED;
        }
        if (!isFixed(stated)) {
            throw Refusal.of(
                    resource,
                    property,
                    stated,
                    "a literal, a name made of pseudo parameters such as AWS::StackName, joined and not by Fn::Sub, an"
                            + " exported value, or none",
                    "The name is known only when the stack is deployed: when it changes, the drainer's published"
                            + " version keeps the old one and drains nothing.");
        }
        return stated.toString();
    }

    /** Whether the value changes only when its text does. */
    private static boolean isFixed(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream().allMatch(entry -> isFixed(String.valueOf(entry.getKey()), entry.getValue()));
        }
        if (value instanceof Collection<?> values) {
            return values.stream().allMatch(StatedName::isFixed);
        }
        return !value.toString().contains("{{resolve:");
    }

    private static boolean isFixed(String key, Object value) {
        return switch (key) {
            case "Ref" -> value.toString().startsWith("AWS::");
            // An export cannot change while it is imported
            // (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html, checked
            // 2026-11-30).
            case "Fn::ImportValue" -> true;
            case "Fn::GetAtt", "Fn::Sub", "Fn::FindInMap", "Fn::If", "Fn::GetStackOutput" -> false;
            default -> isFixed(value);
        };
    }
}
