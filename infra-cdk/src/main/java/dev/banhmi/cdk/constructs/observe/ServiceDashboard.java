package dev.banhmi.cdk.constructs.observe;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.AlarmStatusWidget;
import software.amazon.awscdk.services.cloudwatch.Dashboard;
import software.amazon.awscdk.services.cloudwatch.GraphWidget;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.IWidget;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TextWidget;
import software.amazon.awscdk.services.cloudwatch.YAxisProps;
import software.constructs.Construct;

/** The dashboard, from the impact on clients at the top to the load of the service at the bottom. */
final class ServiceDashboard {
    private static final int WIDTH = 24;
    private static final int THIRD = 8;
    private static final int HEIGHT = 6;

    private ServiceDashboard() {}

    static Dashboard build(Construct scope, ServiceMetrics metrics, List<Alarm> alarms) {
        List<List<IWidget>> rows = new ArrayList<>();
        rows.add(List.of(TextWidget.Builder.create()
                .markdown("# Service\nAn alarm's description says what to do. Log: `"
                        + metrics.service().getLogGroup().getLogGroupName()
                        + "`. Uploads count as slow until their last byte: p99 is the slowest client, the alarm"
                        + " looks at "
                        + ServiceAlarms.QUICK_QUARTER + ".")
                .width(WIDTH)
                .height(2)
                .build()));
        rows.add(List.of(AlarmStatusWidget.Builder.create()
                .title("Alarms")
                .alarms(alarms)
                .width(WIDTH)
                .height(4)
                .build()));
        rows.add(List.of(
                graph("Requests", List.of(metrics.requests()), List.of()),
                graph(
                        "Errors",
                        List.of(metrics.targetErrors(), metrics.balancerErrors(), metrics.clientErrors()),
                        List.of()),
                graph("Tasks", List.of(metrics.healthyTasks(), metrics.unhealthyTasks()), List.of())));
        rows.add(List.of(
                graph(
                        "Seconds to the first byte of the response",
                        List.of(percentile(metrics, ServiceAlarms.QUICK_QUARTER), percentile(metrics, Stats.p(50))),
                        List.of(percentile(metrics, Stats.p(99)))),
                graph("Bytes", List.of(metrics.bytes()), List.of()),
                graph(
                        "Connections",
                        List.of(metrics.activeConnections(), metrics.newConnections()),
                        List.of(metrics.refusedByBalancer(), metrics.refusedByTasks()))));
        rows.add(List.of(
                graph(
                        "Tasks, percent of what they reserve",
                        List.of(metrics.taskCpu(), metrics.taskMemory()),
                        List.of()),
                graph("Cluster, percent reserved", List.of(metrics.cpuReserved(), metrics.memoryReserved()), List.of()),
                drain(metrics)));
        return Dashboard.Builder.create(scope, "Dashboard")
                .defaultInterval(Duration.hours(3))
                .widgets(rows)
                .build();
    }

    private static IWidget drain(ServiceMetrics metrics) {
        return metrics.fleet()
                .getDrain()
                .<IWidget>map(drain -> graph(
                        "Drains",
                        List.of(drain.metricDrainAge(), drain.metricDrainDuration()),
                        List.of(
                                drain.metricDrainsStarted(),
                                drain.metricDeadlinesReached(),
                                drain.metricTasksCut(),
                                drain.getDeadLetterQueue().metricApproximateNumberOfMessagesVisible())))
                .orElseGet(() -> TextWidget.Builder.create()
                        .markdown("No drainer of ours: ECS reports nothing about its managed draining. Look at the Auto"
                                + " Scaling group's activities.")
                        .width(THIRD)
                        .height(HEIGHT)
                        .build());
    }

    /** The three share a name, so each has a label. */
    private static IMetric percentile(ServiceMetrics metrics, String statistic) {
        return metrics.timeToFirstByte(statistic)
                .with(MetricOptions.builder().label(statistic).build());
    }

    private static GraphWidget graph(String title, List<IMetric> left, List<IMetric> right) {
        return GraphWidget.Builder.create()
                .title(title)
                .left(left)
                .right(right)
                .leftYAxis(YAxisProps.builder().min(0).build())
                .rightYAxis(YAxisProps.builder().min(0).build())
                .width(THIRD)
                .height(HEIGHT)
                .build();
    }
}
