package dev.banhmi.cdk.constructs.storage;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CfnResource;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** CDK's Lambda function that empties buckets, one per stack. */
final class BucketEmptier {
    /*
     * CDK's Lambda function writes to a log group that Lambda creates, which nothing removes or expires, and its role may write every log
     * of the account. Its description names the first bucket, and so makes every other bucket depend on that one, in a cycle where that
     * bucket depends on another. It has no options for any of it; this rewrites its two resources.
     */

    private static final String PROVIDER = "Custom::S3AutoDeleteObjectsCustomResourceProvider";
    private static final String LOGS = "BucketEmptierLogs";

    private BucketEmptier() {}

    /** Gives the function a log group of its own and permission to write only there; a second call in a stack changes nothing. */
    static void restrict(Construct scope) {
        Stack stack = Stack.of(scope);
        if (stack.getNode().tryFindChild(LOGS) != null) {
            return;
        }
        LogGroup group = LogGroup.Builder.create(stack, LOGS)
                .retention(RetentionDays.ONE_WEEK)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        IConstruct provider = stack.getNode().findChild(PROVIDER);
        CfnResource function = (CfnResource) provider.getNode().findChild("Handler");
        function.addPropertyOverride("Description", "Empties the buckets of this stack that are deleted");
        function.addPropertyOverride("LoggingConfig", Map.of("LogGroup", group.getLogGroupName()));
        CfnResource role = (CfnResource) provider.getNode().findChild("Role");
        role.addPropertyDeletionOverride("ManagedPolicyArns");
        role.addPropertyOverride(
                "Policies",
                List.of(new TreeMap<>(Map.of(
                        "PolicyName",
                        "logs",
                        "PolicyDocument",
                        new TreeMap<>(Map.of(
                                "Version",
                                "2012-10-17",
                                "Statement",
                                List.of(new TreeMap<>(Map.of(
                                        "Effect", "Allow",
                                        "Action", List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                                        "Resource", group.getLogGroupArn())))))))));
    }
}
