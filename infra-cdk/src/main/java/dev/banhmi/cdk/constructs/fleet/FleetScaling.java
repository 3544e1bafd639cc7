package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.TokenNumber;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.StringJoiner;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.autoscaling.AdjustmentTier;
import software.amazon.awscdk.services.autoscaling.AdjustmentType;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.StepScalingAction;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.AutoScalingAction;
import software.amazon.awscdk.services.ecs.Cluster;
import software.constructs.Construct;

/** How a fleet's number of instances changes between its bounds. Immutable. */
public final class FleetScaling {
    /*
     * Why scaling in uses one alarm. With a low threshold per metric, a fleet with high CPU and low memory use is at once too large by its
     * memory and too small by its CPU: it scales out and in forever, and each scale-in is a drain. Composite alarms cannot scale a group;
     * one alarm on a metric-math expression can. A metric divided by its threshold is below 1 when it is low, so the maximum of all of them
     * is below 1 when all are.
     *
     * The thresholds of use are those of 2018. For reservation, 2018 had no more than "high": 75 %, so that a replacement can be placed
     * while the next instance starts. Scaling in uses less than half of that: of two instances, the remaining one is then not over 75 %.
     */

    /** How long a new instance counts as warming up: start, Docker, the ECS agent, the first task. */
    static final Duration WARM_UP = Duration.minutes(3);

    private static final int DEFAULT_TARGET = 100;

    private final OptionalInt targetPercent;

    private FleetScaling(OptionalInt targetPercent) {
        this.targetPercent = targetPercent;
    }

    /**
     * Scales the fleet by the load of its instances. It adds one when, for two minutes, CPU use is 70 % or more, memory use 85 % or more,
     * or 75 % of all CPU or of all memory is reserved by tasks. It removes one when, for 15 minutes, all of these are low at once: CPU use
     * below 35 %, memory use below 55 %, and less than 37 % of either reserved. Needs at least one instance to measure. Which one goes is
     * Auto Scaling's choice, whatever it carries: the drain moves its tasks.
     *
     * @return the step policies
     */
    public static FleetScaling steps() {
        return new FleetScaling(OptionalInt.empty());
    }

    /**
     * Scales the fleet by what its tasks need, which ECS computes itself: it starts instances for tasks that cannot be placed, and removes
     * those that have carried none for 15 minutes. Instances with tasks are protected from that, so a fleet shrinks only as far as its
     * services leave instances empty: {@code ZeroDowntimeService} packs its tasks within each zone for it. It sees only tasks that a service
     * starts through the fleet's capacity provider.
     *
     * @param targetPercent how full it keeps the fleet, 1 to 100; below 100 it keeps spare instances
     * @return managed scaling
     * @throws IllegalArgumentException when the target is out of bounds
     */
    public static FleetScaling managed(int targetPercent) {
        if (targetPercent < 1 || targetPercent > 100) {
            throw new IllegalArgumentException("FleetScaling: targetPercent is "
                    + TokenNumber.shown(targetPercent)
                    + ", allowed is 1 to 100. Write 100 for a fleet that is kept full.");
        }
        return new FleetScaling(OptionalInt.of(targetPercent));
    }

    boolean isManaged() {
        return targetPercent.isPresent();
    }

    /** Without managed scaling ECS ignores the target, but a capacity provider has one. */
    int targetPercent() {
        return targetPercent.orElse(DEFAULT_TARGET);
    }

    void attach(Construct scope, Cluster cluster, AutoScalingGroup group) {
        if (isManaged()) {
            return;
        }
        MetricOptions perMinute =
                MetricOptions.builder().period(Duration.minutes(1)).build();
        Measure[] measures = {
            new Measure("cpu", "CPU use", cluster.metricCpuUtilization(perMinute), 70, 35),
            new Measure("memory", "Memory use", cluster.metricMemoryUtilization(perMinute), 85, 55),
            new Measure("cpuReserved", "CPU reservation", cluster.metricCpuReservation(perMinute), 75, 37),
            new Measure("memoryReserved", "Memory reservation", cluster.metricMemoryReservation(perMinute), 75, 37)
        };
        scaleOut(scope, group, measures);
        scaleIn(scope, group, measures);
    }

    private static void scaleOut(Construct scope, AutoScalingGroup group, Measure... measures) {
        StepScalingAction oneMore = step(scope, "ScaleOut", group);
        oneMore.addAdjustment(
                AdjustmentTier.builder().adjustment(1).lowerBound(0).build());
        for (Measure measure : measures) {
            Alarm.Builder.create(scope, "High-" + measure.id())
                    .alarmDescription(measure.title()
                            + " of the fleet is high: one instance is added. No action is required, unless it lasts"
                            + " longer than an instance takes to start: then the fleet is at its maximum.")
                    .metric(measure.metric())
                    .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                    .threshold(measure.high())
                    .evaluationPeriods(2)
                    .treatMissingData(TreatMissingData.NOT_BREACHING)
                    .build()
                    .addAlarmAction(new AutoScalingAction(oneMore));
        }
    }

    private static void scaleIn(Construct scope, AutoScalingGroup group, Measure... measures) {
        StepScalingAction oneLess = step(scope, "ScaleIn", group);
        oneLess.addAdjustment(
                AdjustmentTier.builder().adjustment(-1).upperBound(0).build());
        StringJoiner shares = new StringJoiner(", ", "MAX([", "])");
        // Insertion-ordered: the order of Map.of differs from one JVM to the next, and would be a change in every
        // deployment.
        Map<String, IMetric> metrics = new LinkedHashMap<>();
        for (Measure measure : measures) {
            shares.add(measure.id() + "/" + measure.low());
            metrics.put(measure.id(), measure.metric());
        }
        Alarm.Builder.create(scope, "AllLow")
                .alarmDescription("Use and reservation of CPU and memory are low: one instance is removed. No action is"
                        + " required; at its minimum the fleet stays in this state.")
                .metric(MathExpression.Builder.create()
                        .expression(shares.toString())
                        .usingMetrics(metrics)
                        .label("Largest share of what counts as low")
                        .period(Duration.minutes(1))
                        .build())
                .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                .threshold(1)
                .evaluationPeriods(15)
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build()
                .addAlarmAction(new AutoScalingAction(oneLess));
    }

    private static StepScalingAction step(Construct scope, String id, AutoScalingGroup group) {
        return StepScalingAction.Builder.create(scope, id)
                .autoScalingGroup(group)
                .adjustmentType(AdjustmentType.CHANGE_IN_CAPACITY)
                .estimatedInstanceWarmup(WARM_UP)
                .build();
    }

    /** A metric in percent, with the thresholds from which it is high and below which it is low. */
    private record Measure(String id, String title, Metric metric, int high, int low) {}
}
