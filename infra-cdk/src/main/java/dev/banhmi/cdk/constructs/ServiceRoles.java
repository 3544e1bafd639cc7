package dev.banhmi.cdk.constructs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/**
 * The roles of a service on EC2, each with what its bearer calls and nothing else: every statement names its resources, or a condition,
 * or holds only actions for which IAM knows neither.
 */
public final class ServiceRoles {
    private static final String TASKS = "ecs-tasks.amazonaws.com";

    private ServiceRoles() {}

    /**
     * The role of the cluster's instances: what the ECS agent calls, in this cluster. Give it to the launch template as
     * {@link Role#withoutPolicyUpdates()}: CDK else adds rights of its own, among them writing logs on every resource.
     *
     * @param scope where it stands
     * @param id its id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role instance(Construct scope, String id, ICluster cluster) {
        return instanceRole(scope, id, Map.of("agent", agent(scope, cluster)));
    }

    /**
     * The role of the cluster's instances that operators open a shell on by Session Manager: as {@link #instance}, and what its agent
     * calls. Nothing listens for it, and no key exists.
     *
     * @param scope where it stands
     * @param id its id
     * @param cluster the only cluster that it allows an instance to join
     * @return the role
     */
    public static Role instanceWithSessions(Construct scope, String id, ICluster cluster) {
        return instanceRole(
                scope, id, new TreeMap<>(Map.of("agent", agent(scope, cluster), "sessions", sessions(scope))));
    }

    /**
     * The role with which ECS starts a task: it writes the task's logs. The right to pull an image from an asset is added where the
     * container is defined.
     *
     * @param scope where it stands
     * @param id its id
     * @param logs the only log group that it allows to write to
     * @return the role
     */
    public static Role execution(Construct scope, String id, ILogGroup logs) {
        Role role = Role.Builder.create(scope, id)
                .description("ECS, when it starts a task")
                .assumedBy(new ServicePrincipal(TASKS))
                .build();
        logs.grantWrite(role);
        return role;
    }

    /**
     * The role with which ECS starts a task whose image comes from a repository: it writes the task's logs and pulls the image.
     *
     * @param scope where it stands
     * @param id its id
     * @param logs the only log group that it allows to write to
     * @param repository the only repository that it allows to pull from
     * @return the role
     */
    public static Role execution(Construct scope, String id, ILogGroup logs, IRepository repository) {
        Role role = execution(scope, id, logs);
        repository.grantPull(role);
        return role;
    }

    /**
     * The role of the code in a task, without any right yet: grants add them. Only ECS of this account and region can take it on, on
     * behalf of its own resources
     * (<a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html">the confused deputy</a>, checked
     * 2026-11-22).
     *
     * @param scope where it stands
     * @param id its id
     * @return the role
     */
    public static Role task(Construct scope, String id) {
        Stack stack = Stack.of(scope);
        return Role.Builder.create(scope, id)
                .description("The code in a task")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal(TASKS),
                        new TreeMap<>(Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", stack.getAccount()),
                                "ArnLike",
                                Map.of("aws:SourceArn", arn(stack, "ecs", "*"))))))
                .build();
    }

    /**
     * The role with which Application Auto Scaling changes the number of a service's tasks: the account's service-linked one, which AWS
     * makes with the first such service and nobody can widen.
     *
     * @param scope where the reference stands
     * @param id its id
     * @return a reference; no resource
     */
    public static IRole autoscaling(Construct scope, String id) {
        return Role.fromRoleArn(
                scope,
                id,
                Stack.of(scope)
                        .formatArn(ArnComponents.builder()
                                .partition(Aws.PARTITION)
                                .service("iam")
                                .region("")
                                .resource("role/aws-service-role/ecs.application-autoscaling.amazonaws.com")
                                .resourceName("AWSServiceRoleForApplicationAutoScaling_ECSService")
                                .build()));
    }

    private static Role instanceRole(Construct scope, String id, Map<String, PolicyDocument> policies) {
        return Role.Builder.create(scope, id)
                .description("The agents on the cluster's instances")
                .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
                .inlinePolicies(policies)
                .build();
    }

    private static PolicyDocument agent(Construct scope, ICluster cluster) {
        Map<String, Object> inThisCluster = Map.of("ArnEquals", Map.of("ecs:cluster", cluster.getClusterArn()));
        String instances = arn(Stack.of(scope), "ecs", "container-instance/" + cluster.getClusterName() + "/*");
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
                // Knows neither resource nor condition.
                allow(List.of("*"), "ecs:DiscoverPollEndpoint"));
    }

    private static PolicyDocument sessions(Construct scope) {
        String instances = arn(Stack.of(scope), "ec2", "instance/*");
        Map<String, Object> fromAnInstance = Map.of("ArnLike", Map.of("ec2:SourceInstanceARN", instances));
        return document(
                allow(List.of(instances), fromAnInstance, "ssm:UpdateInstanceInformation"),
                allow(List.of("*"), fromAnInstance, "ssmmessages:CreateControlChannel"),
                // Know neither resource nor condition.
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

    private static String arn(Stack stack, String service, String resource) {
        return stack.formatArn(ArnComponents.builder()
                // Said, because a feature flag else decides whether it is a literal.
                .partition(Aws.PARTITION)
                .service(service)
                .resource(resource)
                .arnFormat(ArnFormat.NO_RESOURCE_NAME)
                .build());
    }
}
