package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.InlineResource;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** What a fleet with protected instances needs so that its stack can be removed. */
final class ScaleInProtection extends Construct {
    /*
     * ECS protects the instances that carry tasks, and forgets them when its capacity provider is deleted
     * (https://github.com/aws/containers-roadmap/issues/2862, checked 2026-11-30). CloudFormation then scales the group to 0 and waits for
     * instances that may not go, until it gives up (https://github.com/aws/aws-cdk/issues/18179). So between the two a function takes the
     * protection away: with the stack, with a group that is replaced, and where a fleet is no longer protected.
     *
     * It does not delete the group by force, which is a single call, because that ends every wait at a hook: the tasks on a group that is
     * replaced would be cut. Without protection they are drained.
     */

    static final String RESOURCE = "Custom::ScaleInProtection";

    private static final String SOURCE = "release-protection.js";
    private static final Duration LIMIT = Duration.minutes(5);

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
                        .actions(List.of("autoscaling:SetInstanceProtection"))
                        .resources(List.of(Stack.of(group)
                                .formatArn(ArnComponents.builder()
                                        .service("autoscaling")
                                        .resource("autoScalingGroup")
                                        // The wildcard matches an id that is not known before the group exists.
                                        .resourceName("*:autoScalingGroupName/" + group.getAutoScalingGroupName())
                                        .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                                        .build())))
                        .build());
    }
}
