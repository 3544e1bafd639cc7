package dev.banhmi.cdk.constructs.drain;

import dev.banhmi.cdk.constructs.AlarmNotices;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/** The drainer's own metrics, and the alarms on them. */
final class DrainMetrics {
    private static final String NAMESPACE = "Banhmi/Drain";
    private static final Duration FIVE_MINUTES = Duration.minutes(5);

    /** 4: the periods that an alarm of a refresh looks at. */
    private static final int IN_REFRESH = 4;

    private final Construct scope;
    private final String clusterName;
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<Alarm> refreshAlarms = new ArrayList<>();

    DrainMetrics(Construct scope, String clusterName) {
        this.scope = scope;
        this.clusterName = clusterName;
    }

    Metric metric(String name, String statistic) {
        return Metric.Builder.create()
                .namespace(NAMESPACE)
                .metricName(name)
                .dimensionsMap(Map.of("cluster", clusterName))
                .statistic(statistic)
                .period(FIVE_MINUTES)
                .build();
    }

    /** Since when a drain's tasks count as not replaced: ten minutes after the budget's own time for it, which a slow pull may exceed. */
    static java.time.Duration replacementLimit(DrainBudget budget) {
        return budget.hookTimeout().minus(budget.stoppingTime()).plusMinutes(10);
    }

    /*
     * A refresh that an alarm has failed is rolled back by another with the same update policy, so by one that watches the same alarms. AWS
     * says that a refresh fails when an alarm "goes into" ALARM, and elsewhere when its "threshold is met"; what becomes of a refresh that
     * begins while one rings is stated nowhere (https://docs.aws.amazon.com/autoscaling/ec2/userguide/instance-refresh-rollback.html and
     * API_RefreshPreferences, checked 2026-11-30). Both readings are simulated (lambda-drain's RefreshSimTest), and ask for two things.
     *
     * None that a refresh watches may last as long as what it reports: ReplacementAlarm rings until capacity comes, which is what the
     * rollback brings. So each counts events. That of a missing replacement is one of each drain, counted by the function for ten minutes from
     * the limit on (ReplacementsOverdue), whatever else is held: ReplacementWait is the maximum over all drains, and says nothing of a second
     * one behind a first that is held for hours. And none may go into ALARM a second time for what the same refresh has begun, as for the next
     * launch of a broken image, which is abandoned when the rollback is under way: each looks at four periods, and one is enough.
     *
     * The dimension is the cluster alone. That of a group would need the name of the group, which CloudFormation generates, and the group
     * needs the alarm.
     */

    /** What an instance refresh is to stop at: what it does to each drain that it begins. Each ends by itself. */
    List<Alarm> refreshAlarms() {
        return List.copyOf(refreshAlarms);
    }

    /*
     * A dead letter stays in its queue until somebody deletes it, for up to 14 days; what is news is its arrival. Lambda and EventBridge send
     * it like any message, so it is counted as sent (only what a redrive policy moves is not:
     * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html, checked 2026-11-30).
     */

    /** The alarms of docs/drain.md; each description says what to do. */
    List<Alarm> alarms(DrainBudget budget, IFunction function, Alias sweeper, IQueue deadLetters, List<ITopic> topics) {
        long late = budget.lateAge().toSeconds();
        above(
                "DrainAgeAlarm",
                metric("DrainAge", "Maximum"),
                late,
                "An instance has been draining for more than " + late
                        + " s, longer than all that its budget allows for. Read 'reason' in the last"
                        + " lines of the drainer's log; LIVE_TASKS: see which task is left and why its replacement does"
                        + " not start, add capacity or stop the task before the deadline.");
        long replaced = replacementLimit(budget).toSeconds();
        above(
                "ReplacementAlarm",
                metric("ReplacementWait", "Maximum"),
                replaced,
                "An instance has been draining for more than " + replaced
                        + " s, and nothing has replaced its tasks yet."
                        + " Read the events of the service: no capacity, an image that cannot be pulled, failed health"
                        + " checks. An instance refresh that runs fails and is rolled back.");
        aboveInRefresh(
                "RefreshReplacementAlarm",
                metric("ReplacementsOverdue", "Sum"),
                0,
                "An instance refresh that runs fails and is rolled back: nothing has replaced the tasks of a draining"
                        + " instance for " + replaced
                        + " s. ReplacementAlarm rings with it and says what to do; this one"
                        + " is over within half an hour, whatever is still held, so that it does not stop the rollback.");
        above(
                "DrainsHeldAlarm",
                metric("DrainsHeld", "Sum"),
                0,
                "An instance is kept beyond the deadline of its drain, because nothing replaces its tasks, which still"
                        + " serve. Add capacity or repair the service: Auto Scaling ends the wait after 48 h or 100"
                        + " heartbeat timeouts, whichever is less, and then the tasks are cut.");
        aboveInRefresh(
                "LaunchesAbandonedAlarm",
                metric("LaunchesAbandoned", "Sum"),
                0,
                "A new instance did not join the cluster within ten minutes and is replaced. Look at its console"
                        + " output: user data, agent, network. If every one fails, the image is broken: deploy the"
                        + " last good one. An instance refresh that runs fails and is rolled back.");
        aboveInRefresh(
                "DeadlinesReachedAlarm",
                metric("DeadlinesReached", "Sum"),
                0,
                "An instance was released with tasks running or in doubt. Find out what kept them, then compare the"
                        + " drain budget with how long drains take (DrainDuration).");
        above(
                "TasksCutAlarm",
                metric("TasksCut", "Sum"),
                0,
                "Tasks were running when their instance was released, and their requests were cut. Proceed as for"
                        + " DeadlinesReached.");
        above(
                "FailuresAlarm",
                metric("Failures", "Sum"),
                2,
                "Evaluations fail. 'outcome' in the drainer's log: RETRYABLE is usually transient, PERMANENT does"
                        + " not recover by itself; 'error' names the missing permission, cluster or hook.");
        above(
                "UnhandledAlarm",
                metric("Unhandled", "Sum"),
                0,
                "An instance waits and the drainer leaves it alone: it would be terminated with its tasks. 'reason' in"
                        + " the drainer's log: UNNAMED_GROUP or ANOTHER_CLUSTER, a name in the function's environment is"
                        + " old, deploy again; NO_HOOK, the group's hook is gone; AMBIGUOUS_HOOK, it has several.");
        MetricOptions sums =
                MetricOptions.builder().statistic("Sum").period(FIVE_MINUTES).build();
        above(
                "ErrorsAlarm",
                function.metricErrors(sums),
                3,
                "The drainer's function fails or times out: read the drainer's log. Until it recovers, instances"
                        + " wait for the hook's timeout.");
        above(
                "ThrottlesAlarm",
                function.metricThrottles(sums),
                3,
                "The drainer's function is throttled: the account's concurrency is exhausted; raise it or reserve"
                        + " some.");
        above(
                "DeadLettersAlarm",
                deadLetters.metricNumberOfMessagesSent(sums),
                0,
                "An event failed three times. The sweep has taken over already: read the error in the message, fix"
                        + " the cause, delete the message.");
        alarms.add(Alarm.Builder.create(scope, "SweepAlarm")
                // Those of the alias alone: events invoke another, and a fleet that scales has more of them than there
                // are minutes.
                .metric(sweeper.metricInvocations(sums))
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .threshold(3)
                // The first period may be cut short.
                .evaluationPeriods(2)
                // Silence is INSUFFICIENT_DATA, and notified.
                .treatMissingData(TreatMissingData.MISSING)
                .alarmDescription("The sweep that runs every minute is missing: check the schedule's rule and the"
                        + " function's alias. Until it is back, drains depend on events and the hook's timeout.")
                .build());
        alarms.forEach(alarm -> topics.forEach(topic -> AlarmNotices.send(alarm, topic)));
        return List.copyOf(alarms);
    }

    private void aboveInRefresh(String id, IMetric metric, long most, String remedy) {
        Alarm alarm = above(id, metric, most, remedy, IN_REFRESH);
        refreshAlarms.add(alarm);
    }

    private void above(String id, IMetric metric, long most, String remedy) {
        above(id, metric, most, remedy, 1);
    }

    private Alarm above(String id, IMetric metric, long most, String remedy, int periods) {
        Alarm alarm = Alarm.Builder.create(scope, id)
                .metric(metric)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .threshold(most)
                .evaluationPeriods(periods)
                .datapointsToAlarm(periods == 1 ? null : 1)
                // No data is the normal state.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .alarmDescription(remedy)
                .build();
        alarms.add(alarm);
        return alarm;
    }
}
