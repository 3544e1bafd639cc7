package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.InlineResource;
import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** What a fleet with protected instances needs so that its stack can be removed. */
final class ScaleInProtection extends Construct {
    /*
     * ECS protects the instances that carry tasks, and forgets them when its capacity provider is deleted
     * (https://github.com/aws/containers-roadmap/issues/2862, checked 2026-11-30). CloudFormation then scales the group to 0 and waits for
     * instances that may not go, until it gives up (https://github.com/aws/aws-cdk/issues/18179). So between the two a function takes the
     * protection away: with the stack, with a group that is replaced, and where a fleet is no longer protected. First it stops the group
     * from protecting new instances. Protection starts when an instance is in service
     * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-protection.html, checked 2026-11-30), so one that is
     * still Pending is waited for, for longer than the ten minutes after which the drain gives up a launch.
     *
     * An update of a group with a launch template may want more rights than its own: ec2:RunInstances is checked "when an Auto Scaling group
     * is created or updated" (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html, checked
     * 2026-11-30), and no text says whether that holds for this property alone. So nothing depends on it: where the update is denied, the
     * instances are let go of all the same, and only one that is launched in the last moment could still become protected.
     *
     * The role knows the group by the tags that CloudFormation gives it and nobody else may set, not by its name: when the group is
     * replaced, or a replacement is taken back, it is the other group that is let go of, after the role has been updated. The function is
     * made before the group, so that hardly anything can fail while there are protected instances and nothing to let go of them.
     *
     * Nothing is drained by it. The hooks of a group are deleted before the group, which ends every wait
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html, checked 2026-11-30), and the drain knows only
     * the group of the template by then: what still runs on a group that CloudFormation replaces is cut. So nothing in this library
     * replaces one: a group is replaced for its name or its InstanceId, which the fleet does not set, or by an update policy, which here
     * refreshes the instances. The group is not deleted by force either, which is a single call: it would end the waits at other hooks, too.
     */

    static final String RESOURCE = "Custom::ScaleInProtection";

    private static final String SOURCE = "release-protection.js";
    private static final Duration LIMIT = Duration.minutes(14);

    /** https://docs.aws.amazon.com/autoscaling/ec2/userguide/tag-security.html, checked 2026-11-30. */
    private static final String TAG = "autoscaling:ResourceTag/aws:cloudformation:";

    private final CustomResource resource;

    ScaleInProtection(Construct scope, AutoScalingGroup group) {
        super(scope, "Protection");
        resource = new InlineResource(
                        RESOURCE,
                        "Lets go of protected instances before their group is deleted",
                        InlineResource.source(ScaleInProtection.class, SOURCE),
                        LIMIT,
                        statements(group),
                        Map.of("Group", group.getAutoScalingGroupName()))
                .build(this);
        resourceOf(group).getNode().addDependency(getNode().findChild(InlineResource.FUNCTION));
    }

    /** Makes it outlive a provider, which would protect instances again. */
    void outlives(AsgCapacityProvider provider) {
        provider.getNode().addDependency(resource);
    }

    private static List<PolicyStatement> statements(AutoScalingGroup group) {
        return List.of(
                PolicyStatement.Builder.create()
                        .sid("FindTheInstances")
                        .actions(List.of("autoscaling:DescribeAutoScalingGroups"))
                        // It takes no resource.
                        .resources(List.of("*"))
                        .build(),
                PolicyStatement.Builder.create()
                        .sid("LetThemGo")
                        .actions(List.of("autoscaling:SetInstanceProtection", "autoscaling:UpdateAutoScalingGroup"))
                        // Id and name are not known before the group exists; the tags say which it is.
                        .resources(List.of(
                                ResourceArn.of(group, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/*")))
                        .conditions(Map.of(
                                "StringEquals",
                                new TreeMap<>(Map.of(
                                        TAG + "logical-id",
                                        resourceOf(group).getLogicalId(),
                                        TAG + "stack-id",
                                        Aws.STACK_ID))))
                        .build());
    }

    private static CfnAutoScalingGroup resourceOf(AutoScalingGroup group) {
        return Objects.requireNonNull((CfnAutoScalingGroup) group.getNode().getDefaultChild(), "the group's resource");
    }
}
