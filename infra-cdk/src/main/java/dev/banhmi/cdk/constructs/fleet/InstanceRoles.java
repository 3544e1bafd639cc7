package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.ArrayList;
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
    /*
     * IAM cannot tell one instance of a cluster from another here, so each right is one over all of them. What the agent calls is in its
     * client: create, register, discover, list tags, submit, and set the state, which it does for itself where Spot gives its two minutes'
     * notice, and only there. It never deregisters an instance; the drainer does that
     * (https://github.com/aws/amazon-ecs-agent, ecs-agent/api/ecs/interface.go, and
     * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-spot.html, checked 2026-11-30).
     */

    private InstanceRoles() {}

    /**
     * The role of the cluster's On-Demand instances: what the ECS agent calls, in this cluster; one of Spot cannot drain itself with it, see
     * {@link #spotAgent}. Give it to the launch template as
     * {@link Role#withoutPolicyUpdates()}: otherwise CDK adds permissions of its own, among them writing logs on every resource.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role agent(Construct scope, String id, ICluster cluster) {
        return agent(scope, id, cluster, false);
    }

    /**
     * The role of the cluster's Spot instances: as {@link #agent}, and an instance may drain itself when AWS reclaims it. IAM lets it drain
     * every other one of the cluster, too.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role spotAgent(Construct scope, String id, ICluster cluster) {
        return agent(scope, id, cluster, true);
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
        return agentWithSessions(scope, id, cluster, false);
    }

    /**
     * The role of the cluster's Spot instances that operators open a shell on: as {@link #spotAgent} and {@link #agentWithSessions}.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role spotAgentWithSessions(Construct scope, String id, ICluster cluster) {
        return agentWithSessions(scope, id, cluster, true);
    }

    private static Role agent(Construct scope, String id, ICluster cluster, boolean spot) {
        return role(scope, id, Map.of("agent", agentPolicy(scope, cluster, spot)));
    }

    private static Role agentWithSessions(Construct scope, String id, ICluster cluster, boolean spot) {
        return role(
                scope,
                id,
                new TreeMap<>(Map.of("agent", agentPolicy(scope, cluster, spot), "sessions", sessionsPolicy(scope))));
    }

    private static Role role(Construct scope, String id, Map<String, PolicyDocument> policies) {
        return Role.Builder.create(scope, id)
                .description("The agents on the cluster's instances")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .inlinePolicies(policies)
                .build();
    }

    private static PolicyDocument agentPolicy(Construct scope, ICluster cluster, boolean spot) {
        Map<String, Object> inThisCluster = Map.of("ArnEquals", Map.of("ecs:cluster", cluster.getClusterArn()));
        String instances = ResourceArn.of(scope, "ecs", "container-instance/" + cluster.getClusterName() + "/*");
        List<String> polls = new ArrayList<>(List.of("ecs:Poll", "ecs:StartTelemetrySession"));
        if (spot) {
            polls.add("ecs:UpdateContainerInstancesState");
        }
        return document(
                allow(
                        List.of(cluster.getClusterArn()),
                        "ecs:RegisterContainerInstance",
                        "ecs:SubmitAttachmentStateChanges",
                        "ecs:SubmitContainerStateChange",
                        "ecs:SubmitTaskStateChange"),
                allow(List.of(instances), inThisCluster, polls.toArray(String[]::new)),
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
