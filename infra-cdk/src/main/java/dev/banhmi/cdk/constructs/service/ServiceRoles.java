package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.constructs.Construct;

/**
 * The roles of a service's tasks, each with what its holder calls and nothing else: every statement names its resources or a condition, or
 * has only actions that support neither.
 */
public final class ServiceRoles {
    private static final String TASKS = "ecs-tasks.amazonaws.com";

    private ServiceRoles() {}

    /**
     * The role with which ECS starts a task: it writes the task's logs. The permission to pull an image from an asset is added where the
     * container is defined.
     *
     * @param scope the parent construct
     * @param id the construct id
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
     * @param scope the parent construct
     * @param id the construct id
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
     * The role of the code in a task, without any permissions yet: grants add them. Only ECS of this account and region can assume it, on
     * behalf of its own resources (<a href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html">the confused
     * deputy</a>, checked 2026-11-22).
     *
     * @param scope the parent construct
     * @param id the construct id
     * @return the role
     */
    public static Role task(Construct scope, String id) {
        return Role.Builder.create(scope, id)
                .description("The code in a task")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal(TASKS),
                        new TreeMap<>(Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(scope).getAccount()),
                                "ArnLike",
                                Map.of("aws:SourceArn", ResourceArn.of(scope, "ecs", "*"))))))
                .build();
    }

    /**
     * The role with which Application Auto Scaling changes the number of a service's tasks: the account's service-linked one, which AWS
     * creates with the first such service and whose permissions cannot be changed.
     *
     * @param scope the parent construct
     * @param id the construct id
     * @return a reference; no resource
     */
    public static IRole autoscaling(Construct scope, String id) {
        return Role.fromRoleArn(
                scope,
                id,
                ResourceArn.ofRole(
                        scope,
                        "aws-service-role/ecs.application-autoscaling.amazonaws.com/"
                                + "AWSServiceRoleForApplicationAutoScaling_ECSService"));
    }
}
