package dev.banhmi.cdk.constructs.drain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.iam.IRole;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.ILogGroup;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/** The role of the drainer: what its code calls, what Lambda does on its behalf, and nothing that CDK would add. */
final class DrainRole {
    private DrainRole() {}

    static IRole in(Construct scope, DrainPermissions permissions, ILogGroup log, IQueue deadLetters) {
        PolicyDocument runtime = PolicyDocument.Builder.create()
                .minimize(false)
                .statements(List.of(
                        PolicyStatement.Builder.create()
                                .sid("WriteTheLog")
                                .actions(List.of("logs:CreateLogStream", "logs:PutLogEvents"))
                                .resources(List.of(log.getLogGroupArn()))
                                .build(),
                        PolicyStatement.Builder.create()
                                .sid("KeepFailedEvents")
                                .actions(List.of("sqs:SendMessage"))
                                .resources(List.of(deadLetters.getQueueArn()))
                                .build()))
                .build();
        return Role.Builder.create(scope, "Role")
                .description("The drainer of an ECS cluster")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                // Sorted: the order of Map.of differs from one JVM to the next.
                .inlinePolicies(new TreeMap<>(Map.of("drain", permissions.document(), "runtime", runtime)))
                .build()
                .withoutPolicyUpdates();
    }
}
