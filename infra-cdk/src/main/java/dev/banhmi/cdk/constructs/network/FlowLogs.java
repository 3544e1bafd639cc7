package dev.banhmi.cdk.constructs.network;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.FlowLogDestination;
import software.amazon.awscdk.services.ec2.FlowLogOptions;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * The flow logs of a VPC, in a log group of their own.
 *
 * @param traffic which flows
 * @param retention how long they are kept
 * @param removalPolicy what happens to them when the VPC is removed
 */
record FlowLogs(FlowLogTrafficType traffic, RetentionDays retention, RemovalPolicy removalPolicy) {
    LogGroup of(Construct scope, Vpc vpc) {
        LogGroup group = LogGroup.Builder.create(scope, "FlowLogs")
                .retention(retention)
                .removalPolicy(removalPolicy)
                .build();
        vpc.addFlowLog(
                "FlowLog",
                FlowLogOptions.builder()
                        // Immutable: CDK would allow the role to pass itself, which flow logs do not need.
                        .destination(FlowLogDestination.toCloudWatchLogs(
                                group, writer(scope, group).withoutPolicyUpdates()))
                        .trafficType(traffic)
                        .build());
        return group;
    }

    /* What https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html requires, without creating groups. */
    private static Role writer(Construct scope, LogGroup group) {
        PolicyDocument write = PolicyDocument.Builder.create()
                .statements(List.of(PolicyStatement.Builder.create()
                        .actions(List.of("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"))
                        // With and without ":*": the one is how permissions on a group are usually written, the other
                        // is what AWS's reference of actions has.
                        .resources(List.of(
                                group.getLogGroupArn(),
                                ResourceArn.of(scope, "logs", "log-group:" + group.getLogGroupName())))
                        .build()))
                .build();
        return Role.Builder.create(scope, "FlowLogRole")
                .description("Writes the flows of a VPC to their log group")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("vpc-flow-logs.amazonaws.com"),
                        new TreeMap<>(Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(scope).getAccount()),
                                "ArnLike",
                                Map.of("aws:SourceArn", ResourceArn.of(scope, "ec2", "vpc-flow-log/*"))))))
                .inlinePolicies(Map.of("write", write))
                .build();
    }
}
