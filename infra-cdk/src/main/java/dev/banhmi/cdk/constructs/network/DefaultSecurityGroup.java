package dev.banhmi.cdk.constructs.network;

import dev.banhmi.cdk.constructs.InlineResource;
import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.constructs.Construct;

/** The security group that AWS makes with every VPC and that whatever names no other joins: closed, so that it reaches nothing. */
final class DefaultSecurityGroup {
    /*
     * It cannot be removed, and CloudFormation has no resource that takes a rule away. A rule of AWS Config sees it only afterwards, at a
     * price. CDK's restrictDefaultSecurityGroup takes the rules away, but with a role that may also add any to the group, may write any log,
     * and gives the rules back when the VPC is removed. So a function of our own looks at the group and takes every rule away until there is
     * none, and may do nothing else (Security Hub's EC2.2: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html,
     * checked 2026-11-30). It runs when the VPC is made, and again when its properties change; a rule that somebody adds between is not seen.
     */

    private static final String SOURCE = "default-security-group.js";
    private static final Duration LIMIT = Duration.minutes(3);

    private DefaultSecurityGroup() {}

    static void close(Construct network, Vpc vpc) {
        Construct scope = new Construct(network, "DefaultSecurityGroup");
        String group = vpc.getVpcDefaultSecurityGroup();
        PolicyStatement takeRules = PolicyStatement.Builder.create()
                .sid("TakeRules")
                .actions(List.of("ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress"))
                .resources(List.of(ResourceArn.of(scope, "ec2", "security-group/" + group)))
                .build();
        PolicyStatement look = PolicyStatement.Builder.create()
                .sid("LookAtTheGroup")
                .actions(List.of("ec2:DescribeSecurityGroups"))
                // It takes no resource, and no key but the region.
                .resources(List.of("*"))
                .conditions(Map.of("StringEquals", Map.of("ec2:Region", Aws.REGION)))
                .build();
        new InlineResource(
                        "Custom::ClosedSecurityGroup",
                        "Takes the rules of the VPC's default security group away",
                        InlineResource.source(DefaultSecurityGroup.class, SOURCE),
                        LIMIT,
                        List.of(look, takeRules),
                        // What is wanted stands there so that the function runs again where it once took two rules for
                        // all.
                        Map.of("Group", group, "Rules", "none"))
                .build(scope);
    }
}
