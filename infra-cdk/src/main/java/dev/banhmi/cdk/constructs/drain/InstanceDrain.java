package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.AlarmNotices;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Acknowledgment;
import software.amazon.awscdk.Names;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Validations;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.DefaultResult;
import software.amazon.awscdk.services.autoscaling.LifecycleHook;
import software.amazon.awscdk.services.autoscaling.LifecycleTransition;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.destinations.SqsDestination;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/**
 * Drains the instances of one ECS cluster before Auto Scaling terminates them: a Lambda function that every planned removal of an instance
 * waits for, with its events, a sweep every minute, a dead letter queue, log and alarms. It also lets a new instance into service only
 * once it has joined the cluster, except the first ones of a new group. One for each cluster, for any number of Auto Scaling groups,
 * whoever created them.
 */
public final class InstanceDrain extends Construct {
    /*
     * An event is tried three times: a promise of docs/drain.md. The function is called through an alias because SnapStart works on
     * published versions only, and on both architectures (https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html, checked 2026-11-22).
     *
     * CONTINUE is the hook's default result: if the drainer is gone altogether, the instance is terminated at the timeout. ABANDON would
     * end the wait as well, skip the group's other hooks, and keep the instance forever where the group retains abandoned instances.
     *
     * ABANDON is that of the hook on launches: an instance that did not join the cluster is capacity on paper only, for which a refresh would
     * remove one that serves. The function decides within ten minutes (lambda-drain's LaunchDecision); the hook's own timeout is an
     * hour, because it counts only when the function is gone, and then an instance that has joined, and has tasks, would be terminated with
     * those that have not. ECS places tasks as soon as the agent registers, so the hook delays none.
     * https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks-overview.html, checked 2026-11-30.
     *
     * The hooks exist after the group, so the first instances of a new group are not held (https://github.com/aws/aws-cdk/issues/16356). A
     * hook in the group's own LifecycleHookSpecificationList would hold them, and is left out: only CreateAutoScalingGroup takes such a list
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html, checked 2026-11-30), and hooks change with
     * the budget.
     *
     * Both are made last and removed first: a hook that holds before anything completes its wait lets no instance into service. So they are
     * in the drain's own stack, also where the group is in another, which is deployed before it and removed behind it.
     *
     * Over 300 lines because every option and getter states its contract.
     */

    /** The name of the lifecycle hook of every attached group. */
    public static final String HOOK_NAME = "banhmi-drain";

    /** The name of the hook on launches of every attached group. */
    public static final String LAUNCH_HOOK_NAME = "banhmi-launch";

    private static final software.amazon.awscdk.Duration LAUNCH_TIMEOUT = software.amazon.awscdk.Duration.hours(1);

    private static final software.amazon.awscdk.Duration EVENT_AGE = software.amazon.awscdk.Duration.minutes(10);

    private final ICluster cluster;
    private final DrainBudget budget;
    private final List<AutoScalingGroup> groups = new ArrayList<>();
    private final DrainFunction drainer;
    private final Alias alias;
    private final Alias sweeper;
    private final DrainEvents events;
    private final DrainMetrics metrics;
    private final List<Alarm> alarms;

    private InstanceDrain(Construct scope, String id, DrainFunction.Options options, List<ITopic> alarmTopics) {
        super(scope, id);
        this.cluster = options.cluster();
        this.budget = options.budget();
        // A feature flag decides what goes into the version's hash, and so into its logical id.
        getNode().setContext("@aws-cdk/aws-lambda:recognizeVersionProps", true);
        getNode().setContext("@aws-cdk/aws-lambda:recognizeLayerVersion", true);
        this.drainer = new DrainFunction(this, options);
        drainer.acknowledgeSnapStart("The alias stands for a published version.");
        Queue deadLetterQueue = drainer.deadLetterQueue();
        this.alias = Alias.Builder.create(this, "Live")
                .aliasName("live")
                .version(drainer.function().getCurrentVersion())
                .retryAttempts(2)
                .maxEventAge(EVENT_AGE)
                .onFailure(new SqsDestination(deadLetterQueue))
                .build();
        // What a schedule's target says of retries is EventBridge's part alone: it ends when Lambda has accepted the
        // event, and then Lambda's own retries and destination are those of the alias.
        this.sweeper = Alias.Builder.create(this, "Sweeper")
                .aliasName("sweep")
                .version(drainer.function().getCurrentVersion())
                .retryAttempts(0)
                .maxEventAge(software.amazon.awscdk.Duration.minutes(1))
                .build();
        this.events = new DrainEvents(this, cluster, alias, sweeper, deadLetterQueue, EVENT_AGE);
        this.metrics = new DrainMetrics(this, cluster.getClusterName());
        this.alarms = metrics.alarms(budget, drainer.function(), sweeper, deadLetterQueue, alarmTopics);
        getNode().addValidation(new DrainAttached(this));
    }

    /**
     * Makes every planned removal of an instance of a group wait until the instance is empty, and every launch until the instance has joined
     * the cluster; one that has not after ten minutes is replaced. That begins when the hooks exist, which is after the group: the instances
     * with which a new group starts, also one that takes the place of another, are in service at once. Where the group has a capacity
     * provider, call it after {@code cluster.addAsgCapacityProvider}: CDK's own hidden drain of the group is removed.
     *
     * @param group a group whose instances are in the cluster; {@code enableManagedDraining(false)} must be stated for its
     *     capacity provider, because CloudFormation turns it on where nothing is stated; its name is set before, and by no
     *     {@code addPropertyOverride}, which nothing sees
     * @throws IllegalArgumentException if the group is attached already, its capacity provider does not state it, its name is
     *     known only when the stack is deployed or has characters that the drainer's settings or permissions give a meaning, or the
     *     group is in another stack while the cluster is in the drain's
     */
    public void attach(AutoScalingGroup group) {
        if (DrainCheck.hasHook(group)) {
            throw new IllegalArgumentException(getNode().getPath() + ": "
                    + group.getNode().getPath() + " is already attached to a drain. Attach each group once.");
        }
        DrainClusters.requireNoCycle(this, cluster, group);
        DrainCheck.requireStated(group, DrainCheck.Expected.HOOK);
        DrainCheck.removeHiddenDrain(group);
        Construct scope = hooksOf(group);
        LifecycleHook termination = LifecycleHook.Builder.create(scope, DrainCheck.HOOK)
                .autoScalingGroup(group)
                .lifecycleHookName(HOOK_NAME)
                .lifecycleTransition(LifecycleTransition.INSTANCE_TERMINATING)
                .heartbeatTimeout(software.amazon.awscdk.Duration.seconds(
                        budget.heartbeatTimeout().toSeconds()))
                .defaultResult(DefaultResult.CONTINUE)
                .build();
        LifecycleHook launch = LifecycleHook.Builder.create(scope, DrainCheck.LAUNCH_HOOK)
                .autoScalingGroup(group)
                .lifecycleHookName(LAUNCH_HOOK_NAME)
                .lifecycleTransition(LifecycleTransition.INSTANCE_LAUNCHING)
                .heartbeatTimeout(LAUNCH_TIMEOUT)
                .defaultResult(DefaultResult.ABANDON)
                .build();
        for (LifecycleHook hook : List.of(termination, launch)) {
            hook.getNode().addDependency(alias, sweeper);
            events.rules().forEach(hook.getNode()::addDependency);
        }
        groups.add(group);
        drainer.addGroup(group);
        events.addGroup(group.getAutoScalingGroupName());
        DrainCheck.add(group, DrainCheck.Expected.HOOK);
    }

    /** The group itself where it is in the drain's stack; else a child of the drain, and the group keeps a mark. */
    private Construct hooksOf(AutoScalingGroup group) {
        if (DrainClusters.isSame(Stack.of(this), Stack.of(group))) {
            return group;
        }
        DrainCheck.mark(group);
        return new Construct(this, "Hooks" + Names.nodeUniqueId(group.getNode()));
    }

    /**
     * The budget that the drain was built with: what runs on an instance must be gone within its {@code hookTimeout}.
     *
     * @return the one given
     */
    public DrainBudget getBudget() {
        return budget;
    }

    ICluster cluster() {
        return cluster;
    }

    boolean hasGroups() {
        return !groups.isEmpty();
    }

    /**
     * The function itself. Invoke it through {@link #getAlias()}.
     *
     * @return the function
     */
    public Function getFunction() {
        return drainer.function();
    }

    /**
     * The alias that the events invoke, of the published version.
     *
     * @return the alias
     */
    public Alias getAlias() {
        return alias;
    }

    /**
     * The queue of events that failed three times or could not be delivered. The sweep has taken over by then.
     *
     * @return an encrypted queue
     */
    public Queue getDeadLetterQueue() {
        return drainer.deadLetterQueue();
    }

    /**
     * The log group, with one line for each evaluation.
     *
     * @return the log group
     */
    public LogGroup getLogGroup() {
        return drainer.logGroup();
    }

    /**
     * The alarms of age, deadlines, cut tasks, missing replacements, drains held back, abandoned launches, failures, instances left alone,
     * errors, throttles, dead letters and of the sweep.
     *
     * @return an unmodifiable list
     */
    public List<Alarm> getAlarms() {
        return alarms;
    }

    /**
     * Lets the alarms notify one more topic; one that they notify already stays so.
     *
     * @param topic of this stack, or one that does not need it; its policies are extended as those of {@link Builder#alarmTopics}
     * @throws IllegalArgumentException if there are five others
     */
    public void addAlarmTopic(ITopic topic) {
        alarms.forEach(alarm -> AlarmNotices.send(alarm, topic));
    }

    /**
     * Those of {@link #getAlarms()} that tell that an instance refresh does harm. They need neither the group nor the function, so the
     * update policy of an attached group of the same stack may name them; CDK writes the name of another stack's alarm as a reference to
     * nothing. Each is over within half an hour, whatever is still wrong, so that it does not fail the rollback, too.
     *
     * <p>They are about the whole cluster: where several groups share the drain, what happens to an instance of one fails the refresh of
     * another. Deploy such groups one after the other, or give each a cluster with a drain of its own.
     *
     * @return an unmodifiable list of three: replacements that do not come, launches that were abandoned, deadlines
     */
    public List<Alarm> getRefreshAlarms() {
        return metrics.refreshAlarms();
    }

    /**
     * How long an instance has to wait before its tasks count as not replaced.
     *
     * @return from the start of its drain
     */
    public Duration getReplacementLimit() {
        return DrainMetrics.replacementLimit(budget);
    }

    /**
     * The age of the drains in progress.
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
     * Instances that were released at their deadline.
     *
     * @return the sum
     */
    public Metric metricDeadlinesReached() {
        return metrics.metric("DeadlinesReached", "Sum");
    }

    /**
     * Tasks that were still running when their instance was released.
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
     * Evaluations of drains that were held back beyond their deadline, because nothing replaces their tasks.
     *
     * @return the sum
     */
    public Metric metricDrainsHeld() {
        return metrics.metric("DrainsHeld", "Sum");
    }

    /**
     * The age of drains whose tasks nothing has replaced when the last of them should have been.
     *
     * @return the maximum, in seconds
     */
    public Metric metricReplacementWait() {
        return metrics.metric("ReplacementWait", "Maximum");
    }

    /**
     * Drains whose tasks nothing had replaced when the last of them should have been, each counted for ten minutes from then on.
     *
     * @return the sum
     */
    public Metric metricReplacementsOverdue() {
        return metrics.metric("ReplacementsOverdue", "Sum");
    }

    /**
     * Instances that did not join the cluster and were replaced.
     *
     * @return the sum
     */
    public Metric metricLaunchesAbandoned() {
        return metrics.metric("LaunchesAbandoned", "Sum");
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
     * Instances that wait and that the drainer leaves alone, because a name or a hook does not fit.
     *
     * @return the sum
     */
    public Metric metricUnhandled() {
        return metrics.metric("Unhandled", "Sum");
    }

    /**
     * How long an evaluation after an event takes.
     *
     * @return the 90th percentile, in milliseconds
     */
    public Metric metricEvaluationTime() {
        return metrics.metric("EvaluationTime", "p90");
    }

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
         * Begins a drain. {@link #cluster} and {@link #budget} are required.
         *
         * @param scope the parent construct
         * @param id the construct id
         * @return a builder with the defaults
         */
        public static Builder create(Construct scope, String id) {
            return new Builder(scope, id);
        }

        /**
         * The cluster whose instances are drained. Required.
         *
         * @param cluster a cluster without another drain
         * @return this
         */
        public Builder cluster(ICluster cluster) {
            this.cluster = cluster;
            return this;
        }

        /**
         * How long a drain may take. Required; with several services in the cluster, the budget of the slowest.
         *
         * @param budget the source of the hook's and the alarms' times
         * @return this
         */
        public Builder budget(DrainBudget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * A jar of the drain Lambda other than the one inside this library, which is the default.
         *
         * @param jar a file that exists until the app is synthesized; its declared actions must be those that this library knows
         * @return this
         */
        public Builder jar(Path jar) {
            this.jar = jar;
            return this;
        }

        /**
         * The processor architecture of the function; it behaves the same on both.
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
         * What happens to log and dead letters when the drain is removed.
         *
         * @param policy by default they are retained
         * @return this
         */
        public Builder removalPolicy(RemovalPolicy policy) {
            this.removalPolicy = policy;
            return this;
        }

        /**
         * The topics that the alarms notify. The policies of a topic of the app, and of its key, are extended by what CloudWatch needs to
         * publish to it; of an imported topic or key, a warning says what they must have.
         *
         * @param topics by default none: the alarms only change state
         * @return this
         */
        public Builder alarmTopics(ITopic... topics) {
            this.alarmTopics.addAll(Arrays.asList(topics));
            return this;
        }

        /**
         * Stops tasks that no service owns after the instance has been draining for this long.
         *
         * @param age longer than 0, shorter than the budget's hook timeout; by default they are waited for until the deadline
         * @return this
         */
        public Builder stopStandaloneAfter(Duration age) {
            this.stopStandaloneAfter = age;
            return this;
        }

        /**
         * Reserves concurrency of the account for the function, which also limits it.
         *
         * @param executions 2 or more; by default none, because a new account has none to spare
         * @return this
         */
        public Builder reservedConcurrency(int executions) {
            this.reservedConcurrency = executions;
            return this;
        }

        /**
         * Builds the drain. Groups are attached afterwards; an app with a drain that has none does not synthesize.
         *
         * @return the drain
         * @throws IllegalArgumentException if an option is missing or out of bounds, if the cluster has a drain already or its name is
         *     known only when the stack is deployed, or if the jar
         *     declares other actions than this library knows
         * @throws IllegalStateException if this library was built without the jar and none is set
         */
        public InstanceDrain build() {
            DrainFunction.Options options = options();
            DrainClusters.requireTheOnlyDrain(scope, id, options.cluster());
            return new InstanceDrain(scope, id, options, List.copyOf(alarmTopics));
        }

        /**
         * Builds only the function, with its role, log and dead letter queue, for an emulator that has no Auto Scaling. Nothing invokes it:
         * there are no hooks, no events, no sweep and no alarms. On AWS, use {@link #build()}.
         *
         * @param groupNames the groups whose waits it may complete, at least one
         * @return the function, the same as that of a drain with these options and groups
         * @throws IllegalArgumentException if an option is missing or out of bounds, if no group is named, or if the jar declares other
         *     actions than this library knows
         * @throws IllegalStateException if this library was built without the jar and none is set
         */
        public Function buildFunctionAlone(String... groupNames) {
            if (groupNames.length == 0) {
                throw Refusal.of(
                        scope, id + ".groupNames", "empty", "at least one group", "Its role names the groups.");
            }
            DrainFunction.Options options = options();
            Construct parent = new Construct(scope, id);
            DrainFunction alone = new DrainFunction(parent, options);
            String reason = "Nothing calls it but who tries it";
            alone.acknowledgeSnapStart(reason);
            Validations.of(alone.function())
                    .acknowledge(Acknowledgment.builder()
                            .id("CloudFormation-Validate::W2530")
                            .reason(reason)
                            .build());
            for (String name : groupNames) {
                alone.addGroup(parent, name);
            }
            return alone.function();
        }

        DrainFunction.Options options() {
            if (cluster == null) {
                throw Refusal.of(scope, id + ".cluster", "missing", "an ICluster", "Set cluster(…).");
            }
            if (budget == null) {
                throw Refusal.of(scope, id + ".budget", "missing", "a DrainBudget", "Set budget(…).");
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
            return new DrainFunction.Options(
                    cluster,
                    budget,
                    jar == null ? DrainJar.packaged() : DrainJar.read(jar),
                    architecture,
                    logRetention,
                    removalPolicy,
                    stopStandaloneAfter,
                    reservedConcurrency);
        }
    }
}
