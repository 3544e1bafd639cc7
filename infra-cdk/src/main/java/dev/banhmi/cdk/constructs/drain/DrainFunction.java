package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.AssetCode;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.assets.AssetOptions;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** The drain Lambda with its role, log and dead letter queue, without its triggers. */
final class DrainFunction {
    /*
     * The function's numbers are those of docs/drain.md: 512 MB, 60 s.
     *
     * No tracing: X-Ray's actions take no resource.
     */

    private final ICluster cluster;
    private final DrainBudget budget;
    private final List<String> groups = new ArrayList<>();
    private final DrainPermissions permissions;
    private final LogGroup logGroup;
    private final Queue deadLetterQueue;
    private final Function function;

    /** The complete options of a builder. */
    record Options(
            ICluster cluster,
            DrainBudget budget,
            DrainJar jar,
            ImageArchitecture architecture,
            RetentionDays logRetention,
            RemovalPolicy removalPolicy,
            @Nullable Duration stopStandaloneAfter,
            @Nullable Integer reservedConcurrency) {}

    /**
     * Creates everything as children of a construct.
     *
     * @throws IllegalArgumentException if the jar declares other actions than this library knows
     */
    DrainFunction(Construct scope, Options options) {
        this.cluster = options.cluster;
        this.budget = options.budget;
        this.permissions = new DrainPermissions(scope, cluster, options.jar.actions());
        this.logGroup = LogGroup.Builder.create(scope, "Log")
                .retention(options.logRetention)
                .removalPolicy(options.removalPolicy)
                .build();
        this.deadLetterQueue = Queue.Builder.create(scope, "DeadLetters")
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(software.amazon.awscdk.Duration.days(14))
                .removalPolicy(options.removalPolicy)
                .build();
        this.function = function(scope, options);
        function.invalidateVersionBasedOn("cluster " + StatedName.of(cluster));
    }

    private Function function(Construct scope, Options options) {
        Function.Builder builder = Function.Builder.create(scope, "Function")
                .description("Drains instances of an ECS cluster before Auto Scaling terminates them")
                .runtime(Runtime.JAVA_25)
                .architecture(
                        options.architecture == ImageArchitecture.ARM64 ? Architecture.ARM_64 : Architecture.X86_64)
                .handler("dev.banhmi.drain.DrainHandler::handleRequest")
                .code(code(options.jar))
                .memorySize(512)
                .timeout(software.amazon.awscdk.Duration.seconds(60))
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .currentVersionOptions(VersionOptions.builder()
                        .removalPolicy(RemovalPolicy.DESTROY)
                        .build())
                .environment(environment(options))
                .logGroup(logGroup)
                .role(DrainRole.in(scope, permissions, logGroup, deadLetterQueue));
        if (options.reservedConcurrency != null) {
            builder.reservedConcurrentExecutions(options.reservedConcurrency);
        }
        return builder.build();
    }

    private static AssetCode code(DrainJar jar) {
        return Code.fromAsset(
                jar.file().toAbsolutePath().toString(),
                AssetOptions.builder().assetHash(jar.sha256()).build());
    }

    private Map<String, String> environment(Options options) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("BANHMI_CLUSTER", cluster.getClusterArn());
        environment.put("BANHMI_HOOK", InstanceDrain.HOOK_NAME);
        environment.put("BANHMI_LAUNCH_HOOK", InstanceDrain.LAUNCH_HOOK_NAME);
        environment.put("BANHMI_STOPPING", budget.stoppingTime().toString());
        if (budget.hookTimeout().compareTo(budget.heartbeatTimeout()) > 0) {
            environment.put("BANHMI_BUDGET", budget.hookTimeout().toString());
        }
        if (options.stopStandaloneAfter != null) {
            environment.put("BANHMI_STOP_STANDALONE_AFTER", options.stopStandaloneAfter.toString());
        }
        return environment;
    }

    /**
     * Lets the function complete waits of a group's instances, and publishes another version of it when the group gets another name.
     *
     * @throws IllegalArgumentException if the group's name is known only when its stack is deployed
     */
    void addGroup(AutoScalingGroup group) {
        function.invalidateVersionBasedOn("group " + group.getNode().getPath() + " " + StatedName.of(group));
        addGroup(group, group.getAutoScalingGroupName());
    }

    /**
     * Lets the function complete waits of a group's instances.
     *
     * @param where a construct of the group's stack
     * @param groupName its name
     * @throws IllegalArgumentException if the name would not reach the function as it is
     */
    void addGroup(IConstruct where, String groupName) {
        GroupName.check(where, groupName);
        groups.add(groupName);
        permissions.addGroup(where, groupName);
        function.addEnvironment("BANHMI_GROUPS", Fn.join(",", groups));
    }

    /** Acknowledges CDK's warning that SnapStart works on published versions only, with the reason. */
    void acknowledgeSnapStart(String reason) {
        Annotations.of(function).acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish", reason);
    }

    Function function() {
        return function;
    }

    Queue deadLetterQueue() {
        return deadLetterQueue;
    }

    LogGroup logGroup() {
        return logGroup;
    }
}
