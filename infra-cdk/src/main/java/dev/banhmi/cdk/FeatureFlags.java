package dev.banhmi.cdk;

import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/*
 * Said here because cdk.json reaches only the command line: whoever synthesizes, however, gets the same templates. They stand as post-CLI
 * context, which the command line's own settings do not override.
 */
/** What decides how CDK writes templates, the same for each of our apps. */
final class FeatureFlags {
    private static final Map<String, Object> FLAGS = Map.ofEntries(
            Map.entry("aws:cdk:enable-path-metadata", false),
            Map.entry("aws:cdk:enable-asset-metadata", false),
            Map.entry("aws:cdk:version-reporting", false),
            // They name a directory that every run makes anew.
            Map.entry("aws:cdk:disable-creation-stack-traces", true),
            Map.entry("@aws-cdk/core:validateAgainstDefaultRules", true),
            // No exports: the service never keeps the foundation from changing.
            Map.entry("@aws-cdk/core:defaultCrossStackReferences", "weak"),
            Map.entry("@aws-cdk/aws-iam:minimizePolicies", true),
            Map.entry("@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig", true),
            Map.entry("@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions", true),
            Map.entry("@aws-cdk/aws-ecs:removeDefaultDeploymentAlarm", true),
            Map.entry("@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker", true),
            // CDK's blocking edits iptables, which Amazon Linux 2023 comes without; the launch template's hop limit
            // does it.
            Map.entry("@aws-cdk/aws-ecs:disableEcsImdsBlocking", true));

    private FeatureFlags() {}

    /** An app with all of them. */
    static App app(AppProps.Builder props) {
        return new App(props.analyticsReporting(false).postCliContext(FLAGS).build());
    }
}
