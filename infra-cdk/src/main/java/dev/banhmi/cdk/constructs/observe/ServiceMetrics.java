package dev.banhmi.cdk.constructs.observe;

import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeElb;
import software.amazon.awscdk.services.elasticloadbalancingv2.HttpCodeTarget;
import software.amazon.awscdk.services.elasticloadbalancingv2.IApplicationLoadBalancerMetrics;
import software.amazon.awscdk.services.elasticloadbalancingv2.IApplicationTargetGroupMetrics;

/**
 * The metrics of load balancer, service and cluster, each in its useful statistic.
 *
 * @param service the observed service
 * @param fleet where it runs
 */
record ServiceMetrics(ZeroDowntimeService service, Ec2Fleet fleet) {
    static final Duration FIVE_MINUTES = Duration.minutes(5);
    static final Duration MINUTE = Duration.minutes(1);

    Metric requests() {
        return balancer().requestCount(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric targetErrors() {
        return targets().httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, as(Stats.SUM, FIVE_MINUTES));
    }

    Metric clientErrors() {
        return targets().httpCodeTarget(HttpCodeTarget.TARGET_4XX_COUNT, as(Stats.SUM, FIVE_MINUTES));
    }

    Metric balancerErrors() {
        return balancer().httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, as(Stats.SUM, FIVE_MINUTES));
    }

    /**
     * 5xx of the tasks among all requests; 0 while they are fewer than five. Count metrics have no data point where nothing happened, FILL
     * makes it 0.
     */
    IMetric targetErrorPercent() {
        return MathExpression.Builder.create()
                .label("5xx of tasks, percent")
                .expression("IF(FILL(errors,0) >= 5, 100*FILL(errors,0)/FILL(requests,1), 0)")
                .usingMetrics(new TreeMap<>(Map.of("errors", targetErrors(), "requests", requests())))
                .period(FIVE_MINUTES)
                .build();
    }

    Metric timeToFirstByte(String statistic) {
        return targets().targetResponseTime(as(statistic, FIVE_MINUTES));
    }

    Metric unhealthyTasks() {
        return targets().unhealthyHostCount(as(Stats.MAXIMUM, MINUTE));
    }

    Metric healthyTasks() {
        return targets().healthyHostCount(as(Stats.MINIMUM, MINUTE));
    }

    Metric refusedByTasks() {
        return targets().targetConnectionErrorCount(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric refusedByBalancer() {
        return balancer().rejectedConnectionCount(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric activeConnections() {
        return balancer().activeConnectionCount(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric newConnections() {
        return balancer().newConnectionCount(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric bytes() {
        return balancer().processedBytes(as(Stats.SUM, FIVE_MINUTES));
    }

    Metric taskCpu() {
        return service.getService().metricCpuUtilization(as(Stats.AVERAGE, FIVE_MINUTES));
    }

    Metric taskMemory() {
        return service.getService().metricMemoryUtilization(as(Stats.MAXIMUM, FIVE_MINUTES));
    }

    /**
     * Instances that the tasks need, those that wait for room among them, in percent of those that run; ECS publishes it each minute for a
     * capacity provider with managed scaling
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html, checked 2026-11-30).
     */
    Metric capacityNeeded() {
        return Metric.Builder.create()
                .namespace("AWS/ECS/ManagedScaling")
                .metricName("CapacityProviderReservation")
                .dimensionsMap(new TreeMap<>(Map.of(
                        "CapacityProviderName", fleet.getCapacityProvider().getCapacityProviderName(),
                        "ClusterName", fleet.getCluster().getClusterName())))
                .statistic(Stats.MINIMUM)
                .period(FIVE_MINUTES)
                .build();
    }

    Metric cpuReserved() {
        return fleet.getCluster().metricCpuReservation(as(Stats.AVERAGE, FIVE_MINUTES));
    }

    Metric memoryReserved() {
        return fleet.getCluster().metricMemoryReservation(as(Stats.AVERAGE, FIVE_MINUTES));
    }

    private IApplicationLoadBalancerMetrics balancer() {
        return service.getLoadBalancer().getMetrics();
    }

    private IApplicationTargetGroupMetrics targets() {
        return service.getTargetGroup().getMetrics();
    }

    private static MetricOptions as(String statistic, Duration period) {
        // No label: an alarm on a metric with one is written as an expression, which not every tool reads.
        return MetricOptions.builder().statistic(statistic).period(period).build();
    }
}
