package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/**
 * The roles of a cluster's instances, with what their agents call and nothing else: every statement names its resources or a condition, or
 * has only actions that support neither.
 */
public final class InstanceRoles {
    private InstanceRoles() {}

    /**
     * The role of the cluster's instances: what the ECS agent calls, in this cluster. Give it to the launch template as
     * {@link Role#withoutPolicyUpdates()}: otherwise CDK adds permissions of its own, among them writing logs on every resource.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role agent(Construct scope, String id, ICluster cluster) {
        return role(scope, id, Map.of("agent", agentPolicy(scope, cluster)));
    }

    /**
     * The role of the cluster's instances that operators open a shell on through Session Manager: as {@link #agent}, and what its agent
     * calls. It needs no open port and no key.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role agentWithSessions(Construct scope, String id, ICluster cluster) {
        return role(
                scope,
                id,
                new TreeMap<>(Map.of("agent", agentPolicy(scope, cluster), "sessions", sessionsPolicy(scope))));
    }

    private static Role role(Construct scope, String id, Map<String, PolicyDocument> policies) {
        return Role.Builder.create(scope, id)
                .description("The agents on the cluster's instances")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .inlinePolicies(policies)
                .build();
    }

    private static PolicyDocument agentPolicy(Construct scope, ICluster cluster) {
        Map<String, Object> inThisCluster = Map.of("ArnEquals", Map.of("ecs:cluster", cluster.getClusterArn()));
        String instances = ResourceArn.of(scope, "ecs", "container-instance/" + cluster.getClusterName() + "/*");
        return document(
                allow(
                        List.of(cluster.getClusterArn()),
                        "ecs:DeregisterContainerInstance",
                        "ecs:RegisterContainerInstance",
                        "ecs:SubmitAttachmentStateChanges",
                        "ecs:SubmitContainerStateChange",
                        "ecs:SubmitTaskStateChange"),
                // The agent sets its own instance to DRAINING when Spot gives its two minutes' notice
                // (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-spot.html).
                allow(
                        List.of(instances),
                        inThisCluster,
                        "ecs:Poll",
                        "ecs:StartTelemetrySession",
                        "ecs:UpdateContainerInstancesState"),
                // Supports neither resource nor condition.
                allow(List.of("*"), "ecs:DiscoverPollEndpoint"));
    }

    private static PolicyDocument sessionsPolicy(Construct scope) {
        String instances = ResourceArn.of(scope, "ec2", "instance/*");
        Map<String, Object> fromAnInstance = Map.of("ArnLike", Map.of("ec2:SourceInstanceARN", instances));
        return document(
                allow(List.of(instances), fromAnInstance, "ssm:UpdateInstanceInformation"),
                allow(List.of("*"), fromAnInstance, "ssmmessages:CreateControlChannel"),
                // Support neither resource nor condition.
                allow(
                        List.of("*"),
                        "ssmmessages:CreateDataChannel",
                        "ssmmessages:OpenControlChannel",
                        "ssmmessages:OpenDataChannel"));
    }

    private static PolicyDocument document(PolicyStatement... statements) {
        return PolicyDocument.Builder.create().statements(List.of(statements)).build();
    }

    private static PolicyStatement allow(List<String> resources, String... actions) {
        return allow(resources, Map.of(), actions);
    }

    private static PolicyStatement allow(List<String> resources, Map<String, Object> conditions, String... actions) {
        return PolicyStatement.Builder.create()
                .actions(List.of(actions))
                .resources(resources)
                .conditions(conditions)
                .build();
    }
}
