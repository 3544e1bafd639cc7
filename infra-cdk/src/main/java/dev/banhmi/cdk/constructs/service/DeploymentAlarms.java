package dev.banhmi.cdk.constructs.service;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;
import software.constructs.Construct;

/** The alarms that roll a deployment back, of the service or of the instances under it. */
final class DeploymentAlarms {
    /*
     * ECS evaluates these alarms from the start of a deployment until a while after its end, and rolls back when one fires. They watch load
     * balancer and target group, never the service: an alarm that needed the service's name would have to be created after it, and the
     * service after the alarm.
     *
     * The balancer returns 503 itself when it has no target; such a request is in no RequestCount, therefore its responses are added to the
     * denominator. Count metrics have no data point where there is nothing to count: FILL makes that 0.
     *
     * A refresh of the instances watches another one, for two reasons. What has failed it also watches the rollback, which has to end the
     * errors of a broken image: an alarm that rings until then would fail it as well, for as long as AWS counts one that rings already. And
     * errors that come and go, as in an outage of S3, would ring a second time meanwhile. So it looks at their beginning alone: a period that
     * has too many errors behind one that had not, seen for four periods (DrainMetrics has the reasons, lambda-drain's RefreshSimTest the
     * figures). DIFF is what a point exceeds the one before by
     * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html, "Functions").
     */

    /** Fewer errors than these are a coincidence, whatever their share. */
    private static final int FEWEST_ERRORS = 5;

    private static final int ERROR_PERCENT = 5;
    private static final Duration MINUTE = Duration.minutes(1);
    private static final Duration FIVE_MINUTES = Duration.minutes(5);

    /** 4: as the drain's alarms of a refresh. */
    private static final int IN_REFRESH = 4;

    private DeploymentAlarms() {}

    static List<Alarm> build(Construct scope, ServiceEntrance entrance) {
        Alarm errors = Alarm.Builder.create(scope, "DeploymentErrors")
                .alarmDescription("A running deployment is rolled back: more than " + ERROR_PERCENT
                        + " % of the responses were 5xx in two of three minutes. Read the log of the tasks that"
                        + " were stopped; fix the cause, then deploy again. Without a deployment this alarm does"
                        + " nothing, and nobody is notified of it.")
                .metric(errorPercent(entrance, MINUTE))
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .threshold(ERROR_PERCENT)
                .evaluationPeriods(3)
                .datapointsToAlarm(2)
                // Without requests there are no errors; a deployment at night must not fail for lack of data.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        Alarm unhealthy = Alarm.Builder.create(scope, "DeploymentUnhealthyTasks")
                .alarmDescription(
                        "A running deployment is rolled back: a task failed its health checks for three minutes."
                                + " Read why in the service's events and the task's log; fix the cause, then deploy"
                                + " again. Without a"
                                + " deployment this alarm does nothing, and nobody is notified of it.")
                .metric(unhealthy(entrance, MINUTE))
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                .threshold(1)
                .evaluationPeriods(3)
                .datapointsToAlarm(3)
                // Without a registered task there is no data; the circuit breaker handles tasks that never register.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
        return List.of(errors, unhealthy);
    }

    static Alarm inRefresh(Construct scope, ServiceEntrance entrance) {
        return Alarm.Builder.create(scope, "RefreshErrors")
                .alarmDescription("An instance refresh that runs fails and is rolled back: more than " + ERROR_PERCENT
                        + " % of the responses of five minutes were 5xx, and before they were not. Read the log of"
                        + " the tasks on new instances, then deploy again. This alarm is over within half an hour,"
                        + " also when the errors are not, so that it does not stop the rollback. Without a refresh it"
                        + " does nothing, and nobody is notified of it.")
                .metric(MathExpression.Builder.create()
                        .label("errors begin")
                        .expression("IF(errors > " + ERROR_PERCENT + ", IF(errors - DIFF(errors) > " + ERROR_PERCENT
                                + ", 0, 1), 0)")
                        .usingMetrics(Map.of("errors", errorPercent(entrance, FIVE_MINUTES)))
                        .period(FIVE_MINUTES)
                        .build())
                .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD)
                .threshold(0)
                .evaluationPeriods(IN_REFRESH)
                .datapointsToAlarm(1)
                // Without requests there are no errors.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build();
    }

    /** The share of 5xx among all responses, including the load balancer's own; 0 while they are very few. */
    static IMetric errorPercent(ServiceEntrance entrance, Duration period) {
        MetricOptions sum =
                MetricOptions.builder().statistic(Stats.SUM).period(period).build();
        return MathExpression.Builder.create()
                .label("5xx, percent of responses")
                .expression("IF(FILL(target,0)+FILL(balancer,0) >= " + FEWEST_ERRORS
                        + ", 100*(FILL(target,0)+FILL(balancer,0))/(FILL(requests,0)+FILL(balancer,0)), 0)")
                // Sorted, like everything that a template lists.
                .usingMetrics(new TreeMap<>(Map.of(
                        "target",
                        entrance.targetGroup().getMetrics().httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, sum),
                        "balancer",
                        entrance.loadBalancer().getMetrics().httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, sum),
                        "requests",
                        entrance.loadBalancer().getMetrics().requestCount(sum))))
                .period(period)
                .build();
    }

    static IMetric unhealthy(ServiceEntrance entrance, Duration period) {
        return entrance.targetGroup()
                .getMetrics()
                .unhealthyHostCount(MetricOptions.builder()
                        .statistic(Stats.MAXIMUM)
                        .period(period)
                        .build());
    }
}
