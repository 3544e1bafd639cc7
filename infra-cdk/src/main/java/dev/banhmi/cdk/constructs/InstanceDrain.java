package dev.banhmi.cdk.constructs;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.DefaultResult;
import software.amazon.awscdk.services.autoscaling.LifecycleHook;
import software.amazon.awscdk.services.autoscaling.LifecycleTransition;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.AssetCode;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.VersionOptions;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.assets.AssetOptions;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/*
 * Every number of the function is a promise of docs/drain.md: 512 MB, 60 s, an event is tried three times. The function is called through
 * an alias because SnapStart works on published versions only, and on both architectures
 * (https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html, checked 2026-11-22).
 *
 * CONTINUE is the hook's default result: if the drainer is gone altogether, the instance goes when the time is over. ABANDON would end
 * the wait as well, skip the group's other hooks, and keep the instance for ever where the group retains what was abandoned.
 *
 * No tracing: X-Ray's actions take no resource.
 *
 * Longer than 300 lines because every option and getter states its contract.
 */
/**
 * Drains the instances of one ECS cluster before Auto Scaling takes them away: a Lambda function that every planned removal of an instance
 * waits for, with its events, its sweep of every minute, its dead letters, log and alarms. One for a cluster, for any number of Auto
 * Scaling groups of anybody's making.
 */
public final class InstanceDrain extends Construct {
    /** The name of the lifecycle hook of every attached group. */
    public static final String HOOK_NAME = "banhmi-drain";

    private static final software.amazon.awscdk.Duration EVENT_AGE = software.amazon.awscdk.Duration.minutes(10);

    private final ICluster cluster;
    private final DrainBudget budget;
    private final List<AutoScalingGroup> groups = new ArrayList<>();
    private final DrainPermissions permissions;
    private final LogGroup logGroup;
    private final Queue deadLetterQueue;
    private final Function function;
    private final Alias alias;
    private final DrainEvents events;
    private final DrainMetrics metrics;
    private final List<Alarm> alarms;

    private InstanceDrain(Construct scope, String id, Options options) {
        super(scope, id);
        this.cluster = options.cluster;
        this.budget = options.budget;
        // A feature flag decides what goes into the version's hash, and with it into its logical id.
        getNode().setContext("@aws-cdk/aws-lambda:recognizeVersionProps", true);
        getNode().setContext("@aws-cdk/aws-lambda:recognizeLayerVersion", true);
        DrainJar jar = options.jar;
        this.permissions = new DrainPermissions(this, cluster, jar.actions());
        this.logGroup = LogGroup.Builder.create(this, "Log")
                .retention(options.logRetention)
                .removalPolicy(options.removalPolicy)
                .build();
        this.deadLetterQueue = Queue.Builder.create(this, "DeadLetters")
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(software.amazon.awscdk.Duration.days(14))
                .removalPolicy(options.removalPolicy)
                .build();
        this.function = function(options, jar);
        Annotations.of(function)
                .acknowledgeWarning(
                        "@aws-cdk/aws-lambda:snapStartRequirePublish", "The alias stands for a published version.");
        this.alias = Alias.Builder.create(this, "Live")
                .aliasName("live")
                .version(function.getCurrentVersion())
                .retryAttempts(2)
                .maxEventAge(EVENT_AGE)
                .onFailure(new SqsDestination(deadLetterQueue))
                .build();
        this.events = new DrainEvents(this, cluster, alias, deadLetterQueue, EVENT_AGE);
        this.metrics = new DrainMetrics(this, cluster.getClusterName());
        this.alarms = metrics.alarms(budget, function, deadLetterQueue, options.alarmActions);
        getNode().addValidation(new DrainAttached(this));
    }

    private Function function(Options options, DrainJar jar) {
        Function.Builder builder = Function.Builder.create(this, "Function")
                .description("Drains instances of an ECS cluster before Auto Scaling terminates them")
                .runtime(Runtime.JAVA_25)
                .architecture(
                        options.architecture == ImageArchitecture.ARM64 ? Architecture.ARM_64 : Architecture.X86_64)
                .handler("dev.banhmi.drain.DrainHandler::handleRequest")
                .code(code(jar))
                .memorySize(512)
                .timeout(software.amazon.awscdk.Duration.seconds(60))
                .snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS)
                .currentVersionOptions(VersionOptions.builder()
                        .removalPolicy(RemovalPolicy.DESTROY)
                        .build())
                .environment(environment(options))
                .logGroup(logGroup)
                .role(DrainRole.in(this, permissions, logGroup, deadLetterQueue));
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
        environment.put("BANHMI_HOOK", HOOK_NAME);
        if (budget.hookTimeout().compareTo(budget.heartbeatTimeout()) > 0) {
            environment.put("BANHMI_BUDGET", budget.hookTimeout().toString());
        }
        if (options.stopStandaloneAfter != null) {
            environment.put("BANHMI_STOP_STANDALONE_AFTER", options.stopStandaloneAfter.toString());
        }
        return environment;
    }

    /**
     * Lets every planned removal of an instance of a group wait until it is empty. Where the group has a capacity provider, call it after
     * {@code cluster.addAsgCapacityProvider}: CDK's own hidden drain of the group is taken away.
     *
     * @param group a group whose instances are in the cluster; managed draining of its capacity provider has to be off
     * @throws IllegalArgumentException if the group is attached already
     */
    public void attach(AutoScalingGroup group) {
        if (DrainCheck.hasHook(group)) {
            throw new IllegalArgumentException(
                    getNode().getPath() + ": " + group.getNode().getPath()
                            + " is attached to a drain already, and one is enough. Attach each group once.");
        }
        DrainCheck.removeHiddenDrain(group);
        LifecycleHook.Builder.create(group, DrainCheck.HOOK)
                .autoScalingGroup(group)
                .lifecycleHookName(HOOK_NAME)
                .lifecycleTransition(LifecycleTransition.INSTANCE_TERMINATING)
                .heartbeatTimeout(software.amazon.awscdk.Duration.seconds(
                        budget.heartbeatTimeout().toSeconds()))
                .defaultResult(DefaultResult.CONTINUE)
                .build();
        groups.add(group);
        permissions.addGroup(group);
        events.addGroup(group.getAutoScalingGroupName());
        function.addEnvironment(
                "BANHMI_GROUPS",
                Fn.join(
                        ",",
                        groups.stream()
                                .map(AutoScalingGroup::getAutoScalingGroupName)
                                .toList()));
        DrainCheck.add(group, DrainCheck.Expected.HOOK);
    }

    ICluster cluster() {
        return cluster;
    }

    boolean hasGroups() {
        return !groups.isEmpty();
    }

    /**
     * The function itself. Whoever calls it calls {@link #getAlias()}.
     *
     * @return the function
     */
    public Function getFunction() {
        return function;
    }

    /**
     * What the events call: the published version.
     *
     * @return the alias
     */
    public Alias getAlias() {
        return alias;
    }

    /**
     * Where events go that failed three times or could not be delivered. The sweep has taken over by then.
     *
     * @return an encrypted queue
     */
    public Queue getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /**
     * Where every evaluation is a line.
     *
     * @return the log group
     */
    public LogGroup getLogGroup() {
        return logGroup;
    }

    /**
     * The alarms of age, deadlines, cut tasks, failures, errors, throttles, dead letters and of the sweep.
     *
     * @return an unmodifiable list
     */
    public List<Alarm> getAlarms() {
        return alarms;
    }

    /**
     * How long the drains that go on have lasted.
     *
     * @return the maximum, in seconds
     */
    public Metric metricDrainAge() {
        return metrics.metric("DrainAge", "Maximum");
    }

    /**
     * How long drains take.
     *
     * @return the 90th percentile, in seconds
     */
    public Metric metricDrainDuration() {
        return metrics.metric("DrainDuration", "p90");
    }

    /**
     * Drains that began.
     *
     * @return the sum
     */
    public Metric metricDrainsStarted() {
        return metrics.metric("DrainsStarted", "Sum");
    }

    /**
     * Instances that were released because their time was over.
     *
     * @return the sum
     */
    public Metric metricDeadlinesReached() {
        return metrics.metric("DeadlinesReached", "Sum");
    }

    /**
     * Tasks that were alive when their instance was released.
     *
     * @return the sum
     */
    public Metric metricTasksCut() {
        return metrics.metric("TasksCut", "Sum");
    }

    /**
     * Standalone tasks that were stopped.
     *
     * @return the sum
     */
    public Metric metricTasksStopped() {
        return metrics.metric("TasksStopped", "Sum");
    }

    /**
     * Evaluations that failed.
     *
     * @return the sum
     */
    public Metric metricFailures() {
        return metrics.metric("Failures", "Sum");
    }

    /**
     * How long the reads of an evaluation take.
     *
     * @return the 90th percentile, in milliseconds
     */
    public Metric metricEvaluationTime() {
        return metrics.metric("EvaluationTime", "p90");
    }

    /** What a builder collects, complete. */
    private record Options(
            ICluster cluster,
            DrainBudget budget,
            DrainJar jar,
            ImageArchitecture architecture,
            RetentionDays logRetention,
            RemovalPolicy removalPolicy,
            List<IAlarmAction> alarmActions,
            @Nullable Duration stopStandaloneAfter,
            @Nullable Integer reservedConcurrency) {}

    /** The options of an {@link InstanceDrain}. */
    public static final class Builder {
        private final Construct scope;
        private final String id;
        private final List<ITopic> alarmTopics = new ArrayList<>();
        private ImageArchitecture architecture = ImageArchitecture.ARM64;
        private RetentionDays logRetention = RetentionDays.ONE_MONTH;
        private RemovalPolicy removalPolicy = RemovalPolicy.RETAIN;
        private @Nullable ICluster cluster;
        private @Nullable DrainBudget budget;
        private @Nullable Path jar;
        private @Nullable Duration stopStandaloneAfter;
        private @Nullable Integer reservedConcurrency;

        private Builder(Construct scope, String id) {
            this.scope = scope;
            this.id = id;
        }

        /**
         * Begins a drain. {@link #cluster} and {@link #budget} have to be said.
         *
         * @param scope where it stands
         * @param id its name there
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * Whose instances are drained. Has to be said.
         *
         * @param cluster a cluster without another drain
         * @return this
         */
        public Builder cluster(ICluster cluster) {
            this.cluster = cluster;
            return this;
        }

        /**
         * How long a drain may take. Has to be said; with several services in the cluster, the budget of the slowest.
         *
         * @param budget hook and alarms go by it
         * @return this
         */
        public Builder budget(DrainBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * Another jar of the drain Lambda than the one inside this library, which is taken by default.
         *
         * @param jar a file that stays until the app is synthesized; its declared actions have to be those that this library knows
         * @return this
         */
        public Builder jar(Path jar) {
            this.jar = jar;
            return this;
        }

        /**
         * What the function runs on; it runs the same on both.
         *
         * @param architecture by default {@link ImageArchitecture#ARM64}, which costs less
         * @return this
         */
        public Builder architecture(ImageArchitecture architecture) {
            this.architecture = architecture;
            return this;
        }

        /**
         * How long the log is kept.
         *
         * @param retention by default a month
         * @return this
         */
        public Builder logRetention(RetentionDays retention) {
            this.logRetention = retention;
            return this;
        }

        /**
         * What becomes of log and dead letters when the drain is removed.
         *
         * @param policy by default they stay
         * @return this
         */
        public Builder removalPolicy(RemovalPolicy policy) {
            this.removalPolicy = policy;
            return this;
        }

        /**
         * Whom the alarms notify.
         *
         * @param topics by default nobody: the alarms only show
         * @return this
         */
        public Builder alarmTopics(ITopic... topics) {
            this.alarmTopics.addAll(Arrays.asList(topics));
            return this;
        }

        /**
         * Stops tasks that no service owns when they have been drained for so long.
         *
         * @param age longer than 0, shorter than the budget's hook timeout; by default they are waited for until the deadline
         * @return this
         */
        public Builder stopStandaloneAfter(Duration age) {
            this.stopStandaloneAfter = age;
            return this;
        }

        /**
         * Reserves concurrency of the account for the function, and bounds it.
         *
         * @param executions 2 or more; by default none, because a new account has none to spare
         * @return this
         */
        public Builder reservedConcurrency(int executions) {
            this.reservedConcurrency = executions;
            return this;
        }

        /**
         * Builds it. Groups are attached afterwards; an app with a drain that has none does not synthesize.
         *
         * @return the drain
         * @throws IllegalArgumentException if an option is missing or out of bounds, if the cluster has a drain already, or if the jar
         *     declares other actions than this library knows
         * @throws IllegalStateException if this library was built without the jar and none is named
         */
        public InstanceDrain build() {
            if (cluster == null) {
                throw Refusal.of(scope, id + ".cluster", "missing", "an ICluster", "Say cluster(…).");
            }
            if (budget == null) {
                throw Refusal.of(scope, id + ".budget", "missing", "a DrainBudget", "Say budget(…).");
            }
            if (stopStandaloneAfter != null
                    && (stopStandaloneAfter.isNegative()
                            || stopStandaloneAfter.isZero()
                            || stopStandaloneAfter.compareTo(budget.hookTimeout()) >= 0)) {
                throw Refusal.of(
                        scope,
                        id + ".stopStandaloneAfter",
                        stopStandaloneAfter,
                        "more than PT0S and less than the budget's hook timeout, " + budget.hookTimeout(),
                        "Stop them earlier, or give the budget a longer hookTimeout.");
            }
            if (reservedConcurrency != null && reservedConcurrency < 2) {
                throw Refusal.of(
                        scope,
                        id + ".reservedConcurrency",
                        reservedConcurrency,
                        "2 or more",
                        "A sweep must not keep an event waiting; leave it out to reserve none.");
            }
            DrainClusters.requireTheOnlyDrain(scope, id, cluster);
            return new InstanceDrain(
                    scope,
                    id,
                    new Options(
                            cluster,
                            budget,
                            jar == null ? DrainJar.packaged() : DrainJar.read(jar),
                            architecture,
                            logRetention,
                            removalPolicy,
                            alarmTopics.stream()
                                    .<IAlarmAction>map(SnsAction::new)
                                    .toList(),
                            stopStandaloneAfter,
                            reservedConcurrency));
        }
    }
}
