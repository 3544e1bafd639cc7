package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.InlineResource;
import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/**
 * The account's service-linked role of ECS, made before the first cluster needs it. It is left as it is where it exists, kept when the stack is
 * removed, and the stack goes on only when ECS can assume it. Build it in a stack that is deployed before the cluster's, or make the cluster
 * depend on it.
 */
public final class EcsServiceLinkedRole extends Construct {
    /*
     * ECS makes the role with an account's first cluster, and that very cluster fails when it has a capacity provider: "Unable to assume the
     * service linked role" (https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/818, checked 2026-11-30). A resource
     * AWS::IAM::ServiceLinkedRole fails where the role exists, and its removal takes the role from every other cluster of the account. So a
     * function makes it, and takes "has been taken" for success.
     *
     * Nobody but ECS can assume the role, so whether ECS can is known only from ECS: the function asks for a cluster with a capacity
     * provider, with a name that nothing else has, until it is given one, and deletes it. Every error is tried again within the time, because
     * a throttle or a policy that has not spread yet passes; the last one fails the stack, because then nothing is known. A cluster that is
     * left after a failure is deleted with the resource, unless that is denied, which fails no rollback.
     */

    private static final String SOURCE = "service-linked-role.js";
    private static final Duration LIMIT = Duration.minutes(5);

    /**
     * Builds it.
     *
     * @param scope the parent construct
     * @param id the construct id
     */
    public EcsServiceLinkedRole(Construct scope, String id) {
        super(scope, id);
        String probe = "banhmi-probe-" + getNode().getAddr().substring(0, 12);
        new InlineResource(
                        "Custom::EcsServiceLinkedRole",
                        "Makes the service-linked role of ECS, unless the account has it",
                        InlineResource.source(EcsServiceLinkedRole.class, SOURCE),
                        LIMIT,
                        List.of(makeTheRole(), askEcs(probe)),
                        Map.of("Cluster", probe))
                .build(this);
    }

    private PolicyStatement makeTheRole() {
        return PolicyStatement.Builder.create()
                .sid("MakeTheRole")
                .actions(List.of("iam:CreateServiceLinkedRole"))
                .resources(List.of(ResourceArn.ofRole(this, "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")))
                .conditions(Map.of("StringEquals", Map.of("iam:AWSServiceName", "ecs.amazonaws.com")))
                .build();
    }

    private PolicyStatement askEcs(String probe) {
        return PolicyStatement.Builder.create()
                .sid("AskEcs")
                .actions(List.of("ecs:CreateCluster", "ecs:DeleteCluster"))
                .resources(List.of(ResourceArn.of(this, "ecs", "cluster/" + probe)))
                .build();
    }
}
