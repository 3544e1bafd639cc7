package dev.banhmi.cdk;

import java.util.Map;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** The feature flags that decide how CDK writes templates, the same for each of our apps. */
final class FeatureFlags {
    /*
     * Set here because cdk.json reaches only the command line: every synthesis, however it is started, gives the same templates. They are
     * post-CLI context, which the command line's own settings do not override.
     */

    private static final Map<String, Object> FLAGS = Map.ofEntries(
            Map.entry("aws:cdk:enable-path-metadata", false),
            Map.entry("aws:cdk:enable-asset-metadata", false),
            Map.entry("aws:cdk:version-reporting", false),
            // They name a directory that every run creates anew.
            Map.entry("aws:cdk:disable-creation-stack-traces", true),
            Map.entry("aws:cdk:disable-stack-trace", true),
            Map.entry("@aws-cdk/core:validateAgainstDefaultRules", true),
            // No exports: the service never keeps the foundation from changing.
            Map.entry("@aws-cdk/core:defaultCrossStackReferences", "weak"),
            Map.entry("@aws-cdk/aws-iam:minimizePolicies", true),
            Map.entry("@aws-cdk/aws-autoscaling:generateLaunchTemplateInsteadOfLaunchConfig", true),
            Map.entry("@aws-cdk/aws-ecs:reduceEc2FargateCloudWatchPermissions", true),
            Map.entry("@aws-cdk/aws-ecs:removeDefaultDeploymentAlarm", true),
            Map.entry("@aws-cdk/aws-ecs:disableExplicitDeploymentControllerForCircuitBreaker", true),
            // CDK's blocking edits iptables, which Amazon Linux 2023 lacks; the launch template's hop limit does the
            // same.
            Map.entry("@aws-cdk/aws-ecs:disableEcsImdsBlocking", true));

    private FeatureFlags() {}

    /** Creates an app with all of them. */
    static App app(AppProps.Builder props) {
        return new App(props.analyticsReporting(false).postCliContext(FLAGS).build());
    }
}
